package dev.fermata.net;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Keys with certificates signed by themselves, made by the keytool of this JDK. */
final class Certificates {
    static final char[] PASSWORD = "changeit".toCharArray();

    /** For localhost and 127.0.0.1, and one for example.org. */
    static final KeyStore SERVER = made(List.of(
            List.of("-dname", "CN=localhost", "-ext", "SAN=dns:localhost,ip:127.0.0.1"),
            List.of("-dname", "CN=example.org", "-ext", "SAN=dns:example.org,dns:www.example.org")));

    static final KeyStore CLIENT = made(List.of(List.of("-dname", "CN=a client")));

    private Certificates() {}

    /** Returns how a server is to speak TLS. */
    static TlsOptions server() {
        return TlsOptions.defaults().identity(SERVER, PASSWORD).trusted(CLIENT);
    }

    /** Returns how a client of it is to speak TLS. */
    static TlsOptions client() {
        return TlsOptions.defaults().trusted(SERVER);
    }

    /** Returns the context of a peer of the JDK with all keys and trusted certificates. */
    static SSLContext context() throws GeneralSecurityException {
        return context(SERVER);
    }

    static SSLContext context(KeyStore identity) throws GeneralSecurityException {
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(identity, PASSWORD);
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(identity == CLIENT ? SERVER : CLIENT);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    /** Writes the key of {@code store} and its certificate as other programs read them. Returns the file. */
    static Path pem(KeyStore store, Path folder) throws GeneralSecurityException, IOException {
        Path file = folder.resolve("key-and-certificate.pem");
        Files.writeString(
                file,
                block("PRIVATE KEY", store.getKey("key0", PASSWORD).getEncoded())
                        + block("CERTIFICATE", store.getCertificate("key0").getEncoded()));
        return file;
    }

    private static String block(String kind, byte[] bytes) {
        return "-----BEGIN " + kind + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes) + "\n-----END " + kind + "-----\n";
    }

    /**
     * Certificates for localhost that an authority has signed, and that are not valid today, or whose authority's is not. All are
     * made at the first use, which takes seconds.
     */
    static final class Dated {
        /** The certificate of the authority. */
        static final KeyStore AUTHORITY;

        static final KeyStore EXPIRED;
        static final KeyStore NOT_YET_VALID;

        /** Valid, but signed by an authority between, whose certificate is not. */
        static final KeyStore BY_EXPIRED;

        static {
            try {
                Path folder = Files.createTempDirectory("certificates");
                Path store = folder.resolve("keys.p12");
                generate(store, "authority", "-dname", "CN=an authority", "-ext", "bc:c");
                generate(store, "between", "-dname", "CN=one between", "-ext", "bc:c");
                generate(store, "leaf", "-dname", "CN=localhost");
                KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD);
                Certificate authority = keys.getCertificate("authority");
                Certificate expired = signed(store, "leaf", "authority", "-startdate", "-30d", "-validity", "10");
                Certificate early = signed(store, "leaf", "authority", "-startdate", "+10d", "-validity", "10");
                Certificate between =
                        signed(store, "between", "authority", "-startdate", "-30d", "-validity", "10", "-ext", "bc:c");
                Certificate leaf = signed(store, "leaf", "between", "-validity", "10");
                AUTHORITY = empty();
                AUTHORITY.setCertificateEntry("authority", authority);
                EXPIRED = store(keys, expired);
                NOT_YET_VALID = store(keys, early);
                BY_EXPIRED = store(keys, leaf, between);
                Files.delete(store);
                Files.delete(folder);
            } catch (IOException | GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        private Dated() {}

        /** Returns what {@code by} signs for the key {@code alias}. */
        private static Certificate signed(Path store, String alias, String by, String... more)
                throws IOException, GeneralSecurityException {
            Path folder = store.getParent();
            Path request = folder.resolve("request");
            Path signed = folder.resolve("signed");
            keytool(store, "-certreq", "-alias", alias, "-file", request.toString());
            List<String> arguments = new ArrayList<>(List.of("-gencert", "-alias", by));
            arguments.addAll(List.of("-infile", request.toString(), "-outfile", signed.toString()));
            arguments.addAll(List.of(more));
            if (alias.equals("leaf")) {
                arguments.addAll(List.of("-ext", "SAN=dns:localhost,ip:127.0.0.1"));
            }
            keytool(store, arguments.toArray(String[]::new));
            try (InputStream in = Files.newInputStream(signed)) {
                return CertificateFactory.getInstance("X.509").generateCertificate(in);
            } finally {
                Files.delete(request);
                Files.delete(signed);
            }
        }

        private static KeyStore store(KeyStore keys, Certificate... chain)
                throws IOException, GeneralSecurityException {
            KeyStore store = empty();
            store.setKeyEntry("key0", keys.getKey("leaf", PASSWORD), PASSWORD, chain);
            return store;
        }
    }

    /** Returns a store that trusts the one certificate of {@code identity}. */
    static KeyStore trusting(KeyStore identity) throws GeneralSecurityException, IOException {
        KeyStore store = empty();
        store.setCertificateEntry("it", identity.getCertificate("key0"));
        return store;
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static KeyStore made(List<List<String>> keys) {
        try {
            Path folder = Files.createTempDirectory("certificates");
            Path store = folder.resolve("keys.p12");
            for (int i = 0; i < keys.size(); i++) {
                generate(store, "key" + i, keys.get(i).toArray(String[]::new));
            }
            KeyStore made = KeyStore.getInstance(store.toFile(), PASSWORD);
            Files.delete(store);
            Files.delete(folder);
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(keys.toString(), e);
        }
    }

    private static void generate(Path store, String alias, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("-genkeypair", "-alias", alias));
        arguments.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1"));
        arguments.addAll(List.of(more));
        keytool(store, arguments.toArray(String[]::new));
    }

    private static void keytool(Path store, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.add("-J-XX:TieredStopAtLevel=1");
        command.addAll(List.of(arguments));
        command.addAll(List.of("-keystore", store.toString(), "-storepass", new String(PASSWORD)));
        try {
            Process keytool =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(keytool.getInputStream().readAllBytes());
            if (keytool.waitFor() != 0) {
                throw new IllegalStateException(command + ": " + output);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
