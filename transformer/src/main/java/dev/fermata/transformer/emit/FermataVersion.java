package dev.fermata.transformer.emit;

/** The weaver's own version, as it is written into woven classes. */
public final class FermataVersion {
    /** Changed together with the version in pom.xml; a test compares them. */
    public static final String STRING = "0.1.0";

    private FermataVersion() {}
}
