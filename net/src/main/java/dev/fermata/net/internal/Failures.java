package dev.fermata.net.internal;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;

/** The exceptions of the JDK, which do not say which address they are about, with the address. From any thread. */
public final class Failures {
    private Failures() {}

    /**
     * Returns {@code failure} with a message that begins with what was done. One that says that the channel was closed
     * meanwhile is returned as it is.
     *
     * @param doing such as {@code "Reading from"}
     */
    public static IOException of(IOException failure, String doing, Object address) {
        if (failure.getClass() == ClosedChannelException.class) {
            return closedHere(doing, address);
        }
        if (failure instanceof ClosedChannelException) {
            return failure;
        }
        String message = doing + " " + name(address) + ": "
                + (failure instanceof PortUnreachableException ? "nobody listens there" : failure.getMessage());
        IOException named;
        if (failure instanceof BindException) {
            named = new BindException(message);
        } else if (failure instanceof ConnectException) {
            named = new ConnectException(message);
        } else if (failure instanceof NoRouteToHostException) {
            named = new NoRouteToHostException(message);
        } else if (failure instanceof PortUnreachableException) {
            named = new PortUnreachableException(message);
        } else if (failure instanceof SocketException) {
            named = new SocketException(message);
        } else {
            named = new IOException(message);
        }
        named.initCause(failure);
        return named;
    }

    /** Returns what says that one has closed it oneself. */
    public static ClosedChannelException closedHere(String doing, Object address) {
        return new ClosedHereException(doing + " " + name(address) + ": it was closed by this program");
    }

    /** The JDK's has no message. */
    private static final class ClosedHereException extends ClosedChannelException {
        private static final long serialVersionUID = 1;

        private final String message;

        ClosedHereException(String message) {
            this.message = message;
        }

        @Override
        public String getMessage() {
            return message;
        }
    }

    /** As {@link #of}, for {@code throw}. It is thrown without being declared, as everything that comes out of an await. */
    public static RuntimeException thrown(IOException failure, String doing, Object address) {
        throw undeclared(of(failure, doing, address));
    }

    /** Throws {@code failure} without declaring it. It returns nothing; the type is for {@code throw}. */
    public static RuntimeException undeclared(Throwable failure) {
        throw Failures.<RuntimeException>unchecked(failure);
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // which is the point
    private static <E extends Throwable> E unchecked(Throwable failure) throws E {
        throw (E) failure;
    }

    /** Returns an address as messages have it, without the slash of the JDK. */
    public static String name(Object address) {
        String name = address.toString();
        int slash = name.indexOf('/');
        boolean isInternet = address instanceof java.net.InetSocketAddress;
        return !isInternet || slash < 0
                ? name
                : slash == 0 ? name.substring(1) : name.substring(0, slash) + " (" + name.substring(slash + 1) + ")";
    }

    /** As {@link #name}, for an address to listen at: {@code *:80} for all addresses of this host. */
    public static String listening(Object address) {
        return address instanceof InetSocketAddress internet
                        && internet.getAddress() != null
                        && internet.getAddress().isAnyLocalAddress()
                ? "*:" + internet.getPort()
                : name(address);
    }

    /** Says that an address is of another kind than the network has. */
    static IllegalArgumentException unsupported(SocketAddress address) {
        return new IllegalArgumentException(
                "No socket has such an address: " + address.getClass().getName());
    }
}
