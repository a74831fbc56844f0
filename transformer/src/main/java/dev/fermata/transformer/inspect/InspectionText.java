package dev.fermata.transformer.inspect;

import dev.fermata.transformer.ClassReport;
import dev.fermata.transformer.ClassReport.Dropped;
import dev.fermata.transformer.ClassReport.Edge;
import dev.fermata.transformer.ClassReport.Handler;
import dev.fermata.transformer.ClassReport.MethodReport;
import dev.fermata.transformer.ClassReport.Point;
import dev.fermata.transformer.ClassReport.Range;
import dev.fermata.transformer.ClassReport.Saved;
import dev.fermata.transformer.ClassReport.Size;
import dev.fermata.transformer.ClassReport.State;
import dev.fermata.transformer.inspect.Inspection.Inspected;
import dev.fermata.transformer.inspect.SourceMarks.Excerpt;
import dev.fermata.transformer.inspect.SourceMarks.Mark;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Methods as text for the terminal: the source with its numbered awaits, what each state leads to, how each await is made,
 * and what is saved at which.
 */
public final class InspectionText {
    /** As many columns as a terminal has room for. */
    private static final int MOST_COLUMNS = 8;

    private final StringBuilder text = new StringBuilder();
    private final boolean coloured;

    private InspectionText(boolean coloured) {
        this.coloured = coloured;
    }

    /**
     * What was done to the chosen methods of a class.
     *
     * @param coloured with the escape sequences of a terminal
     * @return empty if none is chosen
     */
    public static String of(Inspected inspected, MethodFilter filter, boolean coloured) {
        List<MethodReport> methods =
                inspected.report().methods().stream().filter(filter::isChosen).toList();
        if (methods.isEmpty()) {
            return "";
        }
        return new InspectionText(coloured).classText(inspected, methods);
    }

    private String classText(Inspected inspected, List<MethodReport> methods) {
        ClassReport report = inspected.report();
        SourceFile source = inspected.source();
        SourceMarks marks = SourceMarks.of(source == null ? "" : source.text(), report);
        text.append(bold(inspected.title()));
        if (report.sourceFile() != null) {
            text.append(" (").append(report.sourceFile()).append(')');
        }
        text.append('\n');
        if (source == null) {
            text.append("  the source was not found\n");
        } else if (marks.problem() != null) {
            text.append("  the source could not be parsed: ")
                    .append(marks.problem())
                    .append('\n');
        }
        List<String> lines = source == null ? List.of() : source.text().lines().toList();
        for (MethodReport method : methods) {
            append(method, marks.excerpts().get(method), lines);
        }
        return text.toString();
    }

    private void append(MethodReport method, @Nullable Excerpt excerpt, List<String> lines) {
        text.append("\n  ").append(bold(Inspection.title(method))).append('\n');
        text.append("    ").append(Inspection.kind(method)).append('\n');
        text.append("    ").append(Inspection.size(method)).append('\n');
        text.append("    HotSpot inlines a hot body of up to ")
                .append(Size.MOST_INLINED)
                .append(" bytes, and compiles one of up to ")
                .append(Size.MOST_COMPILED)
                .append('\n');
        text.append("    a frame has ").append(method.frame().bytes()).append(" bytes\n");
        method.warnings().forEach(it -> text.append("    warning: ").append(it).append('\n'));
        if (excerpt != null) {
            appendSource(method, excerpt, lines);
        }
        appendStates(method);
        appendPoints(method);
        appendVariables(method);
    }

    private void appendSource(MethodReport method, Excerpt excerpt, List<String> lines) {
        text.append('\n');
        List<Point> unmarked = excerpt.unmarked(method);
        for (int number = excerpt.firstLine(); number <= excerpt.lastLine(); number++) {
            // The carets below stand in the same columns only if no tab is wider than they are.
            String line = lines.get(number - 1).replace('\t', ' ').stripTrailing();
            row(String.valueOf(number), line);
            for (Mark mark : excerpt.marks()) {
                if (mark.firstLine() == number) {
                    boolean ends = mark.lastLine() == number;
                    int last = ends ? mark.lastColumn() : line.length();
                    String carets = "^".repeat(Math.max(1, last - mark.firstColumn() + 1)) + (ends ? " " : "... ");
                    row(
                            "",
                            " ".repeat(mark.firstColumn() - 1)
                                    + marked(carets
                                            + mark.states().stream()
                                                    .map(String::valueOf)
                                                    .collect(Collectors.joining(", "))));
                }
            }
            for (Point point : unmarked) {
                if (point.line() == number) {
                    row("", marked("^ " + point.state() + ": " + point.what()));
                }
            }
        }
    }

    private void row(String number, String line) {
        String row = dim(String.format("%8s |", number)) + (line.isEmpty() ? "" : " " + line);
        text.append(row).append('\n');
    }

    private void appendStates(MethodReport method) {
        text.append("\n    states\n");
        for (State state : method.states()) {
            text.append("      ")
                    .append(marked(String.format("%-3d", state.number())))
                    .append(state.number() == 0 ? "the beginning" : "after await " + state.number());
            if (!state.lines().isEmpty()) {
                Range first = state.lines().get(0);
                boolean one = state.lines().size() == 1 && first.first() == first.last();
                text.append(one ? ", line " : ", lines ")
                        .append(state.lines().stream()
                                .map(InspectionText::lines)
                                .collect(Collectors.joining(", ")));
            }
            text.append('\n');
            // Where several are reached in the same way, they share a line.
            Map<Edge, List<Integer>> ways = new LinkedHashMap<>();
            for (Edge edge : state.next()) {
                ways.computeIfAbsent(new Edge(0, edge.way(), edge.type(), edge.line()), it -> new ArrayList<>())
                        .add(edge.to());
            }
            ways.forEach((way, targets) ->
                    text.append("           ").append(words(way, targets)).append('\n'));
            if (state.more()) {
                text.append("           and others\n");
            }
        }
    }

