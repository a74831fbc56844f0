package dev.fermata.transformer;

/** Internal names and descriptors of what woven code links to and of what the weaver looks for. */
final class Names {
    /** Of the facade and the primitives. */
    static final String PACKAGE = "dev/fermata/";

    static final String ASYNC = "Ldev/fermata/Async;";
    static final String WOVEN = "Ldev/fermata/codegen/Woven;";
    static final String ASYNCIO = "dev/fermata/Asyncio";
    static final String COROUTINE = "dev/fermata/Coroutine";
    static final String COMPLETABLE_FUTURE = "java/util/concurrent/CompletableFuture";
    static final String COMPLETION_STAGE = "java/util/concurrent/CompletionStage";
    static final String ASYNC_CLOSEABLE = "dev/fermata/AsyncCloseable";
    static final String ABI = "dev/fermata/codegen/Abi";
    static final String LINKER = "dev/fermata/codegen/Linker";
    static final String FRAME = "dev/fermata/codegen/Frame";
    static final String CARRIER = "dev/fermata/codegen/Carrier";
    static final String OBJECT = "java/lang/Object";
    static final String THROWABLE = "java/lang/Throwable";

    static final String CARRIER_DESCRIPTOR = "L" + CARRIER + ";";
    static final String AWAITABLE_DESCRIPTOR = "Ldev/fermata/Awaitable;";
    static final String STAGE_DESCRIPTOR = "L" + COMPLETION_STAGE + ";";
    static final String OBJECT_DESCRIPTOR = "Ljava/lang/Object;";
    static final String RESUME_PARAMETERS = OBJECT_DESCRIPTOR + "Ljava/lang/Throwable;" + CARRIER_DESCRIPTOR;

    static final String AWAIT = "await";
    static final String SUSPENDED = "SUSPENDED";

    private Names() {}
}
