/** Tests whose bodies await, for JUnit: virtual time, other interleavings, cancels at every await. */
module dev.fermata.testing {
    requires transitive dev.fermata;
    requires transitive org.junit.jupiter.api;
    // Not transitive: then whoever compiles a module against this one would need the jar.
    requires static org.jspecify;

    exports dev.fermata.testing;

    // JUnit makes the extension, which is nobody else's business.
    opens dev.fermata.testing to
            org.junit.platform.commons;
}
