package dev.fermata.benchmarks;

import dev.fermata.Asyncio;
import dev.fermata.Coroutine;
import dev.fermata.abi.Abi;
import dev.fermata.abi.Carrier;
import dev.fermata.abi.Frame;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The methods of {@link Emitted} in the rewritten form that docs/design.md describes, as a person would write it: the
 * measure of the weaver's output. A method has a cold call, a direct body ({@code …Body}), a resuming body
 * ({@code …Resume}) and a frame class with the code that saves. There is no switch where there is one state.
 */
final class ByHand {
    private ByHand() {}

    // ---- fib

    static Coroutine<Integer> fib(int n) {
        return new Fib(n);
    }

    private static Object fibBody(int n, Carrier carrier) throws Throwable {
        if (n < 2) {
            return n;
        }
        Object result = fibBody(n - 1, carrier);
        if (result == Abi.SUSPENDED) {
            return Fib.save1(n, null, carrier);
        }
        int left = (Integer) result;
        result = fibBody(n - 2, carrier);
        if (result == Abi.SUSPENDED) {
            return Fib.save2(left, null, carrier);
        }
        return (left + (Integer) result) & 63;
    }

    private static Object fibResume(Fib frame, int state, @Nullable Object value, Carrier carrier) throws Throwable {
        if (state == 2) {
            return (frame.n + unboxed(value)) & 63;
        }
        int left = unboxed(value);
        Object result = fibBody(frame.n - 2, carrier);
        if (result == Abi.SUSPENDED) {
            return Fib.save2(left, frame, carrier);
        }
        return (left + (Integer) result) & 63;
    }

    private static final class Fib extends Frame<Integer> {
        int n;

        Fib(int n) {
            this.n = n;
        }

        @Override
        protected @Nullable Object start(Carrier carrier) throws Throwable {
            return fibBody(n, carrier);
        }

        @Override
        protected @Nullable Object resume(@Nullable Object value, @Nullable Throwable failure, Carrier carrier)
                throws Throwable {
            if (failure != null) {
                throw failure;
            }
            return fibResume(this, state, value, carrier);
        }

        static Object save1(int n, @Nullable Fib reused, Carrier carrier) {
            return save(1, n, reused, carrier);
        }

        static Object save2(int left, @Nullable Fib reused, Carrier carrier) {
            return save(2, left, reused, carrier);
        }

        private static Object save(int state, int saved, @Nullable Fib reused, Carrier carrier) {
            Fib frame = reused == null ? new Fib(saved) : reused;
            frame.n = saved;
            frame.state = state;
            carrier.suspended(frame);
            return Abi.SUSPENDED;
        }
    }

    // ---- total

    static Coroutine<Integer> total(Priced[] all) {
        return new Total(all, 0, 0);
    }

    private static Object totalBody(Priced[] all, Carrier carrier) throws Throwable {
        int total = 0;
        for (int i = 0; i < all.length; i++) {
            Object result = Abi.await(all[i].price(total), carrier);
            if (result == Abi.SUSPENDED) {
                return Total.save1(all, i, total, null, carrier);
            }
            total = (total + unboxed(result)) & 63;
        }
        return total;
    }

    private static Object totalResume(Total frame, @Nullable Object value, Carrier carrier) throws Throwable {
        Priced[] all = frame.all;
        int total = (frame.total + unboxed(value)) & 63;
        for (int i = frame.i + 1; i < all.length; i++) {
            Object result = Abi.await(all[i].price(total), carrier);
            if (result == Abi.SUSPENDED) {
                return Total.save1(all, i, total, frame, carrier);
            }
            total = (total + unboxed(result)) & 63;
        }
        return total;
    }

    private static final class Total extends Frame<Integer> {
        Priced[] all;
        int i;
        int total;

        Total(Priced[] all, int i, int total) {
            this.all = all;
            this.i = i;
            this.total = total;
        }

        @Override
        protected @Nullable Object start(Carrier carrier) throws Throwable {
            return totalBody(all, carrier);
        }

        @Override
        protected @Nullable Object resume(@Nullable Object value, @Nullable Throwable failure, Carrier carrier)
                throws Throwable {
            if (failure != null) {
                throw failure;
            }
            return totalResume(this, value, carrier);
        }

        static Object save1(Priced[] all, int i, int total, @Nullable Total reused, Carrier carrier) {
            Total frame = reused == null ? new Total(all, i, total) : reused;
            frame.all = all;
            frame.i = i;
            frame.total = total;
            frame.state = 1;
            carrier.suspended(frame);
            return Abi.SUSPENDED;
        }
    }

    // ---- turns

    static Coroutine<Void> turns(int times) {
        return new Turns(times, 0);
    }

