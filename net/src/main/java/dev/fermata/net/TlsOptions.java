package dev.fermata.net;

import dev.fermata.Asyncio;
import dev.fermata.net.internal.tls.TlsContext;
import dev.fermata.net.spi.Network;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * How to speak TLS, 1.3 or 1.2: {@code TlsOptions.defaults().applicationProtocols("h2", "http/1.1")}. For clients and
 * servers. Immutable: each method returns another one. From any thread.
 *
 * <p>Keep what you have made and use it for all connections: sessions are resumed among the connections of one.
 */
public final class TlsOptions {
    private static final Set<String> VERSIONS = Set.of("TLSv1.3", "TLSv1.2");

    private static final TlsOptions DEFAULTS = new TlsOptions(
            TlsContext.DEFAULT, null, true, parameters -> {}, Duration.ofSeconds(60), Duration.ofSeconds(30));

    private final TlsContext context;
    private final @Nullable String serverName;
    private final boolean isHostChecked;
    private final Consumer<SSLParameters> parameters;
    final Duration handshakeLimit;
    final Duration shutdownLimit;

    private TlsOptions(
            TlsContext context,
            @Nullable String serverName,
            boolean isHostChecked,
            Consumer<SSLParameters> parameters,
            Duration handshakeLimit,
            Duration shutdownLimit) {
        this.context = context;
        this.serverName = serverName;
        this.isHostChecked = isHostChecked;
        this.parameters = parameters;
        this.handshakeLimit = handshakeLimit;
        this.shutdownLimit = shutdownLimit;
    }

    /**
     * Returns the defaults. A client trusts whom the JDK trusts, checks that the certificate is for the host, and has none of
     * its own. A server needs {@link #identity} or {@link #context}. The handshake may take 60 seconds, the goodbye 30.
     */
    public static TlsOptions defaults() {
        return DEFAULTS;
    }

    private TlsOptions with(TlsContext other) {
        return new TlsOptions(other, serverName, isHostChecked, parameters, handshakeLimit, shutdownLimit);
    }

    private TlsOptions with(Consumer<SSLParameters> more) {
        return new TlsOptions(
                context, serverName, isHostChecked, parameters.andThen(more), handshakeLimit, shutdownLimit);
    }

    /**
     * Sets the context, with all that it has: keys, whom it trusts, its cache of sessions. Without it,
     * {@link SSLContext#getDefault()} is used. Of a context that a program has made it cannot be seen what was in a
     * certificate that it refuses; {@link #trusted} says that too. asyncio: {@code ssl}.
     */
    public TlsOptions context(SSLContext context) {
        return with(TlsContext.of(Objects.requireNonNull(context, "context")));
    }

    /**
     * Sets the certificate of this side, with its key. If there are several, the one is taken that fits what the peer asks
     * for, such as its server name. Python: {@code SSLContext.load_cert_chain}.
     *
     * @param store such as {@code KeyStore.getInstance(new File("server.p12"), password)}
     * @param password of the keys in it
     * @throws IllegalArgumentException if a key cannot be used, or a context was given
     */
    public TlsOptions identity(KeyStore store, char[] password) {
        return with(context.withIdentity(Objects.requireNonNull(store, "store"), password));
    }

    /**
     * Trusts the certificates in a store, and what they have signed, and nobody else. The store of a server's
     * {@link #identity} will do if its certificate is signed by itself. Python: {@code SSLContext.load_verify_locations}.
     *
     * @throws IllegalArgumentException if it has no certificates, or a context was given
     */
    public TlsOptions trusted(KeyStore store) {
        return with(context.withTrusted(Objects.requireNonNull(store, "store")));
    }

    /**
     * Sets which name a client asks the server for, and which one the certificate must have. The host of
     * {@code openConnection} without it. asyncio: {@code server_hostname}.
     */
    public TlsOptions serverName(String name) {
        return new TlsOptions(
                context,
                Objects.requireNonNull(name, "name"),
                isHostChecked,
                parameters,
                handshakeLimit,
                shutdownLimit);
    }

    /**
     * Sets whether a client checks that the certificate is for its server name. Without the check, everybody who has any
     * certificate that is trusted can pretend to be the server. Python: {@code SSLContext.check_hostname}.
     */
    public TlsOptions checkHost(boolean isChecked) {
        return new TlsOptions(context, serverName, isChecked, parameters, handshakeLimit, shutdownLimit);
    }

    /**
     * Offers application protocols, the preferred one first (ALPN). {@link Connection#applicationProtocol} says which one was
     * agreed on. If a client offers others only, the handshake fails. Python: {@code SSLContext.set_alpn_protocols}.
     */
    public TlsOptions applicationProtocols(String... protocols) {
        String[] offered = protocols.clone();
        return with(it -> it.setApplicationProtocols(offered));
    }

