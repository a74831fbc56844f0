package dev.fermata.processor;

import dev.fermata.rules.Rule;
import dev.fermata.rules.Severity;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a compilation was told about warnings: {@code -Afermata.blockingCall=off} and the like. The processor and the plugin
 * add options before javac has attributed anything; the checks read them afterwards. On javac's thread.
 */
final class Settings {
    static final String PREFIX = "fermata.";
    private static final String BLOCKING = PREFIX + "blocking";

    /** A comma, but none between parameters. */
    private static final Pattern BETWEEN_CALLS = Pattern.compile(",(?![^(]*\\))");

    /** The rules that were set; those that are off have no severity. */
    private final Map<Rule, Severity> severities = new LinkedHashMap<>();

    private final Set<Rule> off = new TreeSet<>();
    private final Set<CallPattern> blocking = new LinkedHashSet<>();
    private final Set<String> mistakes = new TreeSet<>();

    /** The options by their names, as javac wants to know them: others would be warned of as unknown to all processors. */
    static Set<String> names() {
        Set<String> names = Arrays.stream(Rule.values())
                .filter(it -> it.severity() == Severity.WARNING)
                .map(Settings::nameOf)
                .collect(Collectors.toCollection(TreeSet::new));
        names.add(BLOCKING);
        names.add(Handover.STATE_OPTION);
        return names;
    }

    /** {@code fermata.blockingCall}: javac takes no hyphens in the name of an option. */
    static String nameOf(Rule rule) {
        String anchor = rule.anchor();
        StringBuilder name = new StringBuilder(PREFIX);
        for (int i = 0; i < anchor.length(); i++) {
            name.append(anchor.charAt(i) == '-' ? Character.toUpperCase(anchor.charAt(++i)) : anchor.charAt(i));
        }
        return name.toString();
    }

    /** Takes those of {@code options} that are Fermata's. What cannot be understood is kept for {@link #mistakes}. */
    void add(Map<String, ? extends @Nullable String> options) {
        options.forEach((name, value) -> {
            if (name.startsWith(PREFIX) && !name.equals(Handover.STATE_OPTION)) {
                add(name, value == null ? "" : value);
            }
        });
    }

    private void add(String name, String value) {
        if (name.equals(BLOCKING)) {
            addBlocking(value);
            return;
        }
        Rule rule = Arrays.stream(Rule.values())
                .filter(it -> name.equals(nameOf(it)))
                .findFirst()
                .orElse(null);
        if (rule == null) {
            mistakes.add("there is no option " + name + ". The options are " + String.join(", ", names()));
        } else if (rule.severity() == Severity.ERROR) {
            mistakes.add(
                    "the option " + name + " has no effect: what this rule refuses cannot work. Remove the option");
        } else {
            switch (value) {
                case "error" -> set(rule, Severity.ERROR);
                case "warning" -> set(rule, Severity.WARNING);
                case "off" -> off.add(rule);
                default ->
                    mistakes.add(
                            "the option " + name + " cannot be \"" + value + "\". Set it to error, warning or off");
            }
        }
    }

    /** The last word counts: that of the processor's options, where the plugin has arguments too. */
    private void set(Rule rule, Severity severity) {
        off.remove(rule);
        severities.put(rule, severity);
    }

    private void addBlocking(String calls) {
        for (String call : BETWEEN_CALLS.split(calls, -1)) {
            if (call.isBlank()) {
                continue; // a property of a build that nobody has set
            }
            CallPattern pattern = CallPattern.parse(call.strip());
            if (pattern == null) {
                mistakes.add("the option " + BLOCKING + " cannot contain \"" + call.strip()
                        + "\". Write each call as com.acme.Client#call, and separate them by commas");
            } else {
                blocking.add(pattern);
            }
        }
    }

    /** What breaking {@code rule} is; null if nobody wants to know. */
    @Nullable
    Severity severityOf(Rule rule) {
        if (off.contains(rule) || (rule.isOnRequest() && !severities.containsKey(rule))) {
            return null;
        }
        return severities.getOrDefault(rule, rule.severity());
    }

    /** The calls that block beside those that {@link BlockingCalls} knows. */
    Set<CallPattern> blocking() {
        return blocking;
    }

    /** What is wrong with the options, as a sentence each without its full stop. */
    Set<String> mistakes() {
        return mistakes;
    }
}