    private static @Nullable Object turnsBody(int times, Carrier carrier) throws Throwable {
        for (int i = 0; i < times; i++) {
            if (Abi.await(Asyncio.sleep(Duration.ZERO), carrier) == Abi.SUSPENDED) {
                return Turns.save1(times, i, null, carrier);
            }
        }
        return null;
    }

    private static @Nullable Object turnsResume(Turns frame, Carrier carrier) throws Throwable {
        int times = frame.times;
        for (int i = frame.i + 1; i < times; i++) {
            if (Abi.await(Asyncio.sleep(Duration.ZERO), carrier) == Abi.SUSPENDED) {
                return Turns.save1(times, i, frame, carrier);
            }
        }
        return null;
    }

    private static final class Turns extends Frame<Void> {
        int times;
        int i;

        Turns(int times, int i) {
            this.times = times;
            this.i = i;
        }

        @Override
        protected @Nullable Object start(Carrier carrier) throws Throwable {
            return turnsBody(times, carrier);
        }

        @Override
        protected @Nullable Object resume(@Nullable Object value, @Nullable Throwable failure, Carrier carrier)
                throws Throwable {
            if (failure != null) {
                throw failure;
            }
            return turnsResume(this, carrier);
        }

        static Object save1(int times, int i, @Nullable Turns reused, Carrier carrier) {
            Turns frame = reused == null ? new Turns(times, i) : reused;
            frame.times = times;
            frame.i = i;
            frame.state = 1;
            carrier.suspended(frame);
            return Abi.SUSPENDED;
        }
    }

    // ---- deepTurns

    static Coroutine<Void> deepTurns(int depth, int times) {
        return new DeepTurns(depth, times);
    }

    private static @Nullable Object deepTurnsBody(int depth, int times, Carrier carrier) throws Throwable {
        if (depth > 1) {
            if (deepTurnsBody(depth - 1, times, carrier) == Abi.SUSPENDED) {
                return DeepTurns.save1(null, carrier);
            }
            return null;
        }
        for (int i = 0; i < times; i++) {
            if (Abi.await(Asyncio.sleep(Duration.ZERO), carrier) == Abi.SUSPENDED) {
                return DeepTurns.save2(times, i, null, carrier);
            }
        }
        return null;
    }

    private static @Nullable Object deepTurnsResume(DeepTurns frame, int state, Carrier carrier) throws Throwable {
        if (state == 1) {
            return null;
        }
        int times = frame.times;
        for (int i = frame.i + 1; i < times; i++) {
            if (Abi.await(Asyncio.sleep(Duration.ZERO), carrier) == Abi.SUSPENDED) {
                return DeepTurns.save2(times, i, frame, carrier);
            }
        }
        return null;
    }

    private static final class DeepTurns extends Frame<Void> {
        /** The depth before the start, and the turn later. */
        int i;

        int times;

        DeepTurns(int i, int times) {
            this.i = i;
            this.times = times;
        }

        @Override
        protected @Nullable Object start(Carrier carrier) throws Throwable {
            return deepTurnsBody(i, times, carrier);
        }

        @Override
        protected @Nullable Object resume(@Nullable Object value, @Nullable Throwable failure, Carrier carrier)
                throws Throwable {
            if (failure != null) {
                throw failure;
            }
            return deepTurnsResume(this, state, carrier);
        }

        static Object save1(@Nullable DeepTurns reused, Carrier carrier) {
            DeepTurns frame = reused == null ? new DeepTurns(0, 0) : reused;
            frame.state = 1;
            carrier.suspended(frame);
            return Abi.SUSPENDED;
        }

        static Object save2(int times, int i, @Nullable DeepTurns reused, Carrier carrier) {
            DeepTurns frame = reused == null ? new DeepTurns(i, times) : reused;
            frame.times = times;
            frame.i = i;
            frame.state = 2;
            carrier.suspended(frame);
            return Abi.SUSPENDED;
        }
    }

    // ---- descents

    static Coroutine<Integer> descents(int depth, int times) {
        return new Descents(depth, times, 0, 0);
    }

    private static Object descentsBody(int depth, int times, Carrier carrier) throws Throwable {
        int sum = 0;
        for (int i = 0; i < times; i++) {
            Object result = descendBody(depth, carrier);
            if (result == Abi.SUSPENDED) {
                return Descents.save1(depth, times, i, sum, null, carrier);
            }
            sum += unboxed(result);
        }
        return sum;
    }

    private static Object descentsResume(Descents frame, @Nullable Object value, Carrier carrier) throws Throwable {
        int depth = frame.depth;
        int times = frame.times;
        int sum = frame.sum + unboxed(value);
        for (int i = frame.i + 1; i < times; i++) {
            Object result = descendBody(depth, carrier);
            if (result == Abi.SUSPENDED) {
                return Descents.save1(depth, times, i, sum, frame, carrier);
            }
            sum += unboxed(result);
        }
        return sum;
    }

