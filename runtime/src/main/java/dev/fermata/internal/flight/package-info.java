/**
 * Events for JDK Flight Recorder: the lives of tasks, their waits, their steps, and the steps that were slow.
 * {@link dev.fermata.internal.flight.Flight} is the entry and mentions no class of the module {@code jdk.jfr}, which may be
 * missing; the other classes are linked only where it is there.
 *
 * <p>On the loop's thread, except where a class says otherwise. It looks and does not change: what decides what runs must
 * not be in here. Not exported.
 */
@NullMarked
package dev.fermata.internal.flight;

import org.jspecify.annotations.NullMarked;
