package dev.fermata.testing;

import dev.fermata.abi.Carrier;
import dev.fermata.rules.Rule;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * What {@link AsyncTest} means to JUnit: a template that runs once, or as often as an {@link Exploration} says, unless
 * another annotation of the method says how often. A {@link TestRun} surrounds each run.
 */
final class AsyncTestExtension
        implements TestTemplateInvocationContextProvider, BeforeEachCallback, AfterEachCallback, InvocationInterceptor {
    private static final Namespace NAMESPACE = Namespace.create(AsyncTestExtension.class);

    AsyncTestExtension() {}

    // ---- how often

    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        Method method = context.getRequiredTestMethod();
        if (!method.isAnnotationPresent(AsyncTest.class)) {
            return false;
        }
        boolean driven = Arrays.stream(method.getAnnotations())
                .map(Annotation::annotationType)
                .anyMatch(it -> it != AsyncTest.class
                        && (it == TestTemplate.class || AnnotationSupport.isAnnotated(it, TestTemplate.class)));
        if (driven && explore(context) != null) {
            throw new ExtensionConfigurationException(
                    "@Explore says how often " + method + " runs, and another annotation does too. Remove one of them");
        }
        return !driven;
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
        Explore explore = explore(context);
        if (explore == null) {
            return Stream.of(named(context.getDisplayName()));
        }
        Exploration exploration = new Exploration(
                explore.schedules(),
                explore.seed(),
                new Exploration.Cancels(explore.cancels(), explore.cancelsAnyTask(), explore.cancelsInAllOrders()),
                it -> context.getConfigurationParameter(it).orElse(null));
        context.getStore(NAMESPACE).put(Exploration.class, exploration);
        Iterator<Schedule> schedules = exploration;
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(schedules, Spliterator.ORDERED), false)
                .map(it -> named(it.describe()));
    }

    private static @Nullable Explore explore(ExtensionContext context) {
        return AnnotationSupport.findAnnotation(context.getRequiredTestMethod(), Explore.class)
                .orElse(null);
    }

    private static TestTemplateInvocationContext named(String name) {
        return new TestTemplateInvocationContext() {
            @Override
            public String getDisplayName(int invocationIndex) {
                return name;
            }
        };
    }

    // ---- one run

    @Override
    public void beforeEach(ExtensionContext context) {
        Method method = context.getRequiredTestMethod();
        AsyncTest test = method.getAnnotation(AsyncTest.class);
        Exploration exploration = exploration(context);
        SchedulePlayer player = exploration == null ? null : exploration.player();
        TestRun run = new TestRun(method.getName(), test != null && test.realTime(), player);
        ExtensionContext.Store store = context.getStore(NAMESPACE);
        store.put(TestRun.class, run);
        if (player != null) {
            store.put(SchedulePlayer.class, player);
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        TestRun run = context.getStore(NAMESPACE).remove(TestRun.class, TestRun.class);
        if (run == null) {
            return; // an extension before this one has failed
        }
        boolean failed = context.getExecutionException().isPresent();
        AssertionError problem = run.end(failed);
        Exploration exploration = exploration(context);
        SchedulePlayer player = context.getStore(NAMESPACE).get(SchedulePlayer.class, SchedulePlayer.class);
        if (exploration != null && player != null) {
            exploration.ended(failed || problem != null, player.parks());
        }
        if (problem != null) {
            throw (AssertionError) explained(problem, context); // an assertion stays one
        }
    }

    private static @Nullable Exploration exploration(ExtensionContext context) {
        return context.getStore(NAMESPACE).get(Exploration.class, Exploration.class);
    }

    private static TestRun run(ExtensionContext context) {
        TestRun run = context.getStore(NAMESPACE).get(TestRun.class, TestRun.class);
        if (run == null) {
            throw new IllegalStateException("a bug in Fermata: " + context.getUniqueId() + " runs outside of its run");
        }
        return run;
    }

    // ---- the parts of a run

    @Override
    public void interceptTestMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> call, ExtensionContext context) {
        boolean twice = call.getExecutable().isAnnotationPresent(AsyncTest.class);
        throw refusal(twice ? Rule.ASYNC_TEST_TWICE : Rule.EXPLORE_WITHOUT_ASYNC_TEST, call.getExecutable());
    }

    @Override
    public void interceptTestTemplateMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> call, ExtensionContext context)
            throws Throwable {
        Method method = call.getExecutable();
        if (!method.isAnnotationPresent(AsyncTest.class)) {
            throw refusal(Rule.EXPLORE_WITHOUT_ASYNC_TEST, method);
        }
        requireWoven(method);
        TestRun run = run(context);
        explaining(context, () -> run.test(invocation::proceed));
        if (!run.hasRun()) {
            throw new IllegalStateException(method + " was not called on the thread "
                    + Thread.currentThread().getName()
                    + ", so another extension calls it elsewhere, or not at all. Put that extension before @AsyncTest");
        }
    }

    @Override
    public void interceptBeforeEachMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> call, ExtensionContext context)
            throws Throwable {
        if (call.getExecutable().isAnnotationPresent(AsyncBeforeEach.class)) {
            requireWoven(call.getExecutable());
        }
        TestRun run = run(context);
        explaining(context, () -> run.with(invocation::proceed));
    }

    @Override
    public void interceptAfterEachMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> call, ExtensionContext context)
            throws Throwable {
        if (call.getExecutable().isAnnotationPresent(AsyncAfterEach.class)) {
            requireWoven(call.getExecutable());
        }
        TestRun run = run(context);
        explaining(context, () -> run.with(invocation::proceed));
    }

    /**
     * Refuses a method that was not woven. A body without an await would run as it is, on no loop, and pass for a test like
     * others.
     */
    private static void requireWoven(Method method) {
        boolean woven =
                Arrays.stream(method.getDeclaringClass().getDeclaredMethods()).anyMatch(it -> isBodyOf(method, it));
        if (!woven) {
            throw refusal(Rule.NOT_WOVEN, method);
        }
    }

    private static ExtensionConfigurationException refusal(Rule rule, Method method) {
        return new ExtensionConfigurationException(
                rule.messageAt(method.getDeclaringClass().getName() + "." + method.getName(), ""));
    }

    /**
     * Whether {@code other} is a body that the weaver has added for {@code method}. The weaver's annotation on the class is
     * not visible at run time, but the methods it has added are.
     */
    private static boolean isBodyOf(Method method, Method other) {
        Class<?>[] parameters = other.getParameterTypes();
        return (other.getName().equals(method.getName()) || other.getName().equals(method.getName() + "$this"))
                && parameters.length > 0
                && parameters[parameters.length - 1] == Carrier.class;
    }

    // ---- failures under a schedule

    private static void explaining(ExtensionContext context, TestRun.Part part) throws Throwable {
        try {
            part.run();
        } catch (Throwable failure) {
            throw explained(failure, context);
        }
    }

    private static Throwable explained(Throwable failure, ExtensionContext context) {
        Exploration exploration = exploration(context);
        SchedulePlayer player = context.getStore(NAMESPACE).get(SchedulePlayer.class, SchedulePlayer.class);
        if (exploration == null || player == null) {
            return failure;
        }
        Schedule schedule = exploration.current();
        return ScheduleFailure.of(failure, schedule, commandFor(schedule, context), player.story());
    }

    /** Returns what repeats one run of a test. */
    private static String commandFor(Schedule schedule, ExtensionContext test) {
        String command = "mvn test -Dtest='"
                + test.getRequiredTestClass().getName() + "#"
                + test.getRequiredTestMethod().getName() + "' " + schedule.properties();
        return schedule.cancel() == 0 && schedule.seed() != null
                ? command + ", or @Explore(schedules = 1, seed = " + schedule.seed() + ")"
                : command;
    }
}