    private static final class Descents extends Frame<Integer> {
        int depth;
        int times;
        int i;
        int sum;

        Descents(int depth, int times, int i, int sum) {
            this.depth = depth;
            this.times = times;
            this.i = i;
            this.sum = sum;
        }

        @Override
        protected @Nullable Object start(Carrier carrier) throws Throwable {
            return descentsBody(depth, times, carrier);
        }

        @Override
        protected @Nullable Object resume(@Nullable Object value, @Nullable Throwable failure, Carrier carrier)
                throws Throwable {
            if (failure != null) {
                throw failure;
            }
            return descentsResume(this, value, carrier);
        }

        static Object save1(int depth, int times, int i, int sum, @Nullable Descents reused, Carrier carrier) {
            Descents frame = reused == null ? new Descents(depth, times, i, sum) : reused;
            frame.i = i;
            frame.sum = sum;
            frame.state = 1;
            carrier.suspended(frame);
            return Abi.SUSPENDED;
        }
    }

    // ---- descend

    private static Object descendBody(int depth, Carrier carrier) throws Throwable {
        if (depth > 1) {
            Object result = descendBody(depth - 1, carrier);
            return result == Abi.SUSPENDED ? Descend.save(1, carrier) : (unboxed(result) + 1) & 63;
        }
        return Abi.await(Asyncio.sleep(Duration.ZERO), carrier) == Abi.SUSPENDED ? Descend.save(2, carrier) : 1;
    }

    /** Only ever begun by {@link #descendBody}. */
    private static final class Descend extends Frame<Integer> {
        @Override
        protected @Nullable Object start(Carrier carrier) {
            throw new AssertionError("nothing awaits it cold");
        }

        @Override
        protected @Nullable Object resume(@Nullable Object value, @Nullable Throwable failure, Carrier carrier)
                throws Throwable {
            if (failure != null) {
                throw failure;
            }
            return state == 1 ? (unboxed(value) + 1) & 63 : 1;
        }

        static Object save(int state, Carrier carrier) {
            Descend frame = new Descend();
            frame.state = state;
            carrier.suspended(frame);
            return Abi.SUSPENDED;
        }
    }

    // ---- sum

    static Coroutine<Integer> sum(int count, int seldom) {
        return new Sum(count, seldom, 0, 0);
    }

    private static Object sumBody(int count, int seldom, Carrier carrier) throws Throwable {
        int sum = 0;
        for (int i = 1; i <= count; i++) {
            Object result = nextBody(i, seldom, carrier);
            if (result == Abi.SUSPENDED) {
                return Sum.save1(count, seldom, i, sum, null, carrier);
            }
            sum += (Integer) result;
        }
        return sum;
    }

    private static Object sumResume(Sum frame, @Nullable Object value, Carrier carrier) throws Throwable {
        int count = frame.count;
        int seldom = frame.seldom;
        int sum = frame.sum + unboxed(value);
        for (int i = frame.i + 1; i <= count; i++) {
            Object result = nextBody(i, seldom, carrier);
            if (result == Abi.SUSPENDED) {
                return Sum.save1(count, seldom, i, sum, frame, carrier);
            }
            sum += (Integer) result;
        }
        return sum;
    }

    private static final class Sum extends Frame<Integer> {
        final int count;
        final int seldom;
        int i;
        int sum;

        Sum(int count, int seldom, int i, int sum) {
            this.count = count;
            this.seldom = seldom;
            this.i = i;
            this.sum = sum;
        }

        @Override
        protected @Nullable Object start(Carrier carrier) throws Throwable {
            return sumBody(count, seldom, carrier);
        }

        @Override
        protected @Nullable Object resume(@Nullable Object value, @Nullable Throwable failure, Carrier carrier)
                throws Throwable {
            if (failure != null) {
                throw failure;
            }
            return sumResume(this, value, carrier);
        }

        static Object save1(int count, int seldom, int i, int sum, @Nullable Sum reused, Carrier carrier) {
            Sum frame = reused == null ? new Sum(count, seldom, i, sum) : reused;
            frame.i = i;
            frame.sum = sum;
            frame.state = 1;
            carrier.suspended(frame);
            return Abi.SUSPENDED;
        }
    }

    private static Object nextBody(int i, int seldom, Carrier carrier) throws Throwable {
        if (i % seldom == 0 && Abi.await(Asyncio.sleep(Duration.ZERO), carrier) == Abi.SUSPENDED) {
            return Next.save1(i, carrier);
        }
        return i & 63;
    }

    /** Only ever begun by {@link #nextBody}. */
    private static final class Next extends Frame<Integer> {
        private final int i;

        Next(int i) {
            this.i = i;
        }

        @Override
        protected @Nullable Object start(Carrier carrier) {
            throw new AssertionError("nothing awaits it cold");
        }

