package dev.fermata.transformer.model;

import java.util.Set;

/** Internal names and descriptors of what woven code links to and of what the weaver looks for. */
public final class Names {
    /** Of the facade and the primitives. */
    public static final String PACKAGE = "dev/fermata/";

    public static final String ASYNC = "Ldev/fermata/Async;";
    public static final String ASYNC_TEST = "Ldev/fermata/testing/AsyncTest;";
    public static final String EXPLORE = "Ldev/fermata/testing/Explore;";
    public static final String ASYNC_BEFORE_EACH = "Ldev/fermata/testing/AsyncBeforeEach;";
    public static final String ASYNC_AFTER_EACH = "Ldev/fermata/testing/AsyncAfterEach;";
    public static final String WOVEN = "Ldev/fermata/abi/Woven;";
    public static final String ASYNCIO = "dev/fermata/Asyncio";
    public static final String COROUTINE = "dev/fermata/Coroutine";
    public static final String COMPLETABLE_FUTURE = "java/util/concurrent/CompletableFuture";
    public static final String COMPLETION_STAGE = "java/util/concurrent/CompletionStage";
    public static final String ASYNC_CLOSEABLE = "dev/fermata/AsyncCloseable";
    public static final String ABI = "dev/fermata/abi/Abi";
    public static final String DIRECT = "dev/fermata/abi/Direct";
    public static final String ASYNC_TESTS = "dev/fermata/testing/AsyncTests";
    public static final String LINKER = "dev/fermata/abi/Linker";
    public static final String FRAME = "dev/fermata/abi/Frame";
    public static final String CARRIER = "dev/fermata/abi/Carrier";
    public static final String OBJECT = "java/lang/Object";
    public static final String THROWABLE = "java/lang/Throwable";

    public static final String CARRIER_DESCRIPTOR = "L" + CARRIER + ";";
    public static final String AWAITABLE_DESCRIPTOR = "Ldev/fermata/Awaitable;";
    public static final String STAGE_DESCRIPTOR = "L" + COMPLETION_STAGE + ";";
    public static final String OBJECT_DESCRIPTOR = "Ljava/lang/Object;";
    public static final String RESUME_PARAMETERS = OBJECT_DESCRIPTOR + "Ljava/lang/Throwable;" + CARRIER_DESCRIPTOR;

    public static final String AWAIT = "await";
    public static final String SUSPENDED = "SUSPENDED";

    private static final String JUPITER = "Lorg/junit/jupiter/api/";
    static final String JUNIT_TEST = JUPITER + "Test;";

    /** What makes JUnit call a method. */
    public static final Set<String> CALLED_BY_JUNIT = Set.of(
            JUNIT_TEST,
            JUPITER + "RepeatedTest;",
            JUPITER + "TestTemplate;",
            "Lorg/junit/jupiter/params/ParameterizedTest;",
            JUPITER + "BeforeEach;",
            JUPITER + "AfterEach;",
            JUPITER + "BeforeAll;",
            JUPITER + "AfterAll;");

    private Names() {}
}
