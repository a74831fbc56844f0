/**
 * A view of running event loops from outside, over JMX. {@link dev.fermata.management.Dump} is the command that prints the
 * tasks of another process; {@link dev.fermata.management.EventLoopsMXBean} is the bean it asks. From any thread. Needs the
 * modules {@code java.management} and, for the command, {@code jdk.attach}, which nothing else in Fermata needs. What only
 * the loop's own thread may call must not be in here.
 */
@NullMarked
package dev.fermata.management;

import org.jspecify.annotations.NullMarked;