        @Override
        protected @Nullable Object resume(@Nullable Object value, @Nullable Throwable failure, Carrier carrier)
                throws Throwable {
            if (failure != null) {
                throw failure;
            }
            return i & 63;
        }

        static Object save1(int i, Carrier carrier) {
            Next frame = new Next(i);
            frame.state = 1;
            carrier.suspended(frame);
            return Abi.SUSPENDED;
        }
    }

    // ---- nap

    static Coroutine<Void> nap(Duration time) {
        return new Nap(time);
    }

    private static @Nullable Object napBody(Duration time, Carrier carrier) throws Throwable {
        return Abi.await(Asyncio.sleep(time), carrier) == Abi.SUSPENDED ? Nap.save1(carrier) : null;
    }

    private static final class Nap extends Frame<Void> {
        /** The argument; nothing is saved. */
        @Nullable
        Duration time;

        Nap(@Nullable Duration time) {
            this.time = time;
        }

        @Override
        protected @Nullable Object start(Carrier carrier) throws Throwable {
            Duration argument = Objects.requireNonNull(time);
            time = null;
            return napBody(argument, carrier);
        }

        @Override
        protected @Nullable Object resume(@Nullable Object value, @Nullable Throwable failure, Carrier carrier)
                throws Throwable {
            if (failure != null) {
                throw failure;
            }
            return null;
        }

        static Object save1(Carrier carrier) {
            Nap frame = new Nap(null);
            frame.state = 1;
            carrier.suspended(frame);
            return Abi.SUSPENDED;
        }
    }

    // ---- the implementations of Priced

    private abstract static class Price extends Frame<Integer> {
        final int n;

        Price(int n) {
            this.n = n;
        }

        @Override
        protected final @Nullable Object resume(@Nullable Object value, @Nullable Throwable failure, Carrier carrier) {
            throw new AssertionError("no benchmark gets here");
        }
    }

    private static Object save1() {
        throw new AssertionError("no benchmark gets here");
    }

    static final class Cheap implements Priced {
        @Override
        public Coroutine<Integer> price(int n) {
            return new CheapPrice(this, n);
        }

        private Object priceBody(int n, Carrier carrier) throws Throwable {
            if (n < 0 && Abi.await(Asyncio.sleep(Duration.ZERO), carrier) == Abi.SUSPENDED) {
                return save1();
            }
            return (n + 1) & 63;
        }
    }

    private static final class CheapPrice extends Price {
        private final Cheap self;

        CheapPrice(Cheap self, int n) {
            super(n);
            this.self = self;
        }

        @Override
        protected Object start(Carrier carrier) throws Throwable {
            return self.priceBody(n, carrier);
        }
    }

    static final class Dear implements Priced {
        @Override
        public Coroutine<Integer> price(int n) {
            return new DearPrice(this, n);
        }

        private Object priceBody(int n, Carrier carrier) throws Throwable {
            if (n < 0 && Abi.await(Asyncio.sleep(Duration.ZERO), carrier) == Abi.SUSPENDED) {
                return save1();
            }
            return (n + 7) & 63;
        }
    }

    private static final class DearPrice extends Price {
        private final Dear self;

        DearPrice(Dear self, int n) {
            super(n);
            this.self = self;
        }

        @Override
        protected Object start(Carrier carrier) throws Throwable {
            return self.priceBody(n, carrier);
        }
    }

    static final class Fair implements Priced {
        @Override
        public Coroutine<Integer> price(int n) {
            return new FairPrice(this, n);
        }

        private Object priceBody(int n, Carrier carrier) throws Throwable {
            if (n < 0 && Abi.await(Asyncio.sleep(Duration.ZERO), carrier) == Abi.SUSPENDED) {
                return save1();
            }
            return (n + 3) & 63;
        }
    }

    private static final class FairPrice extends Price {
        private final Fair self;

        FairPrice(Fair self, int n) {
            super(n);
            this.self = self;
        }

        @Override
        protected Object start(Carrier carrier) throws Throwable {
            return self.priceBody(n, carrier);
        }
    }

    static final class Free implements Priced {
        @Override
        public Coroutine<Integer> price(int n) {
            return new FreePrice(this, n);
        }

        private Object priceBody(int n, Carrier carrier) throws Throwable {
            if (n < 0 && Abi.await(Asyncio.sleep(Duration.ZERO), carrier) == Abi.SUSPENDED) {
                return save1();
            }
            return n & 63;
        }
    }

    private static final class FreePrice extends Price {
        private final Free self;

        FreePrice(Free self, int n) {
            super(n);
            this.self = self;
        }

        @Override
        protected Object start(Carrier carrier) throws Throwable {
            return self.priceBody(n, carrier);
        }
    }

    private static int unboxed(@Nullable Object result) {
        if (result == null) {
            throw new NullPointerException("a null result unboxed");
        }
        return (Integer) result;
    }
}
