package dev.fermata.net.internal.tls;

import dev.fermata.net.spi.Network;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.PrivateKey;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Who one is and whom one trusts. Its SSLContext is made when it is first asked for. From any thread. */
public final class TlsContext {
    /** The JDK's. */
    public static final TlsContext DEFAULT = new TlsContext(null, null, null);

    /** The JDK's own default, but with messages that name a certificate. */
    private static final class Default {
        static final TrustManager[] TRUST = unchecked(() -> trustManagers(null));
        static final SSLContext CONTEXT = unchecked(() -> init(null, TRUST));
    }

    private interface Source<T> {
        T get() throws GeneralSecurityException;
    }

    /** What a program has made; null if it has not. */
    private final @Nullable SSLContext given;

    private final KeyManager @Nullable [] keys;

    /** Null for whom the JDK trusts. */
    private final TrustManager @Nullable [] trust;

    /** What was made of keys and trust; null before it was, and if there are none. */
    private volatile @Nullable SSLContext made;

    /** What was made for simulated networks, as long as these are known to somebody. */
    private final Map<Network, SSLContext> ofSimulated = new WeakHashMap<>();

    private TlsContext(@Nullable SSLContext given, KeyManager @Nullable [] keys, TrustManager @Nullable [] trust) {
        this.given = given;
        this.keys = keys;
        this.trust = trust;
    }

    /** Returns one that a program has made. */
    public static TlsContext of(SSLContext context) {
        return new TlsContext(context, null, null);
    }

    /** Returns this one with keys. */
    public TlsContext withIdentity(KeyStore store, char[] password) {
        checkMadeHere();
        return unchecked(() -> {
            checkKeys(store, password);
            // The JDK's default, SunX509, pays no regard to the server name that a client asks for.
            KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
            factory.init(store, password);
            return new TlsContext(null, factory.getKeyManagers(), trust);
        });
    }

    /** The factory looks at keys in the first handshake only. */
    private static void checkKeys(KeyStore store, char[] password) throws GeneralSecurityException {
        boolean hasKey = false;
        for (String alias : Collections.list(store.aliases())) {
            if (store.isKeyEntry(alias)) {
                hasKey |= store.getKey(alias, password) instanceof PrivateKey;
            }
        }
        if (!hasKey) {
            throw new KeyStoreException(
                    "The store has no private key, only certificates, which are for TlsOptions.trusted");
        }
    }

    /** Returns this one with the certificates of {@code store} instead of those that the JDK trusts. */
    public TlsContext withTrusted(KeyStore store) {
        checkMadeHere();
        return unchecked(() -> new TlsContext(null, keys, trustManagers(store)));
    }

    private void checkMadeHere() {
        if (given != null) {
            throw new IllegalArgumentException(
                    "An SSLContext was given, which has its own keys and whom it trusts: use either that or key stores");
        }
    }

    private static SSLContext init(KeyManager @Nullable [] keys, TrustManager[] trust) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, trust, null);
        return context;
    }

    private static TrustManager[] trustManagers(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return Arrays.stream(factory.getTrustManagers())
                .map(it -> it instanceof X509ExtendedTrustManager checking ? new NamingTrustManager(checking) : it)
                .toArray(TrustManager[]::new);
    }

    private static <T> T unchecked(Source<T> source) {
        try {
            return source.get();
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("The keys or certificates cannot be used: " + e.getMessage(), e);
        }
    }

    /** Whether {@link #get} returns at once. If not, it may read what the JDK trusts from a file. */
    public boolean isReady() {
        return given != null || made != null;
    }

    /** Whether it may have a certificate of its own. Of an SSLContext nobody can tell. */
    public boolean mayHaveIdentity() {
        return keys != null || (trust == null && get() != Default.CONTEXT);
    }

    /**
     * Returns the context for engines of a network. Each run of a simulated host has one of its own. Otherwise a client would
     * resume the session of an earlier run, and its handshake would be another one than in a run alone.
     */
    public SSLContext on(Network network) {
        SSLContext shared = get();
        if (!network.isSimulated() || !canBeMadeAgain(shared)) {
            return shared;
        }
        synchronized (ofSimulated) {
            return ofSimulated.computeIfAbsent(network, it -> make());
        }
    }

    /** Not if a program has made it, or has set it as the default of the JVM. */
    private boolean canBeMadeAgain(SSLContext shared) {
        return keys != null || trust != null || shared == Default.CONTEXT;
    }

    /** Returns the context. */
    public SSLContext get() {
        if (given != null) {
            return given;
        }
        if (keys == null && trust == null) {
            return byDefault();
        }
        synchronized (ofSimulated) {
            SSLContext context = made;
            if (context == null) {
                context = make();
                made = context;
            }
            return context;
        }
    }

    private SSLContext make() {
        return unchecked(() -> init(keys, trust == null ? Default.TRUST : trust));
    }

    private static SSLContext byDefault() {
        SSLContext byDefault = unchecked(SSLContext::getDefault);
        // Another one was set by SSLContext.setDefault, or has keys of system properties.
        boolean isPlain =
                byDefault.getProtocol().equals("Default") && System.getProperty("javax.net.ssl.keyStore") == null;
        return isPlain ? Default.CONTEXT : byDefault;
    }
}
