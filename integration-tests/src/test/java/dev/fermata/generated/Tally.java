package dev.fermata.generated;

import dev.fermata.rules.Rule;
import java.util.EnumMap;
import java.util.Map;

/** Counts what came out of many programs. */
final class Tally {
    private final Map<Trial.Verdict, Integer> verdicts = new EnumMap<>(Trial.Verdict.class);
    private final Map<Rule, Integer> refusals = new EnumMap<>(Rule.class);
    private int programs;
    private long methods;
    private long points;
    private long runs;

    void add(Trial.Outcome outcome) {
        programs++;
        methods += outcome.methods();
        points += outcome.points();
        runs += outcome.runs();
        verdicts.merge(outcome.verdict(), 1, Integer::sum);
        outcome.rules().forEach(it -> refusals.merge(it, 1, Integer::sum));
    }

    @Override
    public String toString() {
        return "generated programs: " + programs + " " + verdicts + ", methods woven: " + methods
                + ", suspension points: " + points + ", runs: " + runs + ", refusals: " + refusals;
    }

    /** Source with its lines indented by their braces. */
    static String indented(String source) {
        StringBuilder text = new StringBuilder();
        int depth = 0;
        for (String line : source.split("\n", -1)) {
            String code = line.strip();
            int here = code.startsWith("}") ? depth - 1 : depth;
            text.append("    ".repeat(Math.max(0, here))).append(code).append('\n');
            depth += (int) (code.chars().filter(it -> it == '{').count()
                    - code.chars().filter(it -> it == '}').count());
        }
        return text.toString();
    }
}
