package dev.fermata.processor;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;
import javax.tools.StandardLocation;
import org.jspecify.annotations.Nullable;

/**
 * What the processor of a compilation tells the plugin of the same compilation: javac gives its options and its files to
 * processors only.
 *
 * <p>The two may come from different class loaders, and what the processor is given may be a wrapper: Gradle does both. What
 * they surely have in common is the compilation's {@link Elements} and {@link Types}, and the system properties. So the
 * plugin finds the text of its compilation there, under a name made from these two, and takes it away when the compilation
 * begins and when it ends.
 *
 * @param output where javac writes classes, or would write resources if it writes each class beside its source; null if that
 *     is no folder of the file system
 * @param problem why there is no such folder, or empty
 * @param options those that are Fermata's
 */
record Handover(@Nullable Path output, String problem, Map<String, String> options) {
    /** Where to keep everything between builds. */
    static final String STATE_OPTION = "fermata.state";

    private static final String PREFIX = "dev.fermata.processor.";

    /** Stands behind the place, and between options; no command line can have it in one. */
    private static final String SEPARATOR = "\0";

    /** Called by the processor. */
    static void give(ProcessingEnvironment environment) {
        Elements elements = environment.getElementUtils();
        if (!elements.getClass().getName().startsWith("com.sun.tools.javac.")) {
            return; // another compiler, which starts no plugin
        }
        String place;
        try {
            // Nothing is read. A file manager that knows of no folder says so in its own way, also by a runtime
            // exception.
            URI uri = environment
                    .getFiler()
                    .getResource(StandardLocation.CLASS_OUTPUT, "", "fermata")
                    .toUri();
            place = "file".equals(uri.getScheme()) ? "+" + uri : "-classes are written to " + uri;
        } catch (IOException | RuntimeException e) {
            String reason = e.getMessage() == null ? e.getClass().getName() : e.getMessage();
            place = "-" + reason.replaceFirst("\\.+$", "");
        }
        StringBuilder text = new StringBuilder(place);
        environment.getOptions().forEach((name, value) -> {
            if (name.startsWith(Settings.PREFIX)) {
                text.append(SEPARATOR).append(name).append('=').append(value == null ? "" : value);
            }
        });
        System.setProperty(name(elements, environment.getTypeUtils()), text.toString());
    }

    /** Called by the plugin; null if the processor did not run. */
    static @Nullable Handover find(Elements elements, Types types) {
        String text = System.getProperty(name(elements, types));
        if (text == null) {
            return null;
        }
        String[] parts = text.split(SEPARATOR, -1);
        Map<String, String> options = new LinkedHashMap<>();
        for (String option : List.of(parts).subList(1, parts.length)) {
            String[] nameAndValue = option.split("=", 2);
            options.put(nameAndValue[0], nameAndValue[1]);
        }
        String place = parts[0].substring(1);
        if (parts[0].charAt(0) == '-') {
            return new Handover(null, place, options);
        }
        try {
            return new Handover(Path.of(URI.create(place)).toAbsolutePath().getParent(), "", options);
        } catch (IllegalArgumentException | FileSystemNotFoundException e) {
            return new Handover(null, place + " is no file: " + e.getMessage(), options);
        }
    }

    /** What {@value #STATE_OPTION} says, or empty. */
    String state() {
        return options.getOrDefault(STATE_OPTION, "");
    }

    static void forget(Elements elements, Types types) {
        System.clearProperty(name(elements, types));
    }

    private static String name(Elements elements, Types types) {
        return PREFIX + Integer.toHexString(System.identityHashCode(elements)) + "."
                + Integer.toHexString(System.identityHashCode(types));
    }
}
