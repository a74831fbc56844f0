package dev.fermata.alongside;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.run;
import static dev.fermata.Asyncio.sleep;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.doReturn;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.spy;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;
import static org.mockito.Mockito.withSettings;

import dev.fermata.Async;
import dev.fermata.AsyncLock;
import dev.fermata.AsyncQueue;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.mockito.MockMakers;

/** An await reaches the mock or spy that it is given, whatever could have been called directly. */
class MocksTest {
    @Async
    private static Coroutine<Integer> slowly(int value) {
        await(sleep(Duration.ofSeconds(1)));
        return done(value);
    }

    @Test
    void mock_of_a_final_class_answers_an_await() {
        Till till = mock(Till.class);
        when(till.price("tea")).thenReturn(done(40));
        assertEquals(40, run(() -> done(await(till.price("tea")))));
        verify(till).price("tea");
    }

    @Test
    void mock_of_a_primitive_answers_an_await() {
        AsyncQueue<Integer> queue = mock();
        when(queue.get()).thenReturn(done(7));
        when(queue.put(8)).thenReturn(done());
        AsyncLock lock = mock();
        when(lock.acquire()).thenThrow(new IllegalStateException("no lock today"));
        assertEquals("7, no lock today", run(() -> {
            await(queue.put(8));
            int got = await(queue.get());
            try (var held = await(lock.acquire())) {
                return done(got + " and " + held);
            } catch (IllegalStateException e) {
                return done(got + ", " + e.getMessage());
            }
        }));
        verify(queue).put(8);
        verify(queue).get();
    }

    @Test
    void mock_s_answer_may_suspend() {
        Till till = mock(Till.class);
        when(till.price(any())).thenAnswer(call -> slowly(41));
        assertEquals(82, run(() -> done(await(till.price("tea")) + await(till.price("milk"))), EventLoop::virtualTime));
        verify(till, times(2)).price(any());
    }

    @Test
    void mock_s_exception_arrives_at_the_await() {
        Till till = mock(Till.class);
        when(till.price("tea")).thenThrow(new IllegalStateException("closed"));
        assertEquals("closed", run(() -> {
            try {
                return done("price " + await(till.price("tea")));
            } catch (IllegalStateException e) {
                return done(e.getMessage());
            }
        }));
    }

    @Test
    void call_that_is_not_stubbed_gives_null_and_the_await_says_so() {
        Till till = mock(Till.class);
        NullPointerException e =
                assertThrows(NullPointerException.class, () -> run(() -> done(await(till.price("tea")))));
        assertTrue(e.getMessage().startsWith("await(null): "), e.getMessage());
    }

    @Test
    void mock_calls_the_real_method_where_it_is_told_to() {
        Till till = mock(Till.class);
        when(till.price("tea")).thenCallRealMethod();
        assertEquals(3, run(() -> done(await(till.price("tea")))));
    }

    @Test
    void spy_of_a_final_class_answers_the_class_s_own_awaits() {
        Till till = spy(new Till());
        doReturn(done(40)).when(till).price("tea");
        doAnswer(call -> slowly(10)).when(till).count();
        assertEquals(54, run(() -> done(await(till.total("tea", "milk"))), EventLoop::virtualTime));
        verify(till).price("milk");
    }

    @Test
    void mock_of_a_hot_method_answers_an_await() {
        Till till = mock(Till.class);
        when(till.hot("tea")).thenReturn(CompletableFuture.completedFuture(40));
        assertEquals(40, run(() -> done(await(till.hot("tea")))));
    }

    @Test
    void spy_of_a_hot_method_answers_its_own_awaits() {
        Till till = spy(new Till());
        doReturn(done(40)).when(till).price("tea");
        assertEquals(40, run(() -> done(await(till.hot("tea")))));
    }

    /** In the nest of its caller, where bodies are in reach. */
    private static final class Nested {
        @Async
        Coroutine<String> tell() {
            return done("real");
        }

        @Async
        Coroutine<String> twice() {
            return done(await(tell()) + " " + await(tell()));
        }
    }

    private record Item(String name) {
        @Async
        Coroutine<String> label() {
            return done("real " + name);
        }
    }

    private static class Open {
        @Async
        final Coroutine<String> sealed() {
            return done("real");
        }

        @Async
        Coroutine<String> open() {
            return done("real and " + await(sealed()));
        }
    }

    @Test
    void mock_of_a_final_class_answers_an_await_in_its_own_nest() {
        Nested nested = mock(Nested.class);
        when(nested.tell()).thenReturn(done("mock"));
        when(nested.twice()).thenCallRealMethod();
        assertEquals("mock", run(() -> done(await(nested.tell()))));
        assertEquals("mock mock", run(() -> done(await(nested.twice()))));
    }

    @Test
    void mock_of_a_record_answers_an_await_in_its_own_nest() {
        Item item = mock(Item.class);
        when(item.label()).thenReturn(done("mock"));
        assertEquals("mock", run(() -> done(await(item.label()))));
    }

    @Test
    void spy_answers_an_await_of_a_final_method() {
        Open open = spy(new Open());
        doReturn(done("mock")).when(open).sealed();
        assertEquals("real and mock", run(() -> done(await(open.open()))));
    }

    @Test
    void spy_that_is_a_subclass_answers_an_await() {
        Shelf shelf =
                mock(Shelf.class, withSettings().spiedInstance(new Shelf()).mockMaker(MockMakers.SUBCLASS));
        when(shelf.count()).thenReturn(done(40));
        when(shelf.both()).thenCallRealMethod();
        assertEquals(80, run(() -> done(await(shelf.both()))));
        verify(shelf, never()).hidden();
    }

    /** Not final, so that a mock can be a subclass. */
    static class Shelf {
        @Async
        Coroutine<Integer> count() {
            return hidden();
        }

        @Async
        Coroutine<Integer> hidden() {
            return done(1);
        }

        @Async
        Coroutine<Integer> both() {
            return done(await(count()) + await(count()));
        }
    }
}
