package dev.fermata.transformer.inspect;

import dev.fermata.transformer.ClassReport.MethodReport;
import dev.fermata.transformer.folder.ClassNameFilter;
import dev.fermata.transformer.inspect.Inspection.Inspected;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which methods are to be printed.
 *
 * @param classes with everything nested in them
 * @param method the name, null for all
 */
public record MethodFilter(
        ClassNameFilter classes, @Nullable String method) {
    /** All methods of the classes of a name, or of all classes: {@code Shop}, {@code com.acme.Shop}, {@code com.acme.**}. */
    public static MethodFilter ofClass(@Nullable String name) {
        return new MethodFilter(classes(name), null);
    }

    /** A method by its name, with its class or without: {@code Fetcher.fetch}, {@code fetch}. */
    public static MethodFilter ofMethod(String name) {
        int dot = name.lastIndexOf('.');
        return new MethodFilter(classes(dot < 0 ? null : name.substring(0, dot)), name.substring(dot + 1));
    }

    private static ClassNameFilter classes(@Nullable String name) {
        return new ClassNameFilter(name == null ? List.of() : List.of(name, "**." + name), List.of());
    }

    /** Whether something of a class is to be printed. */
    public boolean isChosen(Inspected inspected) {
        return inspected.isNamedBy(classes)
                && inspected.report().methods().stream().anyMatch(this::isChosen);
    }

    /** Whether the name is that of a method, or of the method around a lambda. */
    boolean isChosen(MethodReport report) {
        return method == null
                || report.name().equals(method)
                || (report.lambda() && report.name().startsWith("lambda$" + method + "$"));
    }
}
