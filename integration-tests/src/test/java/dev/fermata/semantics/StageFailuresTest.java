package dev.fermata.semantics;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;
import static dev.fermata.harness.VirtualTime.virtually;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an await makes of the CompletionExceptions around a stage's failure. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // what is wrong here has no end
class StageFailuresTest {
    private static class Wrapper extends CompletionException {
        private static final long serialVersionUID = 1;

        Wrapper(String message) {
            super(message);
        }
    }

    private static final class Endless extends Wrapper {
        private static final long serialVersionUID = 1;

        Endless() {
            super("endless");
        }

        @Override
        public synchronized Throwable getCause() {
            return new Endless();
        }
    }

    private static final class Unasked extends Wrapper {
        private static final long serialVersionUID = 1;

        Unasked() {
            super("unasked");
        }

        @Override
        public synchronized Throwable getCause() {
            throw new AssertionError("do not ask");
        }
    }

    @Async
    private static Coroutine<Throwable> thrownBy(CompletableFuture<Void> stage) {
        try {
            await(stage);
            return done(new AssertionError("nothing was thrown"));
        } catch (Throwable thrown) {
            return done(thrown);
        }
    }

    @Async
    private static CompletableFuture<Throwable> thrownInHot(CompletableFuture<Void> stage) {
        try {
            await(stage);
            return CompletableFuture.completedFuture(new AssertionError("nothing was thrown"));
        } catch (Throwable thrown) {
            return CompletableFuture.completedFuture(thrown);
        }
    }

    /** Whether the stage is done before it is awaited or only after, on a loop and without one. */
    private static void isThrown(Throwable expected, Throwable failure) {
        CompletableFuture<Void> failed = CompletableFuture.failedFuture(failure);
        assertSame(expected, virtually(() -> thrownBy(failed)));
        assertSame(expected, thrownInHot(failed).join());
        CompletableFuture<Void> fails = new CompletableFuture<>();
        Throwable later = virtually(() -> {
            EventLoop.running().callSoon(() -> fails.completeExceptionally(failure));
            return done(await(thrownBy(fails)));
        });
        assertSame(expected, later);
        CompletableFuture<Void> pending = new CompletableFuture<>();
        CompletableFuture<Throwable> hot = thrownInHot(pending);
        pending.completeExceptionally(failure);
        assertSame(expected, hot.join());
    }

    @Test
    void what_stands_behind_completion_exceptions_is_thrown() {
        Exception failure = new Exception("behind");
        isThrown(failure, new CompletionException(new CompletionException(failure)));
    }

    @Test
    void completion_exceptions_that_are_each_others_cause_are_thrown_as_they_are() {
        Wrapper one = new Wrapper("one");
        Wrapper other = new Wrapper("other");
        one.initCause(other);
        other.initCause(one);
        isThrown(one, one);
    }

    @Test
    void a_completion_exception_whose_causes_do_not_end_is_thrown_as_it_is() {
        Endless endless = new Endless();
        isThrown(endless, endless);
    }

    @Test
    void a_completion_exception_whose_cause_cannot_be_asked_for_is_thrown_as_it_is() {
        Unasked unasked = new Unasked();
        isThrown(unasked, unasked);
    }
}
