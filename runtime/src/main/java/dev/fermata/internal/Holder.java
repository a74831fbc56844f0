package dev.fermata.internal;

/** Finds the implementation when it is first needed. From any thread. */
final class Holder {
    static final Backend BACKEND = find();

    private Holder() {}

    private static Backend find() {
        try {
            return Class.forName("dev.fermata.internal.loop.LoopBackend")
                    .asSubclass(Backend.class)
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("The implementation of Fermata is not in fermata-runtime's jar", e);
        }
    }
}
