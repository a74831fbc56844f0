/** Tests whose bodies await, for JUnit: in virtual time, in other interleavings, with a cancel at every await, on a simulated network. */
@SuppressWarnings("requires-automatic") // BlockHound is no named module
module dev.fermata.testing {
    requires transitive dev.fermata;
    requires transitive org.junit.jupiter.api;
    // For dev.fermata.testing.net alone. A module whose tests use that requires dev.fermata.net itself.
    requires static dev.fermata.net;
    // Not transitive: otherwise every module that is compiled against this one would need the jar.
    requires static org.jspecify;
    // For tests that use BlockHound.
    requires static reactor.blockhound;

    exports dev.fermata.testing;
    exports dev.fermata.testing.net;

    provides reactor.blockhound.integration.BlockHoundIntegration with
            dev.fermata.testing.FermataBlockHoundIntegration;

    // JUnit instantiates the extension; no other module needs access.
    opens dev.fermata.testing to
            org.junit.platform.commons;
}
