package dev.fermata.transformer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Asyncio;
import dev.fermata.Coroutine;
import dev.fermata.abi.Carrier;
import dev.fermata.abi.Direct;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/** Awaits of Fermata's own primitives, which are calls of {@link Direct}. */
class PrimitivesTest {
    private static final String EACH = """
            class Fixture {
              @Async static Coroutine<Integer> test() {
                AsyncQueue<Integer> queue = new AsyncQueue<>();
                AsyncPriorityQueue<Integer> urgent = new AsyncPriorityQueue<>();
                AsyncLifoQueue<Integer> stack = new AsyncLifoQueue<>();
                AsyncLock lock = new AsyncLock();
                AsyncCondition condition = new AsyncCondition();
                AsyncSemaphore semaphore = new AsyncSemaphore(1);
                AsyncBoundedSemaphore bounded = new AsyncBoundedSemaphore(1);
                AsyncEvent event = new AsyncEvent();
                await(Asyncio.sleep(java.time.Duration.ZERO));
                await(queue.put(1)); await(urgent.put(2)); await(stack.put(3));
                int sum = await(queue.get()) + await(urgent.get()) + await(stack.get());
                queue.taskDone();
                await(queue.join());
                await(lock.acquire()); await(condition.acquire()); await(semaphore.acquire()); await(bounded.acquire());
                event.set();
                await(event.untilSet());
                return done(sum);
              }
            }""";

    static List<Method> direct() {
        return Arrays.stream(Direct.class.getDeclaredMethods())
                .filter(it -> Modifier.isPublic(it.getModifiers()))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("direct")
    void each_stands_for_a_method_that_returns_a_coroutine(Method direct) throws Exception {
        List<Class<?>> parameters = List.of(direct.getParameterTypes());
        assertEquals(Carrier.class, parameters.get(parameters.size() - 1));
        assertEquals(Object.class, direct.getReturnType());
        boolean ofAsyncio = parameters.get(0).getPackage() != Asyncio.class.getPackage();
        Class<?> declaring = ofAsyncio ? Asyncio.class : parameters.get(0);
        Method method = declaring.getMethod(
                direct.getName(),
                parameters.subList(ofAsyncio ? 0 : 1, parameters.size() - 1).toArray(Class[]::new));
        assertEquals(Coroutine.class, method.getReturnType());
        assertEquals(ofAsyncio, Modifier.isStatic(method.getModifiers()));
    }

    @Test
    void each_is_called_for_an_await_and_no_other() {
        Set<String> called = new TreeSet<>();
        for (MethodNode body : woven(EACH).methods) {
            for (AbstractInsnNode instruction : body.instructions) {
                if (instruction instanceof MethodInsnNode call && call.owner.equals("dev/fermata/abi/Direct")) {
                    called.add(call.name + call.desc);
                }
                assertTrue(
                        !(instruction instanceof MethodInsnNode call)
                                || !call.owner.equals("dev/fermata/abi/Abi")
                                || !call.name.equals("await"),
                        "an await is left in " + body.name);
            }
        }
        Set<String> offered = direct().stream()
                .map(it -> it.getName() + org.objectweb.asm.Type.getMethodDescriptor(it))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(offered, called);
    }

    private static ClassNode woven(String source) {
        ClassNode node = new ClassNode();
        Woven.source(source).woven().changed().stream()
                .filter(it -> it.name().equals("Fixture"))
                .forEach(it -> new ClassReader(it.bytes()).accept(node, 0));
        return node;
    }
}
