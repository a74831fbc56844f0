package dev.fermata.processor;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.ModuleElement;
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
 * @param modules the folders of several modules that are compiled at once, by their names; then there is no output folder
 * @param options those that are Fermata's
 */
record Handover(@Nullable Path output, String problem, Map<String, Path> modules, Map<String, String> options) {
    /** Where to keep everything between builds. */
    static final String STATE_OPTION = "fermata.state";

    private static final String PREFIX = "dev.fermata.processor.";

    /** Stands behind the place, and between options; no command line can have it in one. */
    private static final String SEPARATOR = "\0";

    /** Begins a part that is no option: the folder of a module. */
    private static final String MODULE = "module:";

    /** Called by the processor. */
    static void give(ProcessingEnvironment environment) {
        Elements elements = environment.getElementUtils();
        if (!elements.getClass().getName().startsWith("com.sun.tools.javac.")) {
            return; // another compiler, which starts no plugin
        }
        String place;
        StringBuilder more = new StringBuilder();
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
            uris(environment)
                    .forEach((module, uri) -> more.append(SEPARATOR)
                            .append(MODULE)
                            .append(module)
                            .append('=')
                            .append(uri));
        }
        StringBuilder text = new StringBuilder(place).append(more);
        environment.getOptions().forEach((name, value) -> {
            if (name.startsWith(Settings.PREFIX)) {
                text.append(SEPARATOR).append(name).append('=').append(value == null ? "" : value);
            }
        });
        System.setProperty(name(elements, environment.getTypeUtils()), text.toString());
    }

    /** Where the classes of each module are, if they are written to files. */
    private static Map<String, URI> uris(ProcessingEnvironment environment) {
        Map<String, URI> uris = new LinkedHashMap<>();
        for (ModuleElement module : environment.getElementUtils().getAllModuleElements()) {
            String name = module.getQualifiedName().toString();
            URI uri = name.isEmpty() ? null : uriOf(name, environment);
            if (uri != null) {
                uris.put(name, uri);
            }
        }
        return uris;
    }

    /** Null for a module that is not compiled. */
    private static @Nullable URI uriOf(String module, ProcessingEnvironment environment) {
        try {
            URI uri = environment
                    .getFiler()
                    .getResource(StandardLocation.CLASS_OUTPUT, module + "/", "fermata")
                    .toUri();
            return "file".equals(uri.getScheme()) ? uri : null;
        } catch (IOException | RuntimeException e) {
            return null; // so javac says it
        }
    }

    /** Called by the plugin; null if the processor did not run. */
    static @Nullable Handover find(Elements elements, Types types) {
        String text = System.getProperty(name(elements, types));
        if (text == null) {
            return null;
        }
        String[] parts = text.split(SEPARATOR, -1);
        Map<String, String> options = new LinkedHashMap<>();
        Map<String, Path> modules = new LinkedHashMap<>();
        for (String part : List.of(parts).subList(1, parts.length)) {
            String[] nameAndValue = part.split("=", 2);
            if (part.startsWith(MODULE)) {
                modules.put(nameAndValue[0].substring(MODULE.length()), folderOf(nameAndValue[1]));
            } else {
                options.put(nameAndValue[0], nameAndValue[1]);
            }
        }
        String place = parts[0].substring(1);
        if (parts[0].charAt(0) == '-') {
            return new Handover(null, place, modules, options);
        }
        try {
            return new Handover(folderOf(place), "", modules, options);
        } catch (IllegalArgumentException | FileSystemNotFoundException e) {
            return new Handover(null, place + " is no file: " + e.getMessage(), modules, options);
        }
    }

    private static Path folderOf(String file) {
        Path folder = Path.of(URI.create(file)).toAbsolutePath().getParent();
        if (folder == null) {
            throw new IllegalArgumentException("a file in no folder");
        }
        return folder;
    }

    /** Where the classes of a module are; null if that is no folder of the file system. */
    @Nullable
    Path output(String module) {
        return output == null ? modules.get(module) : output;
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
