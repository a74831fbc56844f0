package dev.fermata.transformer;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was done to a class, straight from the plans of its methods. {@code docs/schema} describes each part as it is
 * written to files.
 *
 * @param className binary name
 * @param sourceFile the file's simple name, if the class file tells
 * @param version of the weaver
 * @param methods in the order of the source
 */
public record ClassReport(String className, @Nullable String sourceFile, String version, List<MethodReport> methods) {
    /** How an async method is called. */
    public enum Kind {
        /** Returns a coroutine; runs when that is awaited. */
        COLD,
        /** Returns a future; starts at the call. */
        HOT,
        /** Returns nothing: a test, or what runs before or after one. Has run to its end when it returns. */
        TEST
    }

    /** The first and the last of some lines or instructions. */
    public record Range(int first, int last) {
        /** Lines that the class file does not tell. */
        public static final Range UNKNOWN = new Range(0, 0);
    }

    /**
     * One async method or lambda body.
     *
     * @param name as in the class file; a lambda body is called {@code lambda$…}
     * @param descriptor of the original method
     * @param lambda whether it is the body of a lambda
     * @param lines of its instructions
     * @param states the beginning, then what each suspension point is followed by
     * @param points its suspension points, in the order of the code
     * @param frame the class of its frames
     * @param size of its bodies
     * @param warnings what is woven but should be changed
     */
    public record MethodReport(
            String name,
            String descriptor,
            Kind kind,
            boolean isStatic,
            boolean lambda,
            Range lines,
            List<State> states,
            List<Point> points,
            Frame frame,
            Size size,
            List<String> warnings) {
        /** The line of its first instruction, 0 if unknown. */
        public int line() {
            return lines.first();
        }
    }

    /**
     * The code between one suspension and the next ones.
     *
     * @param number 0 for the beginning, otherwise that of the point it follows
     * @param lines whose code may run
     * @param code the instructions that belong to it
     * @param next what may follow
     * @param more whether more may follow than is listed; then lines and code are not complete either
     */
    public record State(int number, List<Range> lines, Code code, List<Edge> next, boolean more) {}

    /** Instructions of the two bodies, by their ordinals, which count neither labels nor lines nor stack map frames. */
    public record Code(List<Range> direct, List<Range> resuming) {}

    /**
     * A way out of a state.
     *
     * @param to the suspension point that is reached, 0 if the method ends
     * @param type binary name of what is caught; null if nothing or everything is
     * @param line of the handler, 0 if unknown or none
     */
    public record Edge(int to, Way way, @Nullable String type, int line) {}

    /** How a state is left. */
    public enum Way {
        /** Straight on. */
        NEXT,
        /** Back to a point at or above the state's own. */
        LOOP,
        /** Through a handler of a type. */
        CATCH,
        /** Through a handler of everything. */
        FINALLY,
        /** The method returns. */
        RETURN,
        /** The method throws. */
        THROW
    }

    /**
     * A suspension point.
     *
     * @param state its number, from 1
     * @param line in the source, 0 if unknown
     * @param ordinal among the points of that line, from 1
     * @param what is awaited, as {@code "await sleep(Duration), by its coroutine"}
     * @param code what was put in the place of the await
     * @param saved what a frame parked here holds
     * @param dropped the variables in scope that are not saved
     * @param handlers in force, innermost first
     */
    public record Point(
            int state,
            int line,
            int ordinal,
            String what,
            Call call,
            Code code,
            List<Saved> saved,
            List<Dropped> dropped,
            List<Handler> handlers) {}

    /**
     * How an await is made.
     *
     * @param why in words
     * @param callee of the call whose result is awaited, null if it is none
     */
    public record Call(
            How how,
            String why,
            Allocation withoutAllocation,
            @Nullable Callee callee) {}

    /** How an await is made. */
    public enum How {
        /** The body of the awaited method is called. */
        DIRECT,
        /** The same, if that turns out to be woven. */
        LINKED,
        /** A primitive of Fermata is called, which makes no coroutine if it need not wait. */
        PRIMITIVE,
        /** What is awaited is made first. */
        COLD,
        /** A stage is awaited. */
        STAGE,
        /** The end of a block closes its resource. */
        CLOSE,
        /** The same on the way of an exception. */
        LEAVE
    }

    /** Whether an await can complete without an allocation of Fermata's. */
    public enum Allocation {
        /** If it does not suspend. */
        YES,
        /** If it does not suspend and the other class is woven. */
        IF_WOVEN,
        /** Never: a coroutine is made first. */
        NO,
        /** It depends on the object. */
        UNKNOWN
    }

    /** A method as a call names it, by internal names. */
    public record Callee(String owner, String name, String descriptor) {}

    /**
     * One saved value and why it is.
     *
     * @param name of the local variable, or {@code "operand stack 0"}, or {@code "local 5"} where the class file has no name
     * @param type as Java writes it
     * @param field of the frame that holds it
     * @param reason such as {@code "read later at line 14"}
     * @param readAt the nearest line that reads it, 0 if unknown
     * @param slot of the local in the original method, -1 for a value on the operand stack
     */
    public record Saved(String name, String type, String field, String reason, int readAt, int slot) {}

    /** One variable that is in scope and is not saved. */
    public record Dropped(String name, Why why) {}

    /** Why a variable is not saved. */
    public enum Why {
        /** Nothing reads its value again. */
        DEAD("nothing reads it again"),
        /** It is known to be null. */
        NULL("it is null here"),
        /** Nothing reads its value again, but the verifier wants one. */
        ZEROED("nothing reads it again; set to zero or null after a resume, because the verifier wants a value");

        private final String words;

        Why(String words) {
            this.words = words;
        }

        /** The reason for a reader. */
        public String words() {
            return words;
        }
    }

    /**
     * A handler in force.
     *
     * @param type binary name of what it catches; null if it catches everything
     * @param line its first, 0 if unknown
     * @param range the lines it covers
     */
    public record Handler(@Nullable String type, int line, Range range) {}

    /**
     * A class of frames, as HotSpot lays it out with compressed references and class pointers.
     *
     * @param name internal
     * @param header bytes of the object's header
     * @param bytes of an object
     * @param fields by offset
     */
    public record Frame(String name, int header, int bytes, List<FrameField> fields) {}

    /**
     * A field of a frame.
     *
     * @param type as Java writes it
     * @param inherited whether every frame has it
     * @param argument which argument it holds before the start, -1 if none
     * @param points where it holds a saved value
     */
    public record FrameField(
            String name, String type, int offset, int bytes, boolean inherited, int argument, List<Integer> points) {}

    /**
     * Bytes of bytecode.
     *
     * @param before of the method as the compiler wrote it
     * @param direct of the body that runs from the beginning
     * @param resuming of the one that continues, 0 if there is none
     */
    public record Size(int before, int direct, int resuming) {
        /** HotSpot inlines a hot method with no more bytes than this into its callers (FreqInlineSize). */
        public static final int MOST_INLINED = 325;

        /** HotSpot compiles no method with more bytes than this, unless it is told to (-XX:-DontCompileHugeMethods). */
        public static final int MOST_COMPILED = 8_000;

        /** Whether one of the bodies is so large that it will always be interpreted. */
        public boolean isNeverCompiled() {
            return largest() > MOST_COMPILED;
        }

        /** What a message says of it. */
        public String text() {
            return "the rewritten method has " + largest() + " bytes of bytecode";
        }

        private int largest() {
            return Math.max(direct, resuming);
        }
    }
}
