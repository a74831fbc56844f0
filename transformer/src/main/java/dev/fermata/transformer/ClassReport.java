package dev.fermata.transformer;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was done to a class, straight from the plans of its methods.
 *
 * @param className binary name
 * @param sourceFile the file's simple name, if the class file tells
 * @param methods in the order of the class file
 */
public record ClassReport(String className, @Nullable String sourceFile, List<MethodReport> methods) {
    /** How an async method is called. */
    public enum Kind {
        /** Returns a coroutine; runs when that is awaited. */
        COLD,
        /** Returns a future; starts at the call. */
        HOT,
        /** Returns nothing: a test, or what runs before or after one. Has run to its end when it returns. */
        TEST
    }

    /**
     * One async method or lambda body.
     *
     * @param name as in the class file; a lambda body is called {@code lambda$…}
     * @param descriptor of the original method
     * @param lambda whether it is the body of a lambda
     * @param line of its first instruction, 0 if unknown
     * @param points its suspension points, in the order of the code; state 0 is its beginning
     * @param frameClass internal name of the class of its frames
     * @param bytesBefore size of its bytecode before
     * @param bytesDirect size of its direct body
     * @param bytesResume size of its resuming body, 0 if it has none
     */
    public record MethodReport(
            String name,
            String descriptor,
            Kind kind,
            boolean lambda,
            int line,
            List<Point> points,
            String frameClass,
            int bytesBefore,
            int bytesDirect,
            int bytesResume) {
        /** HotSpot compiles no method with more bytes than this, unless it is told to (-XX:-DontCompileHugeMethods). */
        private static final int MOST_COMPILED_BYTES = 8_000;

        /** Whether one of the bodies is so large that it will always be interpreted. */
        public boolean isNeverCompiled() {
            return Math.max(bytesDirect, bytesResume) > MOST_COMPILED_BYTES;
        }
    }

    /**
     * A suspension point.
     *
     * @param state its number, from 1
     * @param line in the source, 0 if unknown
     * @param what is awaited, as {@code "await sleep(Duration), by its coroutine"}
     * @param saved what a frame parked here holds
     * @param dropped names of the locals that are in scope here but not saved, because nothing reads them again
     */
    public record Point(int state, int line, String what, List<Saved> saved, List<String> dropped) {}

    /**
     * One saved value and why it is.
     *
     * @param name of the local variable, or {@code "operand stack 0"}, or {@code "local 5"} where the class file has no name
     * @param type as Java writes it
     * @param field of the frame that holds it
     * @param reason such as {@code "read later at line 14"}
     */
    public record Saved(String name, String type, String field, String reason) {}
}
