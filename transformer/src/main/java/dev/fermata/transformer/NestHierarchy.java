package dev.fermata.transformer;

import dev.fermata.transformer.ClassFacts.Fact;
import dev.fermata.transformer.analysis.Hierarchy;
import dev.fermata.transformer.emit.EmittedClass;
import dev.fermata.transformer.model.Names;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.ClassNode;

/** The hierarchy around a nest: its own classes as they are, and facts about all others. */
final class NestHierarchy implements Hierarchy {
    private final Map<String, ClassNode> nest;
    private final ClassFacts facts;

    NestHierarchy(Collection<ClassNode> nest, ClassFacts facts) {
        this(nest.stream().collect(Collectors.toMap(it -> it.name, it -> it, (first, last) -> last)), facts);
    }

    private NestHierarchy(Map<String, ClassNode> nest, ClassFacts facts) {
        this.nest = nest;
        this.facts = facts;
    }

    /** The same with frame classes that have been added and that no facts know of yet. */
    NestHierarchy withFrames(Collection<EmittedClass> frames) {
        Set<String> names = frames.stream().map(EmittedClass::name).collect(Collectors.toSet());
        Fact frame = new Fact(Names.FRAME, List.of(), false);
        return new NestHierarchy(nest, name -> names.contains(name) ? frame : facts.find(name));
    }

    private @Nullable Fact find(String name) {
        ClassNode node = nest.get(name);
        return node == null
                ? facts.find(name)
                : new Fact(node.superName, List.copyOf(node.interfaces), (node.access & Opcodes.ACC_INTERFACE) != 0);
    }

    @Override
    public boolean isKnown(String name) {
        return find(name) != null;
    }

    @Override
    public boolean isOfNest(String name) {
        return nest.containsKey(name);
    }

    @Override
    public boolean isInterface(String name) {
        Fact fact = find(name);
        return fact != null && fact.isInterface();
    }

    @Override
    public @Nullable String superName(String name) {
        Fact fact = find(name);
        return fact == null ? null : fact.superName();
    }

    @Override
    public boolean inherits(String name, String ancestor) {
        return inherits(name, ancestor, new HashSet<>());
    }

    private boolean inherits(@Nullable String name, String ancestor, Set<String> seen) {
        if (name == null || !seen.add(name)) {
            return false;
        }
        if (name.equals(ancestor)) {
            return true;
        }
        Fact fact = find(name);
        if (fact == null) {
            return false;
        }
        return inherits(fact.superName(), ancestor, seen)
                || fact.interfaces().stream().anyMatch(it -> inherits(it, ancestor, seen));
    }
}
