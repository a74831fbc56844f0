/** What accessors of Micrometer's context-propagation can read and write follows tasks: MDC, spans, security. */
module dev.fermata.context {
    requires dev.fermata;
    requires context.propagation;
    // Not transitive: otherwise every module that is compiled against this one would need the jar.
    requires static org.jspecify;

    // The runtime finds the class by its name.
    exports dev.fermata.context to
            dev.fermata;
}
