/**
 * TLS over any {@link dev.fermata.net.spi.Transport}, by the JDK's SSLEngine. {@link dev.fermata.net.internal.tls.TlsTransport}
 * is the class to read first. Not exported. On the loop's thread, where nothing else is said.
 */
@NullMarked
package dev.fermata.net.internal.tls;

import org.jspecify.annotations.NullMarked;
