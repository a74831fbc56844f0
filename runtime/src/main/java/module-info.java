/** asyncio for Java: async methods, tasks and the event loop that runs them. */
module dev.fermata {
    requires static java.desktop;
    // Transitive only because -Xlint:exports wants it: the signatures say @Nullable. Nobody needs the jar.
    requires static transitive org.jspecify;

    exports dev.fermata;
    exports dev.fermata.codegen;
}
