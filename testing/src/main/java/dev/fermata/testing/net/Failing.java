package dev.fermata.testing.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** Throws IOExceptions that are not declared, as awaits do; and names addresses as the sockets of the system do. */
final class Failing {
    private Failing() {}

    /** Throws {@code failure}. It returns nothing; the type is for {@code throw}. */
    static RuntimeException with(IOException failure) {
        throw Failing.<RuntimeException>unchecked(failure);
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the cast hides the exception
    private static <E extends Throwable> E unchecked(Throwable failure) throws E {
        throw (E) failure;
    }

    /** Returns an address with the name of its host, such as {@code server (10.0.0.2:80)}. */
    static String name(SocketAddress address) {
        String text = address.toString();
        int slash = address instanceof InetSocketAddress ? text.indexOf('/') : -1;
        return slash < 0
                ? text
                : slash == 0 ? text.substring(1) : text.substring(0, slash) + " (" + text.substring(slash + 1) + ")";
    }

    /** As {@link #name}, for an address to listen at: {@code *:80} for all addresses of the host. */
    static String listening(SocketAddress address) {
        return address instanceof InetSocketAddress internet
                        && internet.getAddress().isAnyLocalAddress()
                ? "*:" + internet.getPort()
                : name(address);
    }
}
