/** Sockets that read like files: connections, servers, TLS, datagrams; processes and pipes; and the network below them. */
@SuppressWarnings("module") // fermata-testing, which is not there when this one is compiled
module dev.fermata.net {
    requires transitive dev.fermata;
    // Not transitive: otherwise every module that is compiled against this one would need the jar.
    requires static org.jspecify;

    exports dev.fermata.net;
    exports dev.fermata.net.spi to
            dev.fermata.testing;
}
