package dev.fermata.net;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
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

    private static KeyStore made(List<List<String>> keys) {
        try {
            Path folder = Files.createTempDirectory("certificates");
            File store = folder.resolve("keys.p12").toFile();
            for (int i = 0; i < keys.size(); i++) {
                List<String> command = new ArrayList<>(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-J-XX:TieredStopAtLevel=1",
                        "-genkeypair",
                        "-alias",
                        "key" + i,
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-keystore",
                        store.getPath(),
                        "-storepass",
                        new String(PASSWORD)));
                command.addAll(keys.get(i));
                Process keytool =
                        new ProcessBuilder(command).redirectErrorStream(true).start();
                String output = new String(keytool.getInputStream().readAllBytes());
                if (keytool.waitFor() != 0) {
                    throw new IllegalStateException(command + ": " + output);
                }
            }
            KeyStore made = KeyStore.getInstance(store, PASSWORD);
            Files.delete(store.toPath());
            Files.delete(folder);
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException | InterruptedException e) {
            throw new IllegalStateException(keys.toString(), e);
        }
    }
}
