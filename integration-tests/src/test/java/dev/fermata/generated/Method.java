package dev.fermata.generated;

import java.util.List;

/**
 * What callers know of an async method.
 *
 * @param call text in front of the arguments where {@code self} may be left away, such as {@code m1(} or {@code Program.m2(s, }
 * @param onInstance whether a receiver stands in front
 * @param checked whether it declares {@code Exception}
 * @param hot whether it returns a future
 */
record Method(
        String name,
        String call,
        boolean onInstance,
        Type returns,
        List<Type> parameters,
        boolean checked,
        boolean hot) {
    String returnType() {
        return (hot ? "CompletableFuture<" : "Coroutine<") + returns.boxed + ">";
    }

    String done() {
        return hot ? "CompletableFuture.completedFuture(" : "done(";
    }
}
