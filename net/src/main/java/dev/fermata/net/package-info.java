/**
 * Sockets that read like files. {@link dev.fermata.net.Net} is the class to read first: its static methods, meant for static
 * import, open connections and start servers. A {@link dev.fermata.net.Connection} is one object for both directions; a
 * {@link dev.fermata.net.Server} owns the tasks of its clients. {@link dev.fermata.net.TlsOptions} says how TLS is spoken over
 * them, and a {@link dev.fermata.net.DatagramEndpoint} sends and receives datagrams.
 *
 * <p>{@link dev.fermata.net.Subprocesses} starts processes, and {@link dev.fermata.net.Pipes} reads the standard input and
 * other streams that block.
 *
 * <p>Everything here belongs to the thread of the loop on which it was opened. What is below, the sockets of the system or a
 * simulated network, is behind {@link dev.fermata.net.spi.Network}; a program never sees it.
 */
@NullMarked
package dev.fermata.net;

import org.jspecify.annotations.NullMarked;
