/**
 * What connections and servers are built on: the sockets of the system, or a network that a test makes up. Everything here
 * belongs to the thread of one event loop.
 */
@NullMarked
package dev.fermata.net.spi;

import org.jspecify.annotations.NullMarked;
