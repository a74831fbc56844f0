/**
 * A network for tests. {@link dev.fermata.testing.net.SimulatedNetwork} is the class to read first: within its block, what a
 * program opens by {@link dev.fermata.net.Net} goes over simulated links between simulated hosts, in virtual time.
 *
 * <p>{@code Node} is one run of a host, and what the program's {@code Network} is there. {@code SimulatedTransport} is one
 * end of a connection, with what TCP does about losses, full buffers and peers that say nothing. {@code Wire} carries packets
 * and knows nothing of connections, so it can carry datagrams too.
 *
 * <p>Needs the module {@code dev.fermata.net}; the rest of {@code fermata-testing} does not. Everything here belongs to the
 * thread of the test's loop.
 */
@NullMarked
package dev.fermata.testing.net;

import org.jspecify.annotations.NullMarked;
