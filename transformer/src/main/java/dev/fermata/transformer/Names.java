package dev.fermata.transformer;

import java.util.Set;

/** Internal names and descriptors of what woven code links to and of what the weaver looks for. */
final class Names {
    /** Of the facade and the primitives. */
    static final String PACKAGE = "dev/fermata/";

    static final String ASYNC = "Ldev/fermata/Async;";
    static final String ASYNC_TEST = "Ldev/fermata/testing/AsyncTest;";
    static final String EXPLORE = "Ldev/fermata/testing/Explore;";
    static final String ASYNC_BEFORE_EACH = "Ldev/fermata/testing/AsyncBeforeEach;";
    static final String ASYNC_AFTER_EACH = "Ldev/fermata/testing/AsyncAfterEach;";
    static final String WOVEN = "Ldev/fermata/abi/Woven;";
    static final String ASYNCIO = "dev/fermata/Asyncio";
    static final String COROUTINE = "dev/fermata/Coroutine";
    static final String COMPLETABLE_FUTURE = "java/util/concurrent/CompletableFuture";
    static final String COMPLETION_STAGE = "java/util/concurrent/CompletionStage";
    static final String ASYNC_CLOSEABLE = "dev/fermata/AsyncCloseable";
    static final String ABI = "dev/fermata/abi/Abi";
    static final String ASYNC_TESTS = "dev/fermata/testing/AsyncTests";
    static final String LINKER = "dev/fermata/abi/Linker";
    static final String FRAME = "dev/fermata/abi/Frame";
    static final String CARRIER = "dev/fermata/abi/Carrier";
    static final String OBJECT = "java/lang/Object";
    static final String THROWABLE = "java/lang/Throwable";

    static final String CARRIER_DESCRIPTOR = "L" + CARRIER + ";";
    static final String AWAITABLE_DESCRIPTOR = "Ldev/fermata/Awaitable;";
    static final String STAGE_DESCRIPTOR = "L" + COMPLETION_STAGE + ";";
    static final String OBJECT_DESCRIPTOR = "Ljava/lang/Object;";
    static final String RESUME_PARAMETERS = OBJECT_DESCRIPTOR + "Ljava/lang/Throwable;" + CARRIER_DESCRIPTOR;

    static final String AWAIT = "await";
    static final String SUSPENDED = "SUSPENDED";

    private static final String JUPITER = "Lorg/junit/jupiter/api/";
    static final String JUNIT_TEST = JUPITER + "Test;";

    /** What makes JUnit call a method. */
    static final Set<String> CALLED_BY_JUNIT = Set.of(
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
