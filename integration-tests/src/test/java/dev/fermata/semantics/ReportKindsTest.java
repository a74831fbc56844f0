package dev.fermata.semantics;

import static dev.fermata.Asyncio.*;
import static dev.fermata.harness.VirtualTime.ms;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.fermata.AsyncCallable;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.ExceptionHandler;
import dev.fermata.ExceptionHandler.Kind;
import dev.fermata.TaskGroup;
import dev.fermata.harness.Child;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What a report to the exception handler is about, for code that decides by it. */
@SuppressWarnings({"fermata:task-dropped", "fermata:scope-not-left"}) // these are the mistakes that are reported
class ReportKindsTest {
    /** Opens without a block, where the compiler does not see it. */
    private static final Supplier<TaskGroup> GROUP = TaskGroup::new;

    private static List<Kind> reported(AsyncCallable<Void> main) {
        List<Kind> kinds = new ArrayList<>();
        run(main, () -> {
            EventLoop loop = EventLoop.virtualTime();
            loop.setExceptionHandler((where, context) -> kinds.add(context.kind()));
            return loop;
        });
        return kinds;
    }

    @Test
    void callbacks_that_fail() {
        assertEquals(List.of(Kind.CALLBACK_FAILED, Kind.CALLBACK_FAILED), reported(() -> {
            EventLoop.running().callSoon(() -> {
                throw new IllegalStateException();
            });
            var promise = createPromise();
            promise.addDoneCallback(it -> {
                throw new IllegalStateException();
            });
            promise.setResult("x");
            await(sleep(ms(1)));
            return done();
        }));
    }

    @Test
    void failures_that_nobody_reads() {
        assertEquals(List.of(Kind.FAILURE_NEVER_READ), reported(() -> {
            createPromise().setException(new IOException());
            return done();
        }));
    }

    @Test
    void scopes_that_nobody_leaves() {
        assertEquals(List.of(Kind.SCOPE_NEVER_LEFT, Kind.SCOPE_NEVER_LEFT), reported(() -> {
            await(createTask(() -> {
                GROUP.get().createTask(sleep(ms(1)));
                return done();
            }));
            await(createTask(() -> {
                timeout(ms(5));
                return done();
            }));
            await(sleep(ms(10)));
            return done();
        }));
    }

    @Test
    void tasks_that_fail_when_the_end_cancels_them() {
        assertEquals(List.of(Kind.FAILED_AT_CLOSE), reported(() -> {
            createTask(() -> {
                try {
                    await(sleep(ms(1000)));
                } finally {
                    throwing();
                }
                return done();
            });
            await(sleep(Duration.ZERO));
            return done();
        }));
    }

    @Test
    void calls_that_run_longer_than_the_loop() {
        CountDownLatch never = new CountDownLatch(1);
        assertEquals(List.of(Kind.CALLS_LEFT_AT_CLOSE), reported(() -> {
            EventLoop.running().setOutsideLimit(ms(1));
            EventLoop.running().runInExecutor(null, () -> {
                never.await();
                return null;
            });
            return done();
        }));
        never.countDown();
    }

    /** Prints the kinds of its reports. */
    static final class Forgetful {
        private Forgetful() {}

        /** javac sees a coroutine that nobody takes. */
        private static void forget(Coroutine<Void> coroutine) {}

        public static void main(String[] arguments) {
            System.out.println(reported(() -> {
                forget(sleep(ms(1)));
                return done();
            }));
        }
    }

    @Test
    void coroutines_that_nobody_awaits_in_debug_mode() throws Exception {
        try (Child child = new Child(List.of("-Dfermata.debug=true"), Forgetful.class)) {
            assertEquals(List.of(List.of(Kind.COROUTINE_NEVER_AWAITED).toString()), child.rest());
        }
    }

    private static void throwing() {
        throw new IllegalStateException("cleaning up");
    }

    @Test
    void what_a_program_reports_itself() {
        assertEquals(List.of(Kind.OTHER), reported(() -> {
            EventLoop.running().callExceptionHandler(new ExceptionHandler.Context("mine", null, null));
            return done();
        }));
    }
}
