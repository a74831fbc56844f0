package dev.fermata.net;

import static dev.fermata.Asyncio.*;
import static dev.fermata.net.Certificates.*;
import static dev.fermata.net.Net.*;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.Task;
import java.security.Security;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;

/**
 * Large transfers in both directions at once, by keys that both ends soon have to replace. In a JVM of its own, because the JDK
 * reads its limits once. {@link KeyUpdatesTest} counts the updates, of which the JDK's log tells.
 */
final class KeyLimits {
    private static final byte[] BYTES = new byte[3_000_000];

    public static void main(String[] arguments) {
        Security.setProperty("jdk.tls.keyLimits", "AES/GCM/NoPadding KeyUpdate 2^17");
        new Random(5).nextBytes(BYTES);
        run(() -> {
            try (var limit = timeout(Duration.ofSeconds(50))) {
                var serving = ServerOptions.defaults().tls(server());
                var connecting = ConnectOptions.defaults().tls(client());
                try (var server = await(startServer(KeyLimits::serve, "127.0.0.1", 0, serving));
                        var peer = await(openConnection("localhost", server.port(), connecting))) {
                    await(exchange(peer));
                    await(peer.writeEof());
                    if (await(peer.readLine()) == null) {
                        System.out.println("whole by " + peer.tlsSession().getCipherSuite());
                    }
                }
            }
            return done();
        });
    }

    /** It closes after the client has ended. A client that still answered an update would meet a closed socket. */
    @Async
    private static Coroutine<Void> serve(Connection peer) {
        await(exchange(peer));
        await(peer.readLine());
        return done();
    }

    @Async
    private static Coroutine<Void> exchange(Connection peer) {
        Task<Void> writing = createTask(peer.write(BYTES));
        if (!Arrays.equals(BYTES, await(peer.readExactly(BYTES.length)))) {
            throw new IllegalStateException("something else came");
        }
        await(writing);
        return done();
    }
}
