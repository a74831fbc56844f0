package dev.fermata.transformer;

import dev.fermata.transformer.model.AsyncMethod;
import dev.fermata.transformer.model.Names;
import java.util.ArrayList;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TypeInsnNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * A method that drives itself: it returns what it always returned, to callers that know nothing of coroutines. Its bodies
 * return boxed results; the method itself becomes
 *
 * <pre>
 *   carrier = Everywhere.carrier();
 *   return (T) Everywhere.end(m$async(arguments, carrier), carrier);
 * </pre>
 */
final class SelfDriving {
    private static final String EVERYWHERE = "dev/fermata/transformer/Everywhere";

    private SelfDriving() {}

    /** Normalisation: what is returned becomes a plain result. */
    static void boxReturns(MethodNode copy) {
        for (AbstractInsnNode instruction : copy.instructions.toArray()) {
            int opcode = instruction.getOpcode();
            if (opcode == Opcodes.RETURN) {
                copy.instructions.insertBefore(instruction, new InsnNode(Opcodes.ACONST_NULL));
            } else if (opcode >= Opcodes.IRETURN && opcode <= Opcodes.DRETURN) {
                copy.instructions.insertBefore(instruction, box(opcode));
            }
            if (opcode >= Opcodes.IRETURN && opcode <= Opcodes.RETURN) {
                copy.instructions.set(instruction, new InsnNode(Opcodes.ARETURN));
            }
        }
    }

    /** Normalisation: {@code await(Everywhere.point(id))} before {@code call}. */
    static void insertPoint(MethodNode copy, AbstractInsnNode call, int id) {
        InsnList code = new InsnList();
        code.add(new LdcInsnNode(id));
        code.add(new MethodInsnNode(
                Opcodes.INVOKESTATIC, EVERYWHERE, "point", "(I)" + Names.AWAITABLE_DESCRIPTOR, false));
        code.add(new MethodInsnNode(
                Opcodes.INVOKESTATIC,
                Names.ASYNCIO,
                Names.AWAIT,
                "(" + Names.AWAITABLE_DESCRIPTOR + ")" + Names.OBJECT_DESCRIPTOR,
                false));
        code.add(new InsnNode(Opcodes.POP));
        copy.instructions.insertBefore(call, code);
    }

    /** Emission of what callers see. */
    static void replace(AsyncMethod async) {
        MethodNode method = async.method();
        int carrier = async.argumentSlots();
        InsnList code = new InsnList();
        code.add(new MethodInsnNode(
                Opcodes.INVOKESTATIC, EVERYWHERE, "carrier", "()" + Names.CARRIER_DESCRIPTOR, false));
        code.add(new VarInsnNode(Opcodes.ASTORE, carrier));
        int slot = 0;
        if (!async.isStatic()) {
            code.add(new VarInsnNode(Opcodes.ALOAD, slot++));
        }
        for (Type type : Type.getArgumentTypes(method.desc)) {
            code.add(new VarInsnNode(type.getOpcode(Opcodes.ILOAD), slot));
            slot += type.getSize();
        }
        code.add(new VarInsnNode(Opcodes.ALOAD, carrier));
        code.add(new MethodInsnNode(
                async.bodyCall(),
                async.host().name,
                async.directBody(),
                async.directDescriptor(),
                async.inInterface()));
        code.add(new VarInsnNode(Opcodes.ALOAD, carrier));
        code.add(new MethodInsnNode(
                Opcodes.INVOKESTATIC,
                EVERYWHERE,
                "end",
                "(" + Names.OBJECT_DESCRIPTOR + Names.CARRIER_DESCRIPTOR + ")" + Names.OBJECT_DESCRIPTOR,
                false));
        unboxAndReturn(Type.getReturnType(method.desc), code);
        method.instructions = code;
        method.tryCatchBlocks = new ArrayList<>();
        method.localVariables = null;
        method.visibleLocalVariableAnnotations = null;
        method.invisibleLocalVariableAnnotations = null;
    }

    /** Of int and smaller by an Integer: the JVM narrows where the method itself returns, as it did. */
    private static MethodInsnNode box(int returned) {
        return switch (returned) {
            case Opcodes.IRETURN -> valueOf("java/lang/Integer", "I");
            case Opcodes.LRETURN -> valueOf("java/lang/Long", "J");
            case Opcodes.FRETURN -> valueOf("java/lang/Float", "F");
            default -> valueOf("java/lang/Double", "D");
        };
    }

    private static MethodInsnNode valueOf(String box, String primitive) {
        return new MethodInsnNode(Opcodes.INVOKESTATIC, box, "valueOf", "(" + primitive + ")L" + box + ";", false);
    }

    private static void unboxAndReturn(Type type, InsnList code) {
        switch (type.getSort()) {
            case Type.VOID -> code.add(new InsnNode(Opcodes.POP));
            case Type.LONG -> unbox("java/lang/Long", "longValue", "J", code);
            case Type.FLOAT -> unbox("java/lang/Float", "floatValue", "F", code);
            case Type.DOUBLE -> unbox("java/lang/Double", "doubleValue", "D", code);
            case Type.OBJECT, Type.ARRAY -> code.add(new TypeInsnNode(Opcodes.CHECKCAST, type.getInternalName()));
            default -> unbox("java/lang/Integer", "intValue", "I", code);
        }
        code.add(new InsnNode(type.getOpcode(Opcodes.IRETURN)));
    }

    private static void unbox(String box, String method, String primitive, InsnList code) {
        code.add(new TypeInsnNode(Opcodes.CHECKCAST, box));
        code.add(new MethodInsnNode(Opcodes.INVOKEVIRTUAL, box, method, "()" + primitive, false));
    }
}
