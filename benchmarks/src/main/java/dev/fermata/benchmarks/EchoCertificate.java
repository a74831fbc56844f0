package dev.fermata.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** The key and certificate of the echo servers, the same for all, in two forms: a key store, and PEM for Python. */
final class EchoCertificate {
    private static final String PASSWORD = "changeit";
    private static final String ALIAS = "echo";

    private EchoCertificate() {}

    /** Makes them in a new folder. Returns the key store; the PEM is beside it. */
    static Path make() throws IOException, InterruptedException, GeneralSecurityException {
        Path folder = Files.createTempDirectory("echo");
        Path store = folder.resolve("echo.p12");
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                ALIAS,
                "-dname",
                "CN=localhost",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD);
        if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
            throw new IllegalStateException("keytool has failed: " + command);
        }
        KeyStore keys = load(store);
        Files.writeString(
                pem(store),
                block("PRIVATE KEY", keys.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded())
                        + block("CERTIFICATE", keys.getCertificate(ALIAS).getEncoded()));
        return store;
    }

    static void delete(Path store) throws IOException {
        Files.delete(pem(store));
        Files.delete(store);
        Files.delete(store.resolveSibling(""));
    }

    static Path pem(Path store) {
        return store.resolveSibling("echo.pem");
    }

    private static String block(String kind, byte[] bytes) {
        Base64.Encoder encoder = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
        return "-----BEGIN " + kind + "-----\n" + encoder.encodeToString(bytes) + "\n-----END " + kind + "-----\n";
    }

    static KeyStore load(Path store) throws IOException, GeneralSecurityException {
        return KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    }

    static char[] password() {
        return PASSWORD.toCharArray();
    }

    static KeyManagerFactory keys(Path store) throws IOException, GeneralSecurityException {
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(load(store), password());
        return keys;
    }

    /** Returns the JDK's context of a server. */
    static SSLContext context(Path store) throws IOException, GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(keys(store).getKeyManagers(), null, null);
        return context;
    }
}
