/**
 * Looking at running event loops from outside, over JMX: {@link dev.fermata.management.Dump} is a command that prints the
 * tasks of another process, {@link dev.fermata.management.EventLoopsMXBean} what it asks. Needs the modules
 * {@code java.management} and, for the command, {@code jdk.attach}; nothing else of Fermata does. From any thread. What
 * changes anything in a loop must not be in here.
 */
@NullMarked
package dev.fermata.management;

import org.jspecify.annotations.NullMarked;
