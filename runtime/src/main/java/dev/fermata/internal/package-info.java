/**
 * The way from what users import to what implements it: {@link dev.fermata.internal.Backend}. The way back, for the one
 * public type with state that only the implementation may touch, is {@link dev.fermata.internal.CancelAccess}. The packages
 * below are the implementation, one for each subject; {@code docs/design.md} lists them. They may know what users import;
 * the public types know only this package and {@code internal.base}.
 *
 * <p>From any thread, unless a method says otherwise. What implements a function must not be in here. Not exported.
 */
@NullMarked
package dev.fermata.internal;

import org.jspecify.annotations.NullMarked;
