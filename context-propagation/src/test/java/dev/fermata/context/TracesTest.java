package dev.fermata.context;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.gather;
import static dev.fermata.Asyncio.run;
import static dev.fermata.Asyncio.sleep;
import static dev.fermata.Asyncio.toThread;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.Task;
import dev.fermata.TaskGroup;
import dev.fermata.testing.AsyncTest;
import dev.fermata.testing.Explore;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The current span of OpenTelemetry follows tasks. */
@ExtendWith(Frameworks.class)
class TracesTest {
    /** The parent of each span, by its name; no parent is "". */
    private final Map<String, String> parents = new HashMap<>();

    private final Map<String, String> names = new HashMap<>();

    private final Tracer tracer =
            SdkTracerProvider.builder().addSpanProcessor(new Parents()).build().get("test");

    private final class Parents implements SpanProcessor {
        @Override
        public void onStart(Context context, ReadWriteSpan span) {
            names.put(span.getSpanContext().getSpanId(), span.getName());
            parents.put(
                    span.getName(),
                    names.getOrDefault(span.getParentSpanContext().getSpanId(), ""));
        }

        @Override
        public boolean isStartRequired() {
            return true;
        }

        @Override
        public void onEnd(ReadableSpan span) {
            throw new AssertionError("only starts are looked at");
        }

        @Override
        public boolean isEndRequired() {
            return false;
        }
    }

    /** Starts a span below the current one. */
    private Span start(String name) {
        return tracer.spanBuilder(name).startSpan();
    }

    private static void assertNoSpan() {
        assertFalse(Span.current().getSpanContext().isValid(), () -> "" + Span.current());
    }

    /** Has a span of its own, with one in it before and one after an await. */
    @Async
    private Coroutine<Void> work(String name, long millis) {
        Span span = start(name);
        try (Scope scope = span.makeCurrent()) {
            start(name + " before").end();
            await(sleep(Duration.ofMillis(millis)));
            assertSame(span, Span.current());
            start(name + " after").end();
        } finally {
            span.end();
        }
        return done();
    }

    @AsyncTest
    void a_span_is_current_after_an_await_and_not_seen_by_others() {
        Task<Void> other = createTask(() -> {
            for (int i = 0; i < 5; i++) {
                assertNoSpan();
                await(sleep(Duration.ofMillis(1)));
            }
            return done();
        });
        await(work("a", 3));
        assertNoSpan();
        await(other);
        assertEquals(Map.of("a", "", "a before", "a", "a after", "a"), parents);
    }

    @Explore(schedules = 50, cancels = true)
    @AsyncTest
    void children_of_gather_and_of_a_group_are_below_the_span_of_where_they_were_created() {
        Span root = start("root");
        try (Scope scope = root.makeCurrent()) {
            await(gather(work("a", 2), work("b", 1)));
            try (TaskGroup group = new TaskGroup()) {
                group.createTask(work("c", 2));
                Span inner = start("inner");
                try (Scope in = inner.makeCurrent()) {
                    group.createTask(work("d", 1));
                }
            }
            assertSame(root, Span.current());
        } finally {
            root.end();
        }
        assertNoSpan();
        for (String name : new String[] {"a", "b", "c", "d"}) {
            assertEquals(name.equals("d") ? "inner" : "root", parents.get(name));
            assertEquals(name, parents.get(name + " before"));
            assertEquals(name, parents.get(name + " after"));
        }
    }

    @Test
    void a_call_on_a_thread_is_below_the_span_of_its_task() {
        run(() -> {
            Span span = start("a");
            try (Scope scope = span.makeCurrent()) {
                await(toThread(() -> {
                    start("on thread").end();
                    return done();
                }));
            }
            return done();
        });
        assertEquals("a", parents.get("on thread"));
    }

    @SuppressWarnings("MustBeClosedChecker") // the order is the point
    @AsyncTest
    void scopes_that_are_closed_in_another_order_leave_a_span_in_their_task_alone() {
        Task<Void> task = createTask(() -> {
            Scope outer = start("outer").makeCurrent();
            Span inner = start("inner");
            Scope in = inner.makeCurrent();
            await(sleep(Duration.ofMillis(1)));
            outer.close(); // OpenTelemetry ignores it, because another one is current
            assertSame(inner, Span.current());
            await(sleep(Duration.ofMillis(1)));
            in.close();
            await(sleep(Duration.ofMillis(1)));
            start("late").end();
            return done();
        });
        while (!task.done()) {
            assertNoSpan();
            await(sleep(Duration.ofMillis(1)));
        }
        await(task);
        assertEquals("outer", parents.get("late"));
        assertSame(Context.root(), Context.current());
    }
}