    /** Lets a server ask clients for a certificate; they need not have one. Python: {@code CERT_OPTIONAL}. */
    public TlsOptions wantClientCertificate() {
        return with(it -> it.setWantClientAuth(true));
    }

    /** Lets a server refuse clients without a certificate that it trusts. Python: {@code CERT_REQUIRED}. */
    public TlsOptions needClientCertificate() {
        return with(it -> it.setNeedClientAuth(true));
    }

    /**
     * Sets which versions of TLS are spoken.
     *
     * @param versions {@code "TLSv1.3"}, {@code "TLSv1.2"} or both, as without it
     */
    public TlsOptions protocols(String... versions) {
        String[] spoken = versions.clone();
        if (spoken.length == 0 || !VERSIONS.containsAll(Arrays.asList(spoken))) {
            throw new IllegalArgumentException("Of " + Arrays.toString(spoken)
                    + " not all can be spoken. There are \"TLSv1.3\" and \"TLSv1.2\"; earlier ones are broken");
        }
        return with(it -> it.setProtocols(spoken));
    }

    /**
     * Sets how long the handshake may take. asyncio: {@code ssl_handshake_timeout}.
     *
     * @param limit {@link Asyncio#FOREVER} for none
     */
    public TlsOptions handshakeLimit(Duration limit) {
        return new TlsOptions(
                context, serverName, isHostChecked, parameters, Objects.requireNonNull(limit, "limit"), shutdownLimit);
    }

    /**
     * Sets how long {@link Connection#aclose} tries to tell the peer that this is the end. asyncio:
     * {@code ssl_shutdown_timeout}.
     *
     * @param limit {@link Asyncio#FOREVER} for none
     */
    public TlsOptions shutdownLimit(Duration limit) {
        return new TlsOptions(
                context, serverName, isHostChecked, parameters, handshakeLimit, Objects.requireNonNull(limit, "limit"));
    }

    // ---- for connections and servers

    /** Returns this if a server can use it. */
    TlsOptions checkedForServer() {
        if (!context.mayHaveIdentity()) {
            throw new IllegalArgumentException(
                    "A server needs a certificate and its key: TlsOptions.identity, or an SSLContext that has them");
        }
        return this;
    }

    /** Whether an engine is made at once; if not, files are read. */
    boolean isReady() {
        return context.isReady();
    }

    /** Reads what the JDK trusts, in a thread. */
    void prepare() {
        context.get();
    }

    /** Returns the name that the certificate of a server at {@code host} must have; null if that is not checked. */
    @Nullable
    String checkedName(@Nullable String host) {
        String name = serverName != null ? serverName : host;
        if (isHostChecked && name == null) {
            throw new IllegalArgumentException("Which name must the certificate have? A path has none."
                    + " Set TlsOptions.serverName, or checkHost(false)");
        }
        return isHostChecked ? name : null;
    }

    /** Returns an engine for a connection to {@code host}. */
    SSLEngine clientEngine(@Nullable String host, int port) {
        String name = serverName != null ? serverName : host;
        // With the name and the port, a session of an earlier connection to them is resumed.
        SSLContext made = context.on(Network.current());
        SSLEngine engine = name == null ? made.createSSLEngine() : made.createSSLEngine(name, port);
        engine.setUseClientMode(true);
        SSLParameters ours = parameters(engine);
        if (name != null) {
            ours.setServerNames(serverNames(name));
        }
        ours.setEndpointIdentificationAlgorithm(isHostChecked ? "HTTPS" : null);
        engine.setSSLParameters(ours);
        return engine;
    }

    /** Returns an engine for a connection that was accepted. */
    SSLEngine serverEngine() {
        SSLEngine engine = context.on(Network.current()).createSSLEngine();
        engine.setUseClientMode(false);
        engine.setSSLParameters(parameters(engine));
        return engine;
    }

    private SSLParameters parameters(SSLEngine engine) {
        SSLParameters ours = engine.getSSLParameters();
        List<String> versions = new ArrayList<>(Arrays.asList(engine.getSupportedProtocols()));
        versions.retainAll(VERSIONS);
        ours.setProtocols(versions.toArray(String[]::new));
        parameters.accept(ours);
        return ours;
    }

    /** Returns what to ask a server for: nothing for an address, or for a name that no server name may be. */
    private static List<SNIServerName> serverNames(String name) {
        boolean isAddress = name.indexOf(':') >= 0 || name.matches("[0-9.]+");
        String asked = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        if (isAddress || asked.isEmpty()) {
            return List.of();
        }
        try {
            return List.of(new SNIHostName(asked));
        } catch (IllegalArgumentException notAllowed) {
            return List.of(); // such as one with an underscore; the server then takes its first certificate
        }
    }
}
