/**
 * Small foundations that know no loop: times, texts, throwables. Any package may use them.
 * {@link dev.fermata.internal.base.Guarded} is the one to know, because methods of users' exceptions may throw.
 *
 * <p>From any thread. What knows a task, a frame or a loop must not be in here. Not exported.
 */
@NullMarked
package dev.fermata.internal.base;

import org.jspecify.annotations.NullMarked;
