package dev.fermata.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes the figures of several runs into docs/performance.md: {@code Report results/*.json --docs docs}. What stands
 * between {@code <!-- figures ROW -->} or {@code <!-- goals -->} and {@code <!-- end -->} is replaced; the prose around is
 * kept. The charts go to docs/performance.
 */
final class Report {
    private static final Pattern PLACE =
            Pattern.compile("(<!-- (figures (\\w+)|goals|runs) -->\n)(.*?)(<!-- end -->)", Pattern.DOTALL);

    private final List<Measurements> runs;
    private final Path docs;

    private Report(List<Measurements> runs, Path docs) {
        this.runs = runs;
        this.docs = docs;
    }

    public static void main(String[] args) throws IOException {
        List<Measurements> runs = new ArrayList<>();
        Path docs = Path.of("docs");
        for (int i = 0; i < args.length; i++) {
            if (args[i].equals("--docs")) {
                docs = Path.of(args[++i]);
            } else {
                runs.add(Measurements.read(Path.of(args[i])));
            }
        }
        if (runs.isEmpty()) {
            throw new IllegalArgumentException("usage: Report FILE.json… [--docs FOLDER]");
        }
        runs.sort(Comparator.comparing(Measurements::feature).thenComparing(Measurements::collector));
        new Report(runs, docs).write();
    }

    private void write() throws IOException {
        Path page = docs.resolve("performance.md");
        Matcher places = PLACE.matcher(Files.readString(page));
        StringBuilder text = new StringBuilder();
        while (places.find()) {
            String row = places.group(3);
            String figures = row != null ? figures(row) : places.group(2).equals("goals") ? goals() : runs();
            places.appendReplacement(text, Matcher.quoteReplacement(places.group(1) + figures + places.group(5)));
        }
        places.appendTail(text);
        Files.writeString(page, text);
    }

    /** Replaces what stands between {@code <!-- place -->} and the next {@code <!-- end -->} of a page. */
    static void replace(Path page, String place, String text) throws IOException {
        Matcher found = Pattern.compile("(<!-- " + Pattern.quote(place) + " -->\n)(.*?)(<!-- end -->)", Pattern.DOTALL)
                .matcher(Files.readString(page));
        if (!found.find()) {
            throw new IllegalArgumentException(page + " has no place for " + place);
        }
        Files.writeString(page, found.replaceFirst("$1" + Matcher.quoteReplacement(text) + "$3"));
    }

    /** The tables and charts of all works of a row. */
    private String figures(String row) throws IOException {
        Set<String> works = new LinkedHashSet<>();
        for (Measurements run : runs) {
            run.all().stream().filter(each -> each.row().equals(row)).forEach(each -> works.add(each.work()));
        }
        StringBuilder text = new StringBuilder();
        for (String work : works) {
            if (works.size() > 1) {
                text.append("\n**").append(work.substring(row.length() + 1)).append("**\n");
            }
            text.append('\n')
                    .append(table(work))
                    .append('\n')
                    .append(picture(work))
                    .append('\n');
            Charts.write(docs.resolve("performance"), work, runs);
        }
        return works.isEmpty() ? "\nNot measured yet.\n\n" : text.toString();
    }

    private String table(String work) {
        StringBuilder text = new StringBuilder("| form |");
        StringBuilder rule = new StringBuilder("|---|");
        for (Measurements run : runs) {
            text.append(' ').append(run.title()).append(": to emitted | ns (forks from–to) | bytes |");
            rule.append("--:|--:|--:|");
        }
        text.append('\n').append(rule).append('\n');
        for (String form : Measurements.forms(runs, work)) {
            text.append("| `").append(form).append("` |");
            for (Measurements run : runs) {
                Measured measured = run.find(work, form);
                text.append(measured == null ? " – | – | – |" : cells(run, measured));
            }
            text.append('\n');
        }
        return text.toString();
    }

    private static String cells(Measurements run, Measured measured) {
        return String.format(
                Locale.ROOT,
                " %s | %s (%s–%s) | %s |",
                Ratios.toEmitted(run, measured),
                number(measured.nanos()),
                number(measured.least()),
                number(measured.most()),
                Double.isNaN(measured.bytes()) ? "–" : String.format(Locale.ROOT, "%.0f", measured.bytes()));
    }

    private static String number(double nanos) {
        return String.format(Locale.ROOT, nanos < 10 ? "%.2f" : nanos < 100 ? "%.1f" : "%,.0f", nanos);
    }

    static String picture(String work) {
        return String.format(Locale.ROOT, """
                <picture>
                  <source media="(prefers-color-scheme: dark)" srcset="performance/%s">
                  <img alt="%s: ns an operation" src="performance/%s">
                </picture>
                """, Charts.fileName(work, true), work, Charts.fileName(work, false));
    }

    private String goals() {
        StringBuilder text = new StringBuilder("\n| goal | bound |");
        for (Measurements run : runs) {
            text.append(' ').append(run.title()).append(" |");
        }
        text.append("\n|---|--:|").append("---|".repeat(runs.size())).append('\n');
        for (Goal goal : Goal.ALL) {
            text.append(String.format(
                    Locale.ROOT, "| %s | %s %s |", goal.what(), goal.relation().sign, number(goal.bound())));
            for (Measurements run : runs) {
                Goal.Outcome outcome = goal.outcome(run);
                text.append(' ');
                if (!Double.isNaN(outcome.value())) {
                    text.append(number(outcome.value())).append(", ");
                }
                text.append(outcome.verdict().words).append(outcome.few() ? " (too few forks) |" : " |");
            }
            text.append('\n');
        }
        return text.append('\n').toString();
    }

    private String runs() {
        StringBuilder text = new StringBuilder("\n| run | JDK | collector | forks, at least |\n|---|---|---|--:|\n");
        for (Measurements run : runs) {
            text.append(String.format(
                    Locale.ROOT, "| %s | %s | %s | %d |\n", run.title(), run.jdk(), run.collector(), run.forks()));
        }
        return text.append('\n').toString();
    }
}
