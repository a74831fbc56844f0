package dev.fermata.woven;

import dev.fermata.Asyncio;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.List;
import java.util.StringJoiner;
import java.util.regex.Pattern;

/** Runs a fixture once and tells, as text, how it ended. Loaded a second time, unwoven, by {@link Twins}. */
public final class FixtureRun {
    private static final String PACKAGE = "dev.fermata.woven.";
    private static final Pattern HARNESS =
            Pattern.compile("dev\\.fermata\\.woven\\.(Steps|Scenario|Fixtures|FixtureRun|Twin)");

    private FixtureRun() {}

    /**
     * Public, and in terms of the JDK alone, because it is called across class loaders.
     *
     * @return how it ended, where its exceptions say they were thrown, and how many steps it made
     */
    public static List<String> run(
            Class<?> fixtureClass, String fixture, long suspended, String how, int failsAt, String failing)
            throws ReflectiveOperationException {
        Scenario scenario =
                new Scenario(suspended, Scenario.How.valueOf(how), failsAt, Scenario.Failing.valueOf(failing));
        Steps steps = new Steps(scenario);
        Method method = fixtureClass.getDeclaredMethod(fixture, Steps.class);
        method.setAccessible(true);
        String end;
        StringBuilder traces = new StringBuilder();
        try {
            end = show(Asyncio.run(() -> call(method, steps), EventLoop::virtualTime));
        } catch (StackOverflowError | LinkageError e) {
            throw e;
        } catch (Throwable thrown) {
            end = show(thrown);
            trace(thrown, traces);
        }
        return List.of(
                steps.logged().isEmpty() ? end : end + " | " + steps.logged(),
                traces.toString(),
                String.valueOf(steps.made()));
    }

    private static Coroutine<?> call(Method method, Steps steps) throws Exception {
        try {
            return (Coroutine<?>) method.invoke(null, steps);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw (Exception) e.getCause();
        }
    }

    /** The frames of fixtures; not of a cancel, which the twin throws elsewhere. */
    private static void trace(Throwable thrown, StringBuilder traces) {
        traces.append(thrown.getClass().getSimpleName());
        if (thrown instanceof CancelledError) {
            return;
        }
        for (StackTraceElement element : thrown.getStackTrace()) {
            if (element.getClassName().startsWith(PACKAGE)
                    && !HARNESS.matcher(element.getClassName()).lookingAt()) {
                traces.append("\n        at ").append(element);
            }
        }
        for (Throwable other : thrown.getSuppressed()) {
            traces.append("\n      suppressed: ");
            trace(other, traces);
        }
        if (thrown.getCause() != null) {
            traces.append("\n      caused by: ");
            trace(thrown.getCause(), traces);
        }
    }

    private static String show(Object result) {
        if (result instanceof Throwable thrown) {
            StringJoiner suppressed = new StringJoiner(", ", " suppressing [", "]").setEmptyValue("");
            for (Throwable other : thrown.getSuppressed()) {
                suppressed.add(show(other));
            }
            // The JVM writes the names of locals into the messages of these, and a stage has no cancel message.
            boolean named = !(thrown instanceof NullPointerException || thrown instanceof CancelledError);
            return thrown.getClass().getSimpleName() + (named ? ": " + thrown.getMessage() : "") + suppressed;
        }
        if (result != null && result.getClass().isArray()) {
            StringJoiner elements = new StringJoiner(", ", "[", "]");
            for (int i = 0; i < Array.getLength(result); i++) {
                elements.add(show(Array.get(result, i)));
            }
            return elements.toString();
        }
        return String.valueOf(result);
    }
}
