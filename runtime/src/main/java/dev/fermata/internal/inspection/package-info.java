/**
 * A view inside: the dump of all tasks, debug mode with its watchdog, coroutines that were never awaited, and code that was
 * never woven. {@link dev.fermata.internal.inspection.TaskDump} and {@link dev.fermata.internal.inspection.DebugMode} are
 * the entries.
 *
 * <p>Each class says which thread calls it. It looks and does not change: what decides what runs must not be in here. Not
 * exported.
 */
@NullMarked
package dev.fermata.internal.inspection;

import org.jspecify.annotations.NullMarked;
