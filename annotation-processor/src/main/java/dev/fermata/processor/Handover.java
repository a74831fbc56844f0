package dev.fermata.processor;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Path;
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
 * @param state what {@value #STATE_OPTION} says, or empty
 */
record Handover(@Nullable Path output, String problem, String state) {
    /** Where to keep everything between builds. */
    static final String STATE_OPTION = "fermata.state";

    private static final String PREFIX = "dev.fermata.processor.";

    /** Called by the processor. */
    static void give(ProcessingEnvironment environment) {
        Elements elements = environment.getElementUtils();
        if (!elements.getClass().getName().startsWith("com.sun.tools.javac.")) {
            return; // another compiler, which starts no plugin
        }
        String state = environment.getOptions().getOrDefault(STATE_OPTION, "");
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
        System.setProperty(name(elements, environment.getTypeUtils()), place.replace('\n', ' ') + "\n" + state);
    }

    /** Called by the plugin; null if the processor did not run. */
    static @Nullable Handover find(Elements elements, Types types) {
        String text = System.getProperty(name(elements, types));
        if (text == null) {
            return null;
        }
        int end = text.indexOf('\n');
        String place = text.substring(1, end);
        String state = text.substring(end + 1);
        if (text.charAt(0) == '-') {
            return new Handover(null, place, state);
        }
        try {
            return new Handover(Path.of(URI.create(place)).toAbsolutePath().getParent(), "", state);
        } catch (IllegalArgumentException | FileSystemNotFoundException e) {
            return new Handover(null, place + " is no file: " + e.getMessage(), state);
        }
    }

    static void forget(Elements elements, Types types) {
        System.clearProperty(name(elements, types));
    }

    private static String name(Elements elements, Types types) {
        return PREFIX + Integer.toHexString(System.identityHashCode(elements)) + "."
                + Integer.toHexString(System.identityHashCode(types));
    }
}
