package dev.fermata.processor;

import com.sun.source.tree.Tree;

/**
 * A piece of code that becomes one method of a class file.
 *
 * @param tree the method, lambda, block or field
 * @param where as messages name it
 * @param monitor whether a synchronized block of it is around the current tree
 */
record Body(Kind kind, Tree tree, String where, boolean monitor) {
    /** As the weaver says it. */
    static final String IN_LAMBDA = " (a lambda in it)";

    enum Kind {
        /** One that carries {@code @Async} or an annotation of a test, whether its signature is right or not. */
        ASYNC_METHOD,
        METHOD,
        /** A constructor, or what javac copies into it: an initialiser of the instance. */
        CONSTRUCTOR,
        STATIC_INITIALISER,
        /** One whose interface returns Coroutine. */
        ASYNC_LAMBDA,
        LAMBDA
    }

    boolean mayAwait() {
        return kind == Kind.ASYNC_METHOD || kind == Kind.ASYNC_LAMBDA;
    }

    Body withMonitor() {
        return new Body(kind, tree, where, true);
    }
}
