package dev.fermata.context;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.gather;
import static dev.fermata.Asyncio.run;
import static dev.fermata.Asyncio.sleep;
import static dev.fermata.Asyncio.toThread;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;

/** Spring Security's user follows tasks. Its jar registers the accessor. */
@ExtendWith(Frameworks.class)
class SecurityTest {
    private final List<String> log = new ArrayList<>();

    private static void logIn(String user) {
        SecurityContext context = SecurityContextHolder.createEmptyContext();
        context.setAuthentication(new TestingAuthenticationToken(user, "secret"));
        SecurityContextHolder.setContext(context);
    }

    private static String user() {
        Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
        return authentication == null ? "nobody" : authentication.getName();
    }

    @AfterEach
    void nobody_is_logged_in_on_the_thread() {
        assertNull(SecurityContextHolder.getContext().getAuthentication());
        SecurityContextHolder.clearContext();
    }

    @Async
    private Coroutine<Void> as(String user, long millis) {
        logIn(user);
        await(sleep(Duration.ofMillis(millis)));
        log.add(user + " " + user() + " " + await(toThread(SecurityTest::user)));
        return done();
    }

    @Test
    void each_task_has_its_own_user() {
        run(() -> {
            Task<Void> ada = createTask(as("ada", 100));
            await(gather(ada, as("bob", 1)));
            log.add("main " + user());
            logIn("eve");
            String child = await(createTask(() -> {
                await(sleep(Duration.ZERO));
                String seen = user();
                SecurityContextHolder.clearContext();
                await(sleep(Duration.ZERO));
                return done(seen + ", then " + user());
            }));
            log.add("child " + child);
            log.add("main " + user());
            SecurityContextHolder.clearContext();
            return done();
        });
        assertEquals(List.of("bob bob bob", "ada ada ada", "main nobody", "child eve, then nobody", "main eve"), log);
    }
}
