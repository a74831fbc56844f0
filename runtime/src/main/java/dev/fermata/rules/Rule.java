package dev.fermata.rules;

/**
 * The catalogue of what Fermata refuses: for each rule an id, why it cannot work, and the way out. The annotation
 * processor, the weaver and the runtime all take their messages from here. From any thread.
 */
public enum Rule {
    ASYNC_RETURN_TYPE(
            "an @Async method returns Coroutine, CompletableFuture or CompletionStage; nothing else can stand for a result that comes later",
            "Declare it as Coroutine<T> and end it with return done(value)"),
    ASYNC_CONSTRUCTOR(
            "a constructor cannot wait: nobody may see the object before it has ended",
            "Move the waiting part into a static @Async factory method"),
    ASYNC_STATIC_INITIALISER(
            "a static initialiser cannot wait: the JVM holds the class's lock while it runs",
            "Move the waiting part into an @Async method"),
    ASYNC_SYNCHRONIZED(
            "an @Async method cannot be synchronized: the monitor belongs to a thread, and the method leaves its thread's stack when it suspends",
            "Remove synchronized; tasks of one loop never run at the same time. Where a section must not be entered twice across awaits, use an AsyncLock"),
    ASYNC_WITHOUT_BODY(
            "@Async belongs on a method with a body; on an abstract or native one it does nothing",
            "Remove @Async here: a declaration returning Coroutine is enough, and the overriding method carries the annotation"),
    ASYNC_HOT_CHECKED(
            "an @Async method that returns a future cannot declare checked exceptions: they always land in the future",
            "Catch them in the method and throw an unchecked exception in their place, or return Coroutine"),
    OBJECT_WAIT(
            "wait and notify of Object stop the thread, and with it the event loop; on an object of Fermata that is never what is meant",
            "Use await(event.untilSet()), await(condition.untilSignalled()), condition.signal() or signalAll(), await(barrier.arrive())"),
    ASYNC_BODY_TAKEN(
            "this overload of an @Async method has the parameters of a body that the weaver adds: its own and a dev.fermata.abi.Carrier",
            "Give this method another name, or other parameters"),
    ASYNC_TEST_SIGNATURE(
            "a method with @AsyncTest, @AsyncBeforeEach or @AsyncAfterEach is void and belongs to an object: JUnit calls it on the test instance, and looks at nothing that it returns",
            "Declare it as void, and neither static, private, abstract nor native; its body may await all the same"),
    ASYNC_TEST_ASYNC(
            "@Async and @AsyncTest (or @AsyncBeforeEach, @AsyncAfterEach) contradict each other: the one gives a result that comes later, the other has run to its end when it returns",
            "Remove @Async"),
    ASYNC_TEST_TWICE(
            "@AsyncTest makes the method a test already; with @Test beside it JUnit runs it twice", "Remove @Test"),
    EXPLORE_WITHOUT_ASYNC_TEST(
            "@Explore says how an @AsyncTest is run, and on anything else it does nothing",
            "Put @AsyncTest beside it, in the place of @Test"),
    TEST_RETURNS_COROUTINE(
            "JUnit runs no test that returns something, and only warns of it: this one would never fail",
            "Declare the method as void, with @AsyncTest instead of @Test, @AsyncBeforeEach instead of @BeforeEach, @AsyncAfterEach instead of @AfterEach, and @AsyncTest beside @ParameterizedTest or @RepeatedTest; its body may await all the same"),
    AWAIT_OUTSIDE_ASYNC(
            "await can only suspend an @Async method, or a lambda whose interface returns Coroutine",
            "Annotate the method with @Async and let it return Coroutine, or start the work with run or createTask"),
    AWAIT_IN_LAMBDA(
            "this lambda's interface does not return Coroutine, so whoever calls it cannot wait for it",
            "Use a functional interface whose method returns Coroutine, such as AsyncCallable, or move the await out of the lambda"),
    AWAIT_IN_SYNCHRONIZED(
            "await inside a synchronized block: the monitor belongs to a thread and cannot be held while the task is suspended",
            "End the block before the await, or use an AsyncLock instead of synchronized"),
    AWAIT_METHOD_REFERENCE(
            "Asyncio::await as a method reference would be called from code that cannot suspend",
            "Call await in an @Async method or in a lambda whose interface returns Coroutine"),
    RETURN_THROUGH_FINALLY(
            "the coroutine that is returned here passes through a finally block, and the class file does not tell where it was evaluated",
            "Write return done(await(...))"),
    SCOPE_LEFT_BOTH_WAYS(
            "this close() of an AsyncCloseable is reached both when the block ends normally and when an exception leaves it",
            "Use try-with-resources, which closes at separate places"),
    SCOPE_NOT_LEFT(
            "this task group or timeout is opened, and nothing leaves or joins it: when a child fails or the time is over, it cancels its task at whatever await comes next, and the failure is lost",
            "Open it in the head of a try-with-resources: try (var group = new TaskGroup()) { ... }, try (var timeout = timeout(limit)) { ... }"),
    SCOPE_CLOSED_BY_HELPER(
            "this try-with-resources closes its AsyncCloseable in a helper method, as javac 9 and 10 write it, and that method cannot wait",
            "Compile with the javac of JDK 11 or later; with --release 9 or 10 it still writes class files of these versions"),
    UNSUPPORTED_SHAPE(
            "the bytecode around this await has a shape the weaver cannot rewrite correctly",
            "Store the awaited value in a local variable first, in a statement of its own"),
    TOO_MANY_VALUES(
            "the JVM allows a call 255 slots of arguments (a long or double takes two), and a rewritten method needs one more than it has, and one call for all that is alive at an await",
            "Put some of the values into an object or an array"),
    METHOD_TOO_LARGE(
            "the rewritten method is larger than the 64 KB the JVM allows",
            "Split the method; each part may be @Async itself"),
    CLASS_TOO_LARGE(
            "the rewritten class has more constants than the 65,534 the JVM allows",
            "Move some of its methods into another class"),
    CLASS_VERSION(
            "this class file's version cannot be woven: it must be from Java 8 up to the newest this weaver knows",
            "Compile with --release 8 or later, or update Fermata"),
    CLASS_CORRUPT("the class file is broken, or is not what its name says", "Delete it and compile again"),
    CLASS_LEFT_OVER("the class file is left over from an earlier compilation", "Delete it, or run mvn clean"),
    OUT_OF_MEMORY(
            "the JVM that builds has too little memory, or too small a stack, to weave this class",
            "Give it more, for example by MAVEN_OPTS=-Xmx2g -Xss4m, or split the class"),
    CLASS_MISPLACED(
            "a program finds a class only in a file of the class's own name, so this file is data and is not woven",
            "If it is to stay where it is, name it in <excludes>"),
    WOVEN_ELSEWHERE(
            "a class is woven from what the compiler wrote, never from what an earlier weaving made of it",
            "Delete the output folder and compile again, as mvn clean does. If another tool brings the class here woven, name it in <excludes>; if one changes it after it was woven, let that tool run before"),
    NEST_SCATTERED(
            "the classes of one source file call each other's private members and are woven together, so they must be in one folder",
            "Compile the whole source file for each version of Java under META-INF/versions"),
    FRAME_NAME_UNUSABLE(
            "the weaver adds a class of that name for an async method, and it needs a file of its own",
            "Give the async method, or the class that is there, another name"),
    NOT_WOVEN(
            "this code was compiled but not woven, so it cannot be left and resumed",
            "Let fermata-maven-plugin weave it: its goals weave and test-weave, in <executions> of the module's pom.xml, run in"
                    + " the phases process-classes and process-test-classes, so that mvn compile alone is not enough. Call"
                    + " await in @Async methods and in lambdas that return Coroutine only"),
    ABI_MISMATCH(
            "the class was woven for another version of Fermata's protocol",
            "Weave it again, or use the fermata-runtime of the version that wove it or a later one of the same major version");

    private final String message;
    private final String remedy;

    Rule(String message, String remedy) {
        this.message = message;
        this.remedy = remedy;
    }

    /** Returns the id as it is printed: {@code fermata/await-in-synchronized}. */
    public String id() {
        return "fermata/" + name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
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
