package dev.fermata.processor;

import com.sun.source.tree.Tree;
import com.sun.source.util.TreePath;

/**
 * A piece of code that becomes one method of a class file.
 *
 * @param path to the method, lambda, block or field
 * @param where as messages name it
 * @param monitor whether a synchronized block of it is around the current tree
 */
record Body(Kind kind, TreePath path, String where, boolean monitor) {
    /** As the weaver says it. */
    static final String IN_LAMBDA = " (a lambda in it)";

    enum Kind {
        /** One that carries {@code @Async} or an annotation of a test. */
        ASYNC_METHOD,
        /** One that does so and returns what it must not. That is said, and nothing of its body. */
        REFUSED_METHOD,
        METHOD,
        /** A constructor, or what javac copies into it: an initialiser of the instance. */
        CONSTRUCTOR,
        STATIC_INITIALISER,
        /** One whose interface returns Coroutine. */
        ASYNC_LAMBDA,
        LAMBDA
    }

    Tree tree() {
        return path.getLeaf();
    }

    boolean mayAwait() {
        return kind == Kind.ASYNC_METHOD || kind == Kind.ASYNC_LAMBDA;
    }

    Body withMonitor() {
        return new Body(kind, path, where, true);
    }
}
