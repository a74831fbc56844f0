package dev.fermata.transformer.inspect;

import dev.fermata.transformer.ClassReport;
import dev.fermata.transformer.ClassReport.MethodReport;
import dev.fermata.transformer.ClassReport.Point;
import dev.fermata.transformer.ClassReport.Saved;
import java.util.function.Function;

/** A report as text for the terminal. */
public final class InspectionText {
    private InspectionText() {}

    /** What was done to a class. */
    public static String of(ClassReport report) {
        StringBuilder text = new StringBuilder(report.className());
        if (report.sourceFile() != null) {
            text.append(" (").append(report.sourceFile()).append(')');
        }
        text.append('\n');
        report.methods().forEach(method -> append(text, method));
        return text.toString();
    }

    private static void append(StringBuilder text, MethodReport method) {
        text.append("\n  ").append(Inspection.title(method)).append('\n');
        text.append("    ").append(Inspection.kind(method)).append('\n');
        text.append("    ").append(Inspection.size(method)).append('\n');
        text.append("    state 0  ").append(line(method.line())).append("  the beginning\n");
        for (Point point : method.points()) {
            text.append(String.format("    state %-2d %s  %s\n", point.state(), line(point.line()), point.what()));
            int name = width(point, Saved::name);
            int type = width(point, saved -> Inspection.simpleType(saved.type()));
            for (Saved saved : point.saved()) {
                text.append(String.format(
                        "      saves %-" + name + "s  %-" + type + "s  %s\n",
                        saved.name(),
                        Inspection.simpleType(saved.type()),
                        saved.reason()));
            }
            if (point.saved().isEmpty()) {
                text.append("      saves nothing\n");
            }
            if (!point.dropped().isEmpty()) {
                text.append("      drops ")
                        .append(String.join(", ", point.dropped()))
                        .append(", which nothing reads again\n");
            }
        }
    }

    private static String line(int line) {
        return line > 0 ? String.format("line %-4d", line) : "         ";
    }

    private static int width(Point point, Function<Saved, String> column) {
        return point.saved().stream()
                .mapToInt(saved -> column.apply(saved).length())
                .max()
                .orElse(1);
    }
}
