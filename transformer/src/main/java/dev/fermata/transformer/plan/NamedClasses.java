package dev.fermata.transformer.plan;

import dev.fermata.transformer.model.Names;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.MultiANewArrayInsnNode;
import org.objectweb.asm.tree.TypeInsnNode;

/**
 * The classes that a class may certainly name, which the JVM checks where a cast does it: those of its own package and
 * those that its code names. Of others it may only hand values on: {@code take(make())} is allowed although both methods
 * speak of a class that is not public, and an await between the two saves such a value. A cast would then be an
 * IllegalAccessError; a field of that type needs none, because descriptors are not checked.
 *
 * @param packageName internal, with the slash at its end; empty for the unnamed one
 * @param names internal names
 */
record NamedClasses(String packageName, Set<String> names) {
    static NamedClasses of(ClassNode host) {
        Set<String> names = new HashSet<>(List.of(Names.OBJECT, Names.THROWABLE, Names.COROUTINE));
        for (MethodNode method : host.methods) {
            method.tryCatchBlocks.stream().filter(it -> it.type != null).forEach(it -> names.add(it.type));
            for (AbstractInsnNode instruction : method.instructions) {
                collect(instruction, names);
            }
        }
        return new NamedClasses(packageOf(host.name), Set.copyOf(names));
    }

    private static void collect(AbstractInsnNode instruction, Set<String> names) {
        if (instruction instanceof TypeInsnNode type) {
            names.add(element(type.desc));
        } else if (instruction instanceof MultiANewArrayInsnNode array) {
            names.add(element(array.desc));
        } else if (instruction instanceof MethodInsnNode call) {
            names.add(element(call.owner));
        } else if (instruction instanceof FieldInsnNode field) {
            names.add(field.owner);
        } else if (instruction instanceof LdcInsnNode constant && constant.cst instanceof Type type) {
            names.add(element(type.getInternalName()));
        } else if (instruction instanceof InvokeDynamicInsnNode indy) {
            for (Object argument : indy.bsmArgs) {
                if (argument instanceof Handle handle) {
                    names.add(handle.getOwner());
                }
            }
        }
    }

    /** Whether a cast to {@code type}, an internal name or the descriptor of an array, is certainly allowed. */
    boolean contains(String type) {
        String element = element(type);
        return element.length() == 1 || packageOf(element).equals(packageName) || names.contains(element);
    }

    /** The internal name of an array's elements, or the letter of a primitive type. */
    private static String element(String type) {
        String element = type.substring(type.lastIndexOf('[') + 1);
        return type.startsWith("[") && element.startsWith("L") ? element.substring(1, element.length() - 1) : element;
    }

    private static String packageOf(String name) {
        return name.substring(0, name.lastIndexOf('/') + 1);
    }
}
