/** asyncio for Java: async methods, tasks and the event loop that runs them. */
@SuppressWarnings("module") // Fermata's own modules, which this one does not see when it is compiled
module dev.fermata {
    requires static java.desktop;
    requires static java.management;
    requires static jdk.attach;
    // For the events of a recording; without it there are none.
    requires static jdk.jfr;
    // For Ctrl-C and other signals; without it they end the process as they do without Fermata.
    requires static jdk.unsupported;
    // Not transitive: otherwise every module that is compiled against this one would need the jar.
    requires static org.jspecify;

    exports dev.fermata;
    exports dev.fermata.abi;
    exports dev.fermata.internal.channels to
            dev.fermata.net;
    exports dev.fermata.lowlevel;
    exports dev.fermata.management;
    // For what a test does to a program from outside, such as the crash of a simulated host.
    exports dev.fermata.internal to
            dev.fermata.testing;
    exports dev.fermata.rules to
            dev.fermata.processor,
            dev.fermata.testing,
            dev.fermata.transformer;
}
