package dev.fermata.rules;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The catalogue of what Fermata refuses: for each rule an id, why it cannot work, and the way out. The annotation
 * processor, the weaver and the runtime all form their messages here. {@code docs/rules.md} has the rules in the same
 * order, with examples. From any thread.
 */
public enum Rule {
    ASYNC_RETURN_TYPE(
            "an @Async method must return Coroutine, CompletableFuture or CompletionStage, because its result arrives later",
            "Declare it as Coroutine<T> and end it with return done(value)"),
    ASYNC_CONSTRUCTOR(
            "a constructor cannot wait: no other code may see the object before it is constructed",
            "Move the waiting part into a static @Async factory method"),
    ASYNC_STATIC_INITIALISER(
            "a static initialiser cannot wait: the JVM holds the class's lock while it runs",
            "Move the waiting part into an @Async method"),
    ASYNC_SYNCHRONIZED(
            "an @Async method cannot be synchronized: the monitor belongs to a thread, and the method leaves the thread's stack when it suspends",
            "Remove synchronized: tasks of one loop never run at the same time. If a section must not be entered twice across awaits, use an AsyncLock"),
    ASYNC_WITHOUT_BODY(
            "@Async needs a method with a body; on an abstract or native method it does nothing",
            "Remove @Async here. A declaration that returns Coroutine is enough; the overriding method carries the annotation"),
    ASYNC_HOT_CHECKED(
            "an @Async method that returns a future cannot declare checked exceptions: they always end up in the future",
            "Catch them in the method and throw an unchecked exception instead, or return Coroutine"),
    OBJECT_WAIT(
            "wait and notify of Object block the thread, and with it the event loop; on an object of Fermata that is never intended",
            "Use await(event.untilSet()), await(condition.untilSignalled()), condition.signal() or signalAll(), await(barrier.arrive())"),
    ASYNC_BODY_TAKEN(
            "this overload of an @Async method has the parameters of the body that the weaver adds: those of the method and a dev.fermata.abi.Carrier",
            "Rename this method, or change its parameters"),
    ASYNC_TEST_SIGNATURE(
            "a method with @AsyncTest, @AsyncBeforeEach or @AsyncAfterEach must be a void instance method: JUnit calls it on the test instance and ignores what it returns",
            "Declare it as void, and not static, private, abstract or native. Its body may still await"),
    ASYNC_TEST_ASYNC(
            "@Async and @AsyncTest (or @AsyncBeforeEach, @AsyncAfterEach) contradict each other: the result of an @Async method arrives later, and a test has finished when it returns",
            "Remove @Async"),
    ASYNC_TEST_TWICE(
            "@AsyncTest already makes the method a test; with @Test beside it, JUnit runs it twice", "Remove @Test"),
    EXPLORE_WITHOUT_ASYNC_TEST(
            "@Explore says how an @AsyncTest is run; on any other method it does nothing",
            "Add @AsyncTest, in place of @Test"),
    TEST_RETURNS_COROUTINE(
            "JUnit does not run a test that returns a value, and only warns about it: this test would never fail",
            "Declare the method as void, with @AsyncTest instead of @Test, @AsyncBeforeEach instead of @BeforeEach, @AsyncAfterEach instead of @AfterEach, and @AsyncTest beside @ParameterizedTest or @RepeatedTest. Its body may still await"),
    AWAIT_OUTSIDE_ASYNC(
            "await can only suspend an @Async method, or a lambda whose interface returns Coroutine",
            "Annotate the method with @Async and return Coroutine, or start the work with run or createTask"),
    AWAIT_IN_LAMBDA(
            "this lambda's interface does not return Coroutine, so its caller cannot wait for it",
            "Use a functional interface whose method returns Coroutine, such as AsyncCallable, or move the await out of the lambda"),
    AWAIT_IN_SYNCHRONIZED(
            "await inside a synchronized block: the monitor belongs to a thread and cannot be held while the task is suspended",
            "End the block before the await, or use an AsyncLock instead of synchronized"),
    AWAIT_METHOD_REFERENCE(
            "Asyncio::await as a method reference would be called from code that cannot suspend",
            "Call await in an @Async method or in a lambda whose interface returns Coroutine"),
    COROUTINE_DROPPED(
            "a coroutine runs when it is awaited or made a task; this one is dropped, so what was called here never runs",
            "Await it, or make it a task with createTask. If it shall not run, call close() on it"),
    COROUTINE_UNUSED(
            "a coroutine runs when it is awaited or made a task; this variable holds one that is never used, so it never runs",
            "Await it, or make it a task with createTask. If it shall not run, call close() on it"),
    COROUTINE_NULL(
            "null is no coroutine: the caller that awaits it gets a NullPointerException",
            "Return done() where there is no result, or done(null) for a result that is null"),
    RETURN_THROUGH_FINALLY(
            "the coroutine that is returned here passes through a finally block, and the class file does not show where it was evaluated",
            "Write return done(await(...))"),
    SCOPE_LEFT_BOTH_WAYS(
            "this close() of an AsyncCloseable is reached both when the block ends normally and when an exception leaves it",
            "Use try-with-resources, which closes at separate places"),
    SCOPE_NOT_LEFT(
            "this task group or timeout is opened but never left or joined: when a child fails or the limit is reached, it cancels its task at whatever await comes next, and the failure is lost",
            "Open it in the head of a try-with-resources: try (var group = new TaskGroup()) { ... }, try (var timeout = timeout(limit)) { ... }"),
    SCOPE_CLOSED_BY_HELPER(
            "this try-with-resources closes its AsyncCloseable in a helper method, as javac 9 and 10 compile it, and that method cannot wait",
            "Compile with the javac of JDK 11 or later; with --release 9 or 10 it still writes class files of these versions"),
    BLOCKING_CALL(
            Severity.WARNING,
            "a blocking call in async code: the event loop's thread waits, and with it all tasks of the loop",
            "Await something instead: sleep for Thread.sleep, await(future) for get and join, AsyncQueue, AsyncLock, AsyncEvent"
                    + " for what java.util.concurrent has, openConnection and startServer of fermata-net for sockets."
                    + " For a call that can only block, await(toThread(() -> ...))"),
    CANCEL_SWALLOWED(
            Severity.WARNING,
            "this catch also catches CancelledError: a task that is cancelled at an await in the try continues, and whoever cancelled it waits",
            "Catch Exception, which CancelledError is not, or put catch (CancelledError e) { throw e; } before it"),
    TASK_DROPPED(
            Severity.WARNING,
            "nobody keeps this task: nobody awaits it, its failure reaches only the loop's exception handler, and the end of run cancels it wherever it is",
            "Create it in a TaskGroup, or keep it and await it"),
    GATHER_ABANDONED(
            Severity.WARNING,
            "when one of these fails, gather throws at once and this catch continues, while the others still run and nobody sees how they end",
            "Create them in a TaskGroup, which cancels and awaits the others, or use gatherSettled, which waits for all"),
    LOCK_ACROSS_AWAIT(
            Severity.WARNING,
            "this lock is held across an await, but belongs to the thread: while the task is suspended, other tasks of the loop enter a reentrant lock too, and other threads wait for all that time",
            "Use an AsyncLock, or unlock before the await"),
    READ_BEFORE_AWAIT(
            Severity.WARNING,
            "the old value is read before the await, and the new one is written after it, so what another task writes there in between is lost",
            "Await first, into a local variable, and change the shared one afterwards: int price = await(f()); total += price"),
    HOT_NEEDS_LOOP(
            Severity.WARNING,
            true,
            "this method returns a future and so starts on the thread that calls it, and what it needs here is an event loop: where none runs on that thread, the future fails with an IllegalStateException",
            "Return Coroutine, and let callers on other threads hand it to a loop with loopThread.run(...) or loop.runThreadsafe(...). If only code on a loop calls the method, suppress this"),
    ASYNC_WITHOUT_AWAIT(
            Severity.WARNING,
            "this @Async method never awaits, so it never suspends and only costs its callers an await",
            "Remove @Async and return the value itself, or await what it should wait for"),
    FOREIGN_ASYNC(
            Severity.WARNING,
            "another framework's annotation would run this async method on a thread of its own, where no event loop runs",
            "Use @Async of dev.fermata alone; code that the framework calls hands it to a LoopThread"),
    METHOD_NEVER_COMPILED(
            Severity.WARNING,
            "HotSpot does not compile methods of more than 8,000 bytes, so it is always interpreted, many times slower",
            "Split the method; each part can be @Async itself"),
    UNSUPPORTED_SHAPE(
            "the bytecode around this await has a shape the weaver cannot rewrite correctly",
            "Store the awaited value in a local variable first, in a statement of its own"),
    METHOD_TOO_LARGE(
            "a rewritten method would be larger than the JVM allows: 64 KB of code, 65,535 exception handlers and 65,535 slots of local variables",
            "Split the method; each part may be @Async itself"),
    CLASS_TOO_LARGE(
            "the rewritten class has more constants than the 65,534 the JVM allows",
            "Move some of its methods into another class"),
    CLASS_VERSION(
            "class files of this version cannot be woven: the weaver supports those of Java 8 and later, up to the newest version it knows",
            "Compile with --release 8 or later, or update Fermata"),
    CLASS_CORRUPT(
            "the class file is damaged, or contains another class than its name says", "Delete it and compile again"),
    CLASS_LEFT_OVER("the class file is left over from an earlier compilation", "Delete it, or make a clean build"),
    OUT_OF_MEMORY(
            "the JVM that runs the build has too little memory, or too small a stack, to weave this class",
            "Give it more, for example with -Xmx2g -Xss4m in MAVEN_OPTS or org.gradle.jvmargs, or as -J-Xmx2g -J-Xss4m of javac, or split the class"),
    CLASS_MISPLACED(
            "the JVM finds a class only in a file that has the class's name, so this file is data and is not woven",
            "If it should stay where it is, list it in <excludes>"),
    WOVEN_ELSEWHERE(
            "a class is woven from what the compiler wrote, never from the result of an earlier weaving",
            "Delete the output folder and compile again, as a clean build does. If another tool puts woven classes here, list them in <excludes>. If another tool changes classes after they were woven, run that tool first"),
    NEST_SCATTERED(
            "the classes of one source file call each other's private members and are woven together, so they must be in one folder",
            "Compile the whole source file for each version of Java under META-INF/versions"),
    FRAME_NAME_UNUSABLE(
            "the weaver adds a class of this name for an async method, and needs its file",
            "Rename the async method, or the class that has this name"),
    NOT_WOVEN(
            "this code was compiled but not woven, so it cannot be suspended and resumed",
            "Put fermata-annotation-processor on javac's processor path, or let fermata-maven-plugin weave it: its goals weave and"
                    + " test-weave, listed in <executions> in the module's pom.xml, run in the phases process-classes and process-test-classes, so mvn compile alone is not enough. Call"
                    + " await only in @Async methods and in lambdas that return Coroutine"),
    CLOSE_NOT_WOVEN(
            "close() of an AsyncCloseable cannot wait; the weaver replaces its calls by await(aclose()) where it sees them",
            "Close it with try-with-resources in an @Async method that is woven, declared with its own type"
                    + " or var, or call await(resource.aclose())"),
    ABI_MISMATCH(
            "the class was woven for another version of Fermata's protocol",
            "Weave it again, or use the fermata-runtime of the version that wove it or a later one of the same major version");

