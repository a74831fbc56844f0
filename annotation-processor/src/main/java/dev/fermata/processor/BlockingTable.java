package dev.fermata.processor;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.lang.model.element.ExecutableElement;

/** The calls that block: those of {@code blocking-calls.txt}, and what a user adds. */
final class BlockingTable {
    private static final String FILE = "blocking-calls.txt";
    private static final List<CallPattern> BUILT_IN = read();

    /** By the names of the methods, so that most calls cost one look-up. */
    private final Map<String, List<CallPattern>> patterns = new HashMap<>();

    BlockingTable(Collection<CallPattern> more) {
        BUILT_IN.forEach(this::add);
        more.forEach(this::add);
    }

    private void add(CallPattern pattern) {
        String name = pattern.method().equals(CallPattern.CONSTRUCTOR) ? "<init>" : pattern.method();
        patterns.computeIfAbsent(name, it -> new ArrayList<>()).add(pattern);
    }

    boolean blocks(ExecutableElement called, SourceModel model) {
        return patterns.getOrDefault(called.getSimpleName().toString(), List.of()).stream()
                .anyMatch(it -> it.matches(called, model));
    }

    static List<CallPattern> builtIn() {
        return BUILT_IN;
    }

    private static List<CallPattern> read() {
        try (InputStream in = BlockingTable.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IllegalStateException(FILE + " is missing from the jar of the annotation processor");
            }
            List<CallPattern> all = new ArrayList<>();
            for (String line : new String(in.readAllBytes(), UTF_8).lines().toList()) {
                CallPattern pattern = CallPattern.parse(line);
                if (pattern != null) {
                    all.add(pattern);
                }
            }
            return List.copyOf(all);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
