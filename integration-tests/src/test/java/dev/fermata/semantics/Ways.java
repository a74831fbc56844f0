package dev.fermata.semantics;

import dev.fermata.Asyncio;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** What a trace says of the way of an exception. */
final class Ways {
    private static final Pattern OF_FERMATA =
            Pattern.compile("dev\\.fermata\\.((abi|lowlevel|internal\\.\\w+|testing)\\.)?[^.]*|.*\\$async\\$.*");

    private Ways() {}

    /** The methods of {@code type} and {@link Traced}, and what was awaited, as {@code <task X>}; without lambdas and tests. */
    static List<String> of(Throwable thrown, Class<?> type) {
        return Arrays.stream(thrown.getStackTrace())
                .filter(it -> isAwait(it)
                        || (isOf(it, type)
                                && !it.getMethodName().startsWith("lambda$")
                                && !it.getMethodName().contains("_")
                                && !it.getMethodName().equals("failure")))
                .map(it -> isAwait(it) ? "<" + it.getFileName() + ">" : it.getMethodName())
                .toList();
    }

    static boolean isOf(StackTraceElement element, Class<?> type) {
        return element.getClassName().equals(type.getName())
                || element.getClassName().equals(Traced.class.getName());
    }

    static boolean isAwait(StackTraceElement element) {
        return element.getClassName().equals(Asyncio.class.getName())
                && element.getMethodName().equals("await");
    }

    /** The elements of Fermata's own classes, but for what users call: {@code run}, and {@code await}. */
    static List<StackTraceElement> own(Throwable thrown) {
        return Arrays.stream(thrown.getStackTrace())
                .filter(it -> OF_FERMATA.matcher(it.getClassName()).matches())
                .filter(it -> !isAwait(it)
                        && !(it.getClassName().equals(Asyncio.class.getName())
                                && it.getMethodName().equals("run")))
                .toList();
    }
}
