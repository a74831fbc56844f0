package dev.fermata.guests;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.sleep;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.GuestHost;
import dev.fermata.Task;
import java.lang.reflect.InvocationTargetException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What {@link GuideTest} runs on JavaFX's thread, by reflection, since JavaFX is there in a profile only. */
final class JavaFxProgram {
    private JavaFxProgram() {}

    @Async
    static Coroutine<Boolean> isOnThreadOf(GuestHost host) {
        boolean before = host.isHostThread();
        await(sleep(Duration.ofMillis(5)));
        return done(before && host.isHostThread());
    }

    /** Stands in an event loop inside of JavaFX's, as {@code showAndWait} does, behind a sleep. */
    @Async
    static Coroutine<List<String>> nested(Duration pause) throws Exception {
        List<String> log = new ArrayList<>();
        Object key = new Object();
        await(sleep(pause));
        Task<Void> other = createTask(() -> {
            await(sleep(pause));
            log.add("another task");
            call("exitNestedEventLoop", new Class<?>[] {Object.class, Object.class}, key, null);
            return done();
        });
        log.add("opens");
        call("enterNestedEventLoop", new Class<?>[] {Object.class}, key);
        log.add("closed");
        await(other);
        return done(log);
    }

    private static void call(String method, Class<?>[] types, Object... arguments) throws Exception {
        try {
            Class.forName("javafx.application.Platform")
                    .getMethod(method, types)
                    .invoke(null, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }
}
