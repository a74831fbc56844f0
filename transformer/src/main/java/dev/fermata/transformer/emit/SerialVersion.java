package dev.fermata.transformer.emit;

import dev.fermata.transformer.analysis.Hierarchy;
import dev.fermata.transformer.analysis.NestAttributes;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.commons.SerialVersionUIDAdder;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FieldNode;

/**
 * The serialVersionUID that the JVM computes of a class's members. Bodies that are not private would change it, so a class
 * without nests that is serializable and has none of its own gets the one it had before.
 */
final class SerialVersion {
    private static final String FIELD = "serialVersionUID";
    private static final String SERIALIZABLE = "java/io/Serializable";

    private SerialVersion() {}

    /** To be called before any member is added. */
    static void keep(ClassNode host, Hierarchy hierarchy) {
        // an enum's is always 0, an interface has none, a record is never so old
        if (!NestAttributes.areReadIn(host)
                && (host.access & (Opcodes.ACC_ENUM | Opcodes.ACC_INTERFACE)) == 0
                && host.fields.stream().noneMatch(it -> it.name.equals(FIELD))
                && hierarchy.inherits(host.name, SERIALIZABLE)) {
            int access = Opcodes.ACC_PRIVATE | Opcodes.ACC_STATIC | Opcodes.ACC_FINAL;
            // a constant: no static initialiser
            host.fields.add(new FieldNode(access, FIELD, "J", null, computed(host)));
        }
    }

    private static long computed(ClassNode host) {
        Computation computation = new Computation();
        host.accept(computation);
        Long computed = computation.computed;
        if (computed == null) {
            throw new IllegalStateException("no serialVersionUID was computed for " + host.name);
        }
        return computed;
    }

    private static final class Computation extends SerialVersionUIDAdder {
        @Nullable
        Long computed;

        Computation() {
            super(Opcodes.ASM9, new ClassVisitor(Opcodes.ASM9) {});
        }

        @Override
        protected void addSVUID(long svuid) {
            computed = svuid;
        }
    }
}
