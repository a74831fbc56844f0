package dev.fermata.context;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.gather;
import static dev.fermata.Asyncio.sleep;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.Task;
import dev.fermata.testing.AsyncTest;
import io.micrometer.context.ContextRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** SLF4J's MDC follows tasks, with Logback behind it. */
@ExtendWith(Frameworks.class)
class MdcTest {
    private final Logger logger = (Logger) LoggerFactory.getLogger(MdcTest.class);
    private final List<String> lines = new ArrayList<>();

    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            lines.add(event.getMDCPropertyMap().get("request") + ": " + event.getMessage());
        }
    };

    private MdcTest() {
        logger.setLevel(Level.INFO);
        logger.setAdditive(false);
        logger.addAppender(appender);
        appender.start();
    }

    @Async
    private Coroutine<Void> handle(String request, long millis) {
        try (var put = MDC.putCloseable("request", request)) {
            logger.info("begins");
            await(sleep(Duration.ofMillis(millis)));
            logger.info("goes on");
            await(sleep(Duration.ofMillis(millis)));
            logger.info("ends");
        }
        return done();
    }

    @AsyncTest
    void each_line_has_the_request_of_its_task() {
        Task<Void> a = createTask(handle("a", 2));
        Task<Void> b = createTask(handle("b", 3));
        await(sleep(Duration.ofMillis(1)));
        logger.info("main");
        await(gather(a, b));
        assertNull(MDC.get("request"));
        assertEquals(
                List.of("a: begins", "b: begins", "null: main", "a: goes on", "b: goes on", "a: ends", "b: ends"),
                lines);
    }

    @AsyncTest
    void an_accessor_that_is_registered_late_is_used_from_then_on() {
        ThreadLocal<String> late = new ThreadLocal<>();
        Task<String> before = createTask(() -> {
            await(sleep(Duration.ofMillis(1)));
            String seen = late.get();
            late.set("task");
            await(sleep(Duration.ofMillis(1)));
            return done(seen + " " + late.get());
        });
        ContextRegistry.getInstance().registerThreadLocalAccessor("late", late);
        try {
            await(sleep(Duration.ZERO));
            late.set("main");
            assertEquals("null task", await(before));
            assertEquals("main", late.get());
        } finally {
            ContextRegistry.getInstance().removeThreadLocalAccessor("late");
        }
    }
}
