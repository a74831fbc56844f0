package dev.fermata.transformer.inspect;

import java.io.Console;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether what is printed is read by somebody at a terminal. */
public final class Terminal {
    private Terminal() {}

    /** Whether colours are wanted and can be shown. */
    public static boolean isColoured() {
        return isColoured(System.getenv(), isTerminal(System.console()));
    }

    static boolean isColoured(Map<String, String> environment, boolean terminal) {
        return terminal
                && environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !environment.getOrDefault("TERM", "").equals("dumb");
    }

    /** Since JDK 22 there is a console where there is no terminal, and it can be asked. */
    private static boolean isTerminal(@Nullable Console console) {
        if (console == null) {
            return false;
        }
        if (Runtime.version().feature() < 22) {
            return true;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("a console that cannot be asked whether it is a terminal", e);
        }
    }
}
