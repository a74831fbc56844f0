package dev.fermata.context;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.gather;
import static dev.fermata.Asyncio.sleep;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.Task;
import dev.fermata.testing.AsyncTest;
import dev.fermata.testing.Explore;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Micrometer's observations follow tasks. Their accessor, which their jar registers, does not set a value: it opens a scope,
 * and closes the innermost one to put a value back.
 */
@ExtendWith(Frameworks.class)
class ObservationsTest {
    private final ObservationRegistry registry = ObservationRegistry.create();

    private ObservationsTest() {
        registry.observationConfig().observationHandler(context -> true);
    }

    private @Nullable Observation current() {
        return registry.getCurrentObservation();
    }

    @AfterEach
    void nothing_is_left_on_the_thread() {
        assertNull(registry.getCurrentObservationScope());
    }

    @Async
    private Coroutine<Void> observed(String name, long millis) {
        Observation parent = current();
        Observation observation = Observation.start(name, registry);
        try (Observation.Scope scope = observation.openScope()) {
            await(sleep(Duration.ofMillis(millis)));
            assertSame(observation, current());
            try (Observation.Scope again = observation.openScope()) {
                await(sleep(Duration.ofMillis(millis)));
                assertSame(observation, current());
            }
            await(sleep(Duration.ZERO));
            assertSame(observation, current());
        } finally {
            observation.stop();
        }
        assertSame(parent, current());
        await(sleep(Duration.ZERO));
        assertSame(parent, current());
        return done();
    }

    @Explore(schedules = 50, cancels = true)
    @AsyncTest
    void an_observation_is_current_after_an_await_and_not_seen_by_others() {
        Task<Void> other = createTask(() -> {
            for (int i = 0; i < 5; i++) {
                assertNull(current());
                await(sleep(Duration.ofMillis(1)));
            }
            return done();
        });
        Observation observation = Observation.start("main", registry);
        try (Observation.Scope scope = observation.openScope()) {
            await(gather(observed("a", 2), observed("b", 1), other));
            assertSame(observation, current());
        }
        assertNull(current());
    }
}
