/** asyncio for Java: async methods, tasks and the event loop that runs them. */
module dev.fermata {
    requires static java.desktop;
    requires static java.management;
    requires static jdk.attach;
    // Not transitive: then whoever compiles a module against this one would need the jar.
    requires static org.jspecify;

    exports dev.fermata;
    exports dev.fermata.codegen;
    exports dev.fermata.management;
}
