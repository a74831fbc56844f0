package dev.fermata.transformer.inspect;

import dev.fermata.transformer.ClassReport.MethodReport;
import dev.fermata.transformer.ClassReport.Point;
import dev.fermata.transformer.inspect.SourceMarks.Excerpt;
import dev.fermata.transformer.inspect.SourceMarks.Mark;
import java.util.List;

/** The source of one method as HTML: numbered lines, awaits marked, each with the numbers of its states. */
final class SourceView {
    private final String id;
    private final List<String> lines;
    private final Excerpt excerpt;
    private final List<Point> unmarked;

    /**
     * A view of a method.
     *
     * @param id that the ids of its states begin with
     * @param source of the whole file
     */
    SourceView(String id, String source, Excerpt excerpt, MethodReport method) {
        this.id = id;
        this.lines = source.lines().toList();
        this.excerpt = excerpt;
        this.unmarked = excerpt.unmarked(method);
    }

    String html() {
        int indent = indent();
        StringBuilder html = new StringBuilder("<pre class=\"source\">");
        for (int number = excerpt.firstLine(); number <= excerpt.lastLine(); number++) {
            html.append("<span class=\"line\"><span class=\"number\">")
                    .append(number)
                    .append("</span>");
            append(html, number, lines.get(number - 1), indent);
            html.append("</span>\n");
        }
        return html.append("</pre>\n").toString();
    }

    /** How far all lines of the method are indented: shown, it would only take room. */
    private int indent() {
        return lines.subList(excerpt.firstLine() - 1, excerpt.lastLine()).stream()
                .filter(line -> !line.isBlank())
                .mapToInt(line -> line.length() - line.stripLeading().length())
                .min()
                .orElse(0);
    }

    private void append(StringBuilder html, int number, String line, int indent) {
        for (int column = 1; column <= line.length(); column++) {
            for (Mark mark : excerpt.marks()) {
                if (beginsAt(mark, number, column, line)) {
                    html.append("<mark>");
                }
            }
            if (column > indent) {
                html.append(Html.escape(line.substring(column - 1, column)));
            }
            for (Mark mark : excerpt.marks()) {
                if (mark.lastLine() == number && mark.lastColumn() == column) {
                    html.append("</mark>");
                    mark.states().forEach(state -> html.append(badge(state)));
                } else if (covers(mark, number) && mark.lastLine() > number && column == line.length()) {
                    html.append("</mark>"); // to be opened again on the next line
                }
            }
        }
        unmarked.stream().filter(point -> point.line() == number).forEach(point -> html.append(badge(point.state())));
    }

    /** A mark that goes on from the line above begins with the first character that is to be seen. */
    private static boolean beginsAt(Mark mark, int number, int column, String line) {
        return mark.firstLine() == number
                ? mark.firstColumn() == column
                : covers(mark, number)
                        && !Character.isWhitespace(line.charAt(column - 1))
                        && line.substring(0, column - 1).isBlank();
    }

    private static boolean covers(Mark mark, int line) {
        return mark.firstLine() <= line && line <= mark.lastLine();
    }

    private String badge(int state) {
        return "<a class=\"state\" href=\"#" + id + "-" + state + "\">" + state + "</a>";
    }
}
