package dev.fermata.woven;

import dev.fermata.CancelledError;
import java.util.ArrayList;
import java.util.List;

/**
 * One way through a fixture.
 *
 * @param suspended bit n - 1 is set if the n-th step suspends; it begins anew after the last bit
 * @param how what a step is that has to be waited for
 * @param failsAt the step that fails, from 1; 0 for none
 * @param failing with what
 */
public record Scenario(long suspended, How how, int failsAt, Failing failing) {
    /** What a step is made of. */
    public enum How {
        /** A coroutine that sleeps. */
        COROUTINE,
        /** A promise that somebody else completes. */
        PROMISE,
        /** Nothing: a value, or an exception at the call. The code under test is not woven. */
        TWIN
    }

    /** The kinds of failure that Java's catch clauses tell apart. */
    public enum Failing {
        UNCHECKED,
        CHECKED,
        CANCELLED
    }

    /** Nothing suspends, nothing fails, in code that is not woven. */
    public static final Scenario PLAIN = new Scenario(0, How.TWIN, 0, Failing.UNCHECKED);

    private static final List<How> WOVEN = List.of(How.COROUTINE, How.PROMISE);

    /** Every scenario of a fixture with so many steps in which none of them fails. */
    static List<Scenario> passing(int steps) {
        List<Scenario> scenarios = new ArrayList<>();
        for (How how : WOVEN) {
            for (long mask : masks(steps)) {
                scenarios.add(new Scenario(mask, how, 0, Failing.UNCHECKED));
            }
        }
        return scenarios;
    }

    /** Every scenario in which a certain step fails in a certain way. */
    static List<Scenario> failing(int steps, int failsAt, Failing failing) {
        List<Scenario> scenarios = new ArrayList<>();
        for (How how : WOVEN) {
            for (long mask : masks(steps)) {
                scenarios.add(new Scenario(mask, how, failsAt, failing));
            }
        }
        return scenarios;
    }

    /** None, all, each single one, each but one, and every other one. */
    private static List<Long> masks(int steps) {
        long all = steps >= Long.SIZE ? -1 : (1L << steps) - 1;
        long odd = 0x5555_5555_5555_5555L;
        List<Long> masks = new ArrayList<>(List.of(0L, all, odd & all, ~odd & all));
        for (int step = 0; step < Math.min(steps, Long.SIZE); step++) {
            masks.add(1L << step);
            masks.add(all & ~(1L << step));
        }
        return masks.stream().distinct().toList();
    }

    boolean suspends(int step) {
        return (suspended >>> (step - 1) % Long.SIZE & 1) != 0;
    }

    Throwable failure() {
        String message = "step " + failsAt;
        return switch (failing) {
            case UNCHECKED -> new Steps.StepFailed(message);
            case CHECKED -> new Steps.StepBroken(message);
            case CANCELLED -> new CancelledError(message);
        };
    }

    @Override
    public String toString() {
        String end = failsAt == 0 ? "" : ", step " + failsAt + " fails " + failing;
        return how + " suspending " + Long.toBinaryString(suspended) + " (first step last)" + end;
    }
}
