package dev.fermata.alongside;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.run;
import static dev.fermata.Asyncio.sleep;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An await reaches the proxy or override that it is given, woven or not. */
class OverridesTest {
    /** Public, because only then may its default methods be called by a proxy's handler. */
    public interface Prices {
        Coroutine<Integer> price(String item);

        @Async
        default Coroutine<Integer> fee() {
            await(sleep(Duration.ZERO));
            return done(1);
        }

        @Async
        default Coroutine<Integer> total(String left, String right) {
            return done(await(price(left)) + await(price(right)) + await(fee()));
        }
    }

    private static Prices proxy(List<String> calls, InvocationHandler handler) {
        return (Prices) Proxy.newProxyInstance(
                Prices.class.getClassLoader(), new Class<?>[] {Prices.class}, (proxy, method, arguments) -> {
                    calls.add(method.getName());
                    return handler.invoke(proxy, method, arguments);
                });
    }

    @Test
    void dynamic_proxy_is_reached_by_each_await_of_a_default_method() {
        List<String> calls = new ArrayList<>();
        Prices prices = proxy(calls, (proxy, method, arguments) -> switch (method.getName()) {
            case "price" -> done(((String) arguments[0]).length());
            case "fee" -> done(100);
            default -> InvocationHandler.invokeDefault(proxy, method, arguments);
        });
        assertEquals(107, run(() -> done(await(prices.total("tea", "milk")))));
        assertEquals(List.of("total", "price", "price", "fee"), calls);
    }

    @Test
    void dynamic_proxy_may_answer_instead_of_a_default_method() {
        List<String> calls = new ArrayList<>();
        Prices prices = proxy(calls, (proxy, method, arguments) -> done(7));
        assertEquals(7, run(() -> done(await(prices.total("tea", "milk")))));
        assertEquals(List.of("total"), calls);
    }

    @Test
    void dynamic_proxy_may_pass_a_default_method_s_coroutine_on() {
        List<String> calls = new ArrayList<>();
        Prices real = item -> done(item.length());
        Prices prices = proxy(calls, (proxy, method, arguments) -> method.invoke(real, arguments));
        assertEquals(8, run(() -> done(await(prices.total("tea", "milk")))));
        assertEquals(List.of("total"), calls);
    }

    private static class Base {
        @Async
        Coroutine<String> name() {
            await(sleep(Duration.ZERO));
            return done("base");
        }

        @Async
        Coroutine<String> greeting() {
            return done("hello " + await(name()));
        }
    }

    /** Its method has no await of its own and is left alone. */
    private static class NotWoven extends Base {
        @Override
        Coroutine<String> name() {
            return done("override");
        }
    }

    /** Its method passes a coroutine on, as it is. */
    private static final class Forwarding extends NotWoven {
        private final Base other;

        Forwarding(Base other) {
            this.other = other;
        }

        @Override
        Coroutine<String> name() {
            return other.name();
        }
    }

    @Test
    void override_that_was_not_woven_is_reached() {
        Base base = new NotWoven();
        assertEquals("hello override", run(() -> done(await(base.greeting()))));
        assertEquals("override", run(() -> done(await(base.name()))));
        assertEquals("hello base", run(() -> done(await(new Forwarding(new Base()).greeting()))));
    }

    @Test
    void override_in_an_anonymous_class_is_reached() {
        Base base = new Base() {
            @Override
            Coroutine<String> name() {
                return done("anonymous");
            }
        };
        assertEquals("hello anonymous", run(() -> done(await(base.greeting()))));
    }

    private enum Size {
        SMALL,
        LARGE {
            @Override
            @Async
            Coroutine<Integer> price() {
                await(sleep(Duration.ZERO));
                return done(10 * await(super.price()));
            }
        },
        FREE {
            @Override
            Coroutine<Integer> price() {
                return done(0);
            }
        };

        @Async
        Coroutine<Integer> price() {
            return done(2);
        }

        @Async
        Coroutine<Integer> pair() {
            return done(await(price()) + await(price()));
        }
    }

    @Test
    void enum_constant_s_override_is_reached() {
        List<Integer> prices = run(() -> {
            List<Integer> all = new ArrayList<>();
            for (Size size : Size.values()) {
                all.add(await(size.price()));
                all.add(await(size.pair()));
            }
            return done(all);
        });
        assertEquals(List.of(2, 4, 20, 40, 0, 0), prices);
    }
}
