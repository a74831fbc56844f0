package dev.fermata.internal.inspection;

import dev.fermata.internal.traces.OwnFrames;
import dev.fermata.rules.Rule;
import java.io.IOException;
import java.io.InputStream;
import java.lang.StackWalker.StackFrame;
import java.util.Optional;

/**
 * Detects code that was compiled and not woven, which shows itself in many ways. An {@link dev.fermata.Async} method then
 * runs when it is called, like any other method. Its await fails; and before that, anything fails that needs a loop,
 * because the method is called to create the coroutine for {@code run}, and no loop runs yet. The message has to be the
 * same each time. On the thread that fails.
 */
public final class NotWoven {
    private NotWoven() {}

    /** Returns the exception for an await that was called as a method. */
    public static IllegalStateException awaiting() {
        String caller = StackWalker.getInstance()
                .walk(frames -> frames.filter(it -> !OwnFrames.isOfRuntime(it.getClassName()))
                        .findFirst()
                        .map(NotWoven::named)
                        .orElse("unknown code"));
        return exception(caller, "it called await");
    }

    /**
     * Called when there is no loop on the calling thread.
     *
     * @return what to throw if that is because a caller was not woven; empty if all callers were, as far as can be seen
     */
    public static Optional<IllegalStateException> withoutLoop() {
        return StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
                .walk(frames -> frames.filter(it -> !OwnFrames.isOfRuntime(it.getClassName()) && isToBeWoven(it))
                        .findFirst()
                        .map(NotWoven::named))
                .map(caller -> exception(caller, "it ran as an ordinary method, and no event loop runs on its thread"));
    }

    private static IllegalStateException exception(String caller, String detail) {
        return new IllegalStateException(Rule.NOT_WOVEN.messageAt(caller, detail));
    }

    private static String named(StackFrame frame) {
        return frame.getClassName() + "." + frame.getMethodName() + " (" + frame.getFileName() + ":"
                + frame.getLineNumber() + ")";
    }

    /**
     * Whether a method is one that the weaver would have rewritten. Other code of its class needs a loop like any other
     * code.
     */
    private static boolean isToBeWoven(StackFrame frame) {
        Class<?> type = frame.getDeclaringClass();
        String name = type.getName();
        try (InputStream file = type.getResourceAsStream(name.substring(name.lastIndexOf('.') + 1) + ".class")) {
            return file != null
                    && CompiledClass.methodsToBeWoven(file.readAllBytes())
                            .contains(frame.getMethodName() + frame.getDescriptor());
        } catch (IOException unreadable) {
            return false; // then the message is the general one
        }
    }
}
