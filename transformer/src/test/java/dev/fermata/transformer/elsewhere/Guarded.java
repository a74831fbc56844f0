package dev.fermata.transformer.elsewhere;

import dev.fermata.Coroutine;
import dev.fermata.transformer.Steps;

/** A superclass in another package, and a type that only its own package may name. */
public abstract class Guarded {
    protected int field = 7;
    protected static int shared = 8;

    protected Guarded() {}

    protected String method(int x) {
        return "guarded" + x;
    }

    protected static String helper(int x) {
        return "helper" + x;
    }

    protected Coroutine<String> later(int x) {
        return Steps.step("later" + x);
    }

    protected static class Nested {
        protected final int value;

        public Nested(int value) {
            this.value = value;
        }

        public int value() {
            return value;
        }
    }

    static class Hidden {
        @Override
        public String toString() {
            return "hidden";
        }
    }

    /** Anybody may have one, and hand it on, but not name its class. */
    public static Hidden hidden() {
        return new Hidden();
    }

    public static String show(Hidden hidden, int x) {
        return hidden + " " + x;
    }
}
