package dev.fermata;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.fermata.codegen.Rule;
import dev.fermata.codegen.Woven;
import dev.fermata.internal.OwnFrames;
import java.io.IOException;
import java.io.InputStream;
import java.lang.StackWalker.StackFrame;
import java.util.Optional;

/**
 * Code that was compiled and not woven shows in many ways. An {@link Async} method then runs when it is called, as any other:
 * its await is one, and before that whatever wants a loop where none runs, because the method is called to get the coroutine
 * that {@code run} is given. The message has to be the same each time.
 */
final class NotWoven {
    private static final String ASYNC = Async.class.descriptorString();
    private static final String WOVEN = Woven.class.descriptorString();

    private NotWoven() {}

    /** An await was called. */
    static IllegalStateException awaiting() {
        String caller = StackWalker.getInstance()
                .walk(frames -> frames.filter(it -> !it.getClassName().equals(Asyncio.class.getName())
                                && !it.getClassName().equals(NotWoven.class.getName()))
                        .findFirst()
                        .map(NotWoven::named)
                        .orElse("unknown code"));
        return exception(caller + " called await");
    }

    /**
     * There is no loop on the calling thread.
     *
     * @return what to throw if that is because a caller was not woven; nothing if all were, as far as can be seen
     */
    static Optional<IllegalStateException> withoutLoop() {
        return StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
                .walk(frames -> frames.filter(
                                it -> !OwnFrames.isOfRuntime(it.getClassName()) && isToBeWoven(it.getDeclaringClass()))
                        .findFirst()
                        .map(NotWoven::named))
                .map(caller -> exception(caller + " runs when it is called, and no event loop runs there"));
    }

    private static IllegalStateException exception(String what) {
        return new IllegalStateException("[" + Rule.NOT_WOVEN.id() + "] " + what + ": " + Rule.NOT_WOVEN.message()
                + ". " + Rule.NOT_WOVEN.remedy() + ".");
    }

    private static String named(StackFrame frame) {
        return frame.getClassName() + "." + frame.getMethodName() + " (" + frame.getFileName() + ":"
                + frame.getLineNumber() + ")";
    }

    /**
     * Whether a class has async methods and was not woven. Only its file tells: neither mark is there at run time. The names
     * of annotations stand in it as they are.
     */
    private static boolean isToBeWoven(Class<?> type) {
        String name = type.getName();
        try (InputStream file = type.getResourceAsStream(name.substring(name.lastIndexOf('.') + 1) + ".class")) {
            if (file == null) {
                return false;
            }
            String text = new String(file.readAllBytes(), ISO_8859_1);
            return text.contains(ASYNC) && !text.contains(WOVEN);
        } catch (IOException unreadable) {
            return false; // then the message is the general one
        }
    }
}
