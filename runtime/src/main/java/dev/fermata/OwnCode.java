package dev.fermata;

import java.util.Set;

/** Tells Fermata's own classes from those of whoever uses it. */
final class OwnCode {
    private static final Set<String> PACKAGES =
            Set.of("dev.fermata", "dev.fermata.codegen", "dev.fermata.internal", "dev.fermata.management");

    private OwnCode() {}

    static boolean has(String className) {
        return PACKAGES.contains(className.substring(0, Math.max(0, className.lastIndexOf('.'))));
    }
}
