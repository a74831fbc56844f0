package dev.fermata.transformer;

import dev.fermata.transformer.ClassFacts.Fact;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.analysis.Analyzer;
import org.objectweb.asm.tree.analysis.AnalyzerException;
import org.objectweb.asm.tree.analysis.SimpleVerifier;
import org.objectweb.asm.util.CheckClassAdapter;

/**
 * Pass: the finished bytes are proven, always. Structure and stack map frames by ASM's CheckClassAdapter, types by its
 * SimpleVerifier over the facts about classes. A failure here is a bug in Fermata and says so. Of a class of the user only
 * the methods that were written anew are proven: that is most of what weaving costs, and the others are as they were.
 */
final class Verification {
    private final Hierarchy hierarchy;

    Verification(Hierarchy hierarchy) {
        this.hierarchy = hierarchy;
    }

    /** Proves the methods of {@code classFile} whose name and descriptor {@code written} accepts. */
    void prove(ClassFile classFile, Predicate<String> written) {
        ClassNode node = new ClassNode();
        String method = "";
        try {
            ClassReader reader = new ClassReader(classFile.bytes());
            CheckClassAdapter check = new CheckClassAdapter(new ClassWriter(0), true);
            check.setComputeLimits(Integer.MAX_VALUE, Long.MAX_VALUE);
            reader.accept(new Only(written, check), 0);
            reader.accept(new Only(written, node), ClassReader.SKIP_DEBUG);
            for (MethodNode each : node.methods) {
                method = each.name + each.desc;
                analyzer(node).analyze(node.name, each);
            }
        } catch (AnalyzerException | RuntimeException e) {
            throw new IllegalStateException(
                    "a bug in Fermata: the rewritten class " + classFile.name() + " does not verify"
                            + (method.isEmpty() ? "" : " in " + method) + ": " + e.getMessage(),
                    e);
        }
    }

    private static final class Only extends ClassVisitor {
        private final Predicate<String> methods;

        Only(Predicate<String> methods, ClassVisitor next) {
            super(Opcodes.ASM9, next);
            this.methods = methods;
        }

        @Override
        public @Nullable MethodVisitor visitMethod(
                int access,
                String name,
                String descriptor,
                @Nullable String signature,
                String @Nullable [] exceptions) {
            return methods.test(name + descriptor)
                    ? super.visitMethod(access, name, descriptor, signature, exceptions)
                    : null;
        }
    }

    private Analyzer<org.objectweb.asm.tree.analysis.BasicValue> analyzer(ClassNode node) {
        Analyzer<org.objectweb.asm.tree.analysis.BasicValue> analyzer = new Analyzer<>(new FactsVerifier(
                Type.getObjectType(node.name),
                node.superName == null ? null : Type.getObjectType(node.superName),
                node.interfaces.stream().map(Type::getObjectType).toList(),
                (node.access & Opcodes.ACC_INTERFACE) != 0,
                hierarchy));
        // ASM's limits are for class files of strangers; these are the user's own, and one try in another adds up
        analyzer.setComputeLimits(Integer.MAX_VALUE, Long.MAX_VALUE);
        return analyzer;
    }

    /** ASM's verifier, with facts where it would load classes. What is not known is taken to fit. */
    private static final class FactsVerifier extends SimpleVerifier {
        private final Hierarchy hierarchy;

        FactsVerifier(
                Type current, @Nullable Type parent, List<Type> interfaces, boolean isInterface, Hierarchy hierarchy) {
            super(Opcodes.ASM9, current, parent, interfaces, isInterface);
            this.hierarchy = hierarchy;
        }

        @Override
        protected boolean isInterface(Type type) {
            Fact fact = type.getSort() == Type.OBJECT ? hierarchy.find(type.getInternalName()) : null;
            return fact != null && fact.isInterface();
        }

        @Override
        protected @Nullable Type getSuperClass(Type type) {
            if (type.getSort() == Type.ARRAY) {
                return Type.getObjectType(Names.OBJECT);
            }
            Fact fact = hierarchy.find(type.getInternalName());
            String parent = fact == null ? Names.OBJECT : fact.superName();
            return parent == null || type.getInternalName().equals(Names.OBJECT) ? null : Type.getObjectType(parent);
        }

        @Override
        protected boolean isAssignableFrom(Type to, Type from) {
            if (to.equals(from) || to.equals(Type.getObjectType(Names.OBJECT))) {
                return true;
            }
            if (to.getSort() == Type.ARRAY || from.getSort() == Type.ARRAY) {
                return isArrayAssignableFrom(to, from);
            }
            return isInterface(to)
                    || hierarchy.inherits(from.getInternalName(), to.getInternalName())
                    || hasUnknownAncestor(from.getInternalName(), new HashSet<>())
                    || hierarchy.find(to.getInternalName()) == null;
        }

        private boolean isArrayAssignableFrom(Type to, Type from) {
            if (from.getSort() != Type.ARRAY) {
                return false;
            }
            if (to.getSort() != Type.ARRAY) {
                return isInterface(to);
            }
            Type toElement = Type.getType(to.getDescriptor().substring(1));
            Type fromElement = Type.getType(from.getDescriptor().substring(1));
            boolean references = toElement.getSort() >= Type.ARRAY && fromElement.getSort() >= Type.ARRAY;
            return references ? isAssignableFrom(toElement, fromElement) : toElement.equals(fromElement);
        }

        private boolean hasUnknownAncestor(@Nullable String name, Set<String> seen) {
            if (name == null || !seen.add(name)) {
                return false;
            }
            Fact fact = hierarchy.find(name);
            return fact == null || hasUnknownAncestor(fact.superName(), seen);
        }
    }
}
