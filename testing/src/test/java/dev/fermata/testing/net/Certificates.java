package dev.fermata.testing.net;

import dev.fermata.net.ConnectOptions;
import dev.fermata.net.ServerOptions;
import dev.fermata.net.TlsOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;

/** Certificates of the host {@code server}, signed by themselves, made by the keytool of this JDK. */
final class Certificates {
    private static final char[] PASSWORD = "changeit".toCharArray();

    /** Its signatures have 70 to 72 bytes. */
    static final Certificates EC = new Certificates("EC", "-groupname", "secp256r1");

    /** All its signatures are of the same length. */
    static final Certificates RSA = new Certificates("RSA", "-keysize", "2048");

    private final KeyStore store;

    private Certificates(String algorithm, String... more) {
        try {
            Path folder = Files.createTempDirectory("certificates");
            Path file = folder.resolve("keys.p12");
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                    "-J-XX:TieredStopAtLevel=1",
                    "-genkeypair",
                    "-alias",
                    "key",
                    "-keyalg",
                    algorithm,
                    "-dname",
                    "CN=server, OU=" + algorithm, // or they would be taken for each other, and not only refused
                    "-ext",
                    "SAN=dns:server",
                    "-keystore",
                    file.toString(),
                    "-storepass",
                    new String(PASSWORD)));
            command.addAll(List.of(more));
            Process keytool =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(keytool.getInputStream().readAllBytes());
            if (keytool.waitFor() != 0) {
                throw new IllegalStateException(command + ": " + output);
            }
            store = KeyStore.getInstance(file.toFile(), PASSWORD);
            Files.delete(file);
            Files.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException | InterruptedException e) {
            throw new IllegalStateException(algorithm, e);
        }
    }

    TlsOptions identity() {
        return TlsOptions.defaults().identity(store, PASSWORD);
    }

    TlsOptions trusting() {
        return TlsOptions.defaults().trusted(store);
    }

    ServerOptions serving() {
        return ServerOptions.defaults().tls(identity());
    }

    ConnectOptions connecting() {
        return ConnectOptions.defaults().tls(trusting());
    }
}
