package dev.fermata.transformer;

import dev.fermata.transformer.ClassFacts.Fact;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.ClassNode;

/** Who extends what: the classes of the nest themselves, and facts about all others. */
final class Hierarchy {
    private final Map<String, ClassNode> nest = new HashMap<>();
    private final ClassFacts facts;

    Hierarchy(Collection<ClassNode> nest, ClassFacts facts) {
        this.facts = facts;
        nest.forEach(node -> this.nest.put(node.name, node));
    }

    @Nullable
    Fact find(String name) {
        ClassNode node = nest.get(name);
        return node == null
                ? facts.find(name)
                : new Fact(node.superName, List.copyOf(node.interfaces), (node.access & Opcodes.ACC_INTERFACE) != 0);
    }

    boolean isOfNest(String name) {
        return nest.containsKey(name);
    }

    /** Whether {@code name} is known to be {@code ancestor} or to inherit from it. */
    boolean inherits(String name, String ancestor) {
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
