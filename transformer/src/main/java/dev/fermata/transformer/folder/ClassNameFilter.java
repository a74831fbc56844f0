package dev.fermata.transformer.folder;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Chooses classes by globs over their names: {@code *} stands for any part of one name, {@code **} for any packages, dots and
 * slashes are the same. A nested class goes with its top-level class.
 */
public final class ClassNameFilter {
    private final List<Pattern> includes;
    private final List<Pattern> excludes;

    /** Takes what matches one of {@code includes}, or everything if there are none, and none of {@code excludes}. */
    public ClassNameFilter(List<String> includes, List<String> excludes) {
        this.includes = includes.stream().map(ClassNameFilter::pattern).toList();
        this.excludes = excludes.stream().map(ClassNameFilter::pattern).toList();
    }

    /**
     * Whether a nest is to be woven.
     *
     * @param host internal name of its top-level class
     */
    public boolean matches(String host) {
        return (includes.isEmpty() || matchesOne(includes, host)) && !matchesOne(excludes, host);
    }

    private static boolean matchesOne(List<Pattern> patterns, String name) {
        return patterns.stream().anyMatch(pattern -> pattern.matcher(name).matches());
    }

    private static Pattern pattern(String glob) {
        String path = glob.strip().replace('.', '/');
        if (path.endsWith("/class")) {
            path = path.substring(0, path.length() - "/class".length());
        }
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (path.startsWith("**/", i)) {
                regex.append("(?:.*/)?");
                i += 2;
            } else if (path.startsWith("**", i)) {
                regex.append(".*");
                i++;
            } else if (c == '*') {
                regex.append("[^/]*");
            } else if (c == '?') {
                regex.append("[^/]");
            } else {
                regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        return Pattern.compile(regex.toString());
    }
}