    /** Where the page is that explains the rules, for a reader of a message. Once the project has a site: its URL. */
    private static final String PAGE = "docs/rules.md";

    private static final Pattern LINE_BREAK = Pattern.compile("\\s*\\R\\s*");

    private final Severity severity;
    private final boolean onRequest;
    private final String message;
    private final String remedy;

    Rule(String message, String remedy) {
        this(Severity.ERROR, message, remedy);
    }

    Rule(Severity severity, String message, String remedy) {
        this(severity, false, message, remedy);
    }

    Rule(Severity severity, boolean onRequest, String message, String remedy) {
        this.severity = severity;
        this.onRequest = onRequest;
        this.message = message;
        this.remedy = remedy;
    }

    /** Returns the id, as it is printed and as {@code @SuppressWarnings} takes it: {@code fermata:await-in-synchronized}. */
    public String id() {
        return "fermata:" + anchor();
    }

    /** Returns the heading of the rule on its page, by which a link finds it: {@code await-in-synchronized}. */
    public String anchor() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Returns where to read more: {@code docs/rules.md#await-in-synchronized}. */
    public String page() {
        return PAGE + "#" + anchor();
    }

    /**
     * Returns the message for a place that breaks the rule, always one line:
     * {@code where: detail: why. Remedy. [id, see page]}.
     *
     * @param where the place, as exactly as the caller knows it
     * @param detail what was found there, or empty
     */
    public String messageAt(String where, String detail) {
        return messageAt(detail.isEmpty() ? where : where + ": " + detail);
    }

    /** Returns the same message for a reader who sees the place already, or of a place without any detail. */
    public String messageAt(String found) {
        // Names in class files and messages of exceptions may have line breaks; a log is read line by line.
        return LINE_BREAK.matcher(found).replaceAll(" ") + ": " + message + ". " + remedy + ". [" + id() + ", see "
                + page() + "]";
    }

    /** Returns what a compiler makes of code that breaks the rule. */
    public Severity severity() {
        return severity;
    }

    /** Whether nothing is said unless an option asks for it, because most of what breaks the rule is meant. */
    public boolean isOnRequest() {
        return onRequest;
    }

    /** Returns why it cannot work, without a full stop. */
    public String message() {
        return message;
    }

    /** Returns one way out, without a full stop. */
    public String remedy() {
        return remedy;
    }
}