    private static String lines(Range range) {
        return range.first() == range.last() ? String.valueOf(range.first()) : range.first() + "-" + range.last();
    }

    private String words(Edge edge, List<Integer> targets) {
        String to = targets.stream().map(it -> marked(String.valueOf(it))).collect(Collectors.joining(", "));
        String at = edge.line() > 0 ? " at line " + edge.line() : "";
        return switch (edge.way()) {
            case NEXT -> "to " + to;
            case LOOP -> "back to " + to;
            case CATCH -> "to " + to + " if " + Inspection.simpleType(String.valueOf(edge.type())) + " is caught" + at;
            case FINALLY -> "to " + to + " while an exception passes the handler" + at;
            case RETURN -> "returns";
            case THROW -> "throws";
        };
    }

    private void appendPoints(MethodReport method) {
        if (method.points().isEmpty()) {
            return;
        }
        text.append("\n    awaits\n");
        for (Point point : method.points()) {
            text.append("      ")
                    .append(marked(String.format("%-3d", point.state())))
                    .append(point.line() > 0 ? "line " + point.line() + ": " : "")
                    .append(point.what())
                    .append('\n');
            text.append("           because: ").append(point.call().why()).append('\n');
            text.append("           ").append(allocation(point)).append('\n');
            for (Handler handler : point.handlers()) {
                text.append("           ")
                        .append(handler.type() == null ? "any exception" : Inspection.simpleType(handler.type()))
                        .append(" goes to the handler")
                        .append(handler.line() > 0 ? " at line " + handler.line() : "")
                        .append('\n');
            }
        }
    }

    private static String allocation(Point point) {
        return switch (point.call().withoutAllocation()) {
            case YES -> "allocates nothing unless it suspends";
            case IF_WOVEN -> "allocates nothing unless it suspends or the other class is not woven";
            case NO -> "allocates a coroutine, whether it suspends or not";
            case UNKNOWN -> "allocates what the awaited object does";
        };
    }

    private void appendVariables(MethodReport method) {
        // Name and type: two variables may share a name.
        Map<List<String>, Map<Integer, String>> table = new LinkedHashMap<>();
        for (Point point : method.points()) {
            for (Saved saved : point.saved()) {
                table.computeIfAbsent(
                                List.of(saved.name(), Inspection.simpleType(saved.type())), it -> new LinkedHashMap<>())
                        .put(point.state(), saved.field());
            }
        }
        for (Point point : method.points()) {
            for (Dropped dropped : point.dropped()) {
                List<String> key = table.keySet().stream()
                        .filter(it -> it.get(0).equals(dropped.name()))
                        .findFirst()
                        .orElse(List.of(dropped.name(), ""));
                table.computeIfAbsent(key, it -> new LinkedHashMap<>()).putIfAbsent(point.state(), word(dropped));
            }
        }
        if (table.isEmpty()) {
            return;
        }
        text.append("\n    saved at each await: the field of the frame, or why not\n");
        for (int first = 0; first < method.points().size(); first += MOST_COLUMNS) {
            List<Point> points = method.points()
                    .subList(
                            first,
                            Math.min(first + MOST_COLUMNS, method.points().size()));
            List<List<String>> rows = new ArrayList<>();
            List<String> head = new ArrayList<>(List.of("variable", "type"));
            points.forEach(it -> head.add(String.valueOf(it.state())));
            rows.add(head);
            table.forEach((key, cells) -> {
                if (points.stream().anyMatch(it -> cells.containsKey(it.state()))) {
                    List<String> row = new ArrayList<>(key);
                    points.forEach(it -> row.add(cells.getOrDefault(it.state(), "")));
                    rows.add(row);
                }
            });
            appendTable(rows);
            text.append('\n');
        }
        for (Point point : method.points()) {
            for (Saved saved : point.saved()) {
                if (!saved.name().equals("this")) {
                    text.append("      ")
                            .append(marked(String.format("%-3d", point.state())))
                            .append(saved.name())
                            .append(": ")
                            .append(saved.reason())
                            .append('\n');
                }
            }
        }
    }

    private static String word(Dropped dropped) {
        return switch (dropped.why()) {
            case DEAD -> "dead";
            case NULL -> "null";
            case ZEROED -> "dead (zero)";
        };
    }

    private void appendTable(List<List<String>> rows) {
        int columns = rows.get(0).size();
        for (int r = 0; r < rows.size(); r++) {
            StringBuilder row = new StringBuilder("      ");
            for (int column = 0; column < columns; column++) {
                int index = column;
                int width = rows.stream()
                        .mapToInt(it -> it.get(index).length())
                        .max()
                        .orElse(0);
                row.append(String.format("%-" + (width + 2) + "s", rows.get(r).get(column)));
            }
            String stripped = row.toString().stripTrailing();
            text.append(r == 0 ? dim(stripped) : stripped).append('\n');
        }
    }

    private String bold(String part) {
        return escaped("1", part);
    }

    private String dim(String part) {
        return escaped("2", part);
    }

    private String marked(String part) {
        return escaped("1;33", part);
    }

    private String escaped(String code, String part) {
        return coloured ? "\u001b[" + code + "m" + part + "\u001b[0m" : part;
    }
}
