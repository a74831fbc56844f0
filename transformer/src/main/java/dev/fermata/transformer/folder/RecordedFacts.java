package dev.fermata.transformer.folder;

import dev.fermata.transformer.ClassFacts;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Hands on facts and remembers which: what they were when a nest was woven decides whether it must be woven again. */
final class RecordedFacts implements ClassFacts {
    private final ClassFacts source;
    private final SortedMap<String, Optional<Fact>> told = new TreeMap<>();

    RecordedFacts(ClassFacts source) {
        this.source = source;
    }

    @Override
    public @Nullable Fact find(String name) {
        Fact fact = source.find(name);
        told.put(name, Optional.ofNullable(fact));
        return fact;
    }

    SortedMap<String, Optional<Fact>> told() {
        return told;
    }
}
