/**
 * The way from what users import to what implements it: {@link dev.fermata.internal.Backend}. The other way, for the one
 * user's type that has more to it than users see, is {@link dev.fermata.internal.CancelAccess}. The packages below are the implementation, one for each subject; {@code docs/design.md} draws them. They know what users import; users'
 * types know this package alone, and {@code internal.base}.
 *
 * <p>From any thread, unless a method says otherwise. Not exported.
 */
@NullMarked
package dev.fermata.internal;

import org.jspecify.annotations.NullMarked;
