package dev.fermata.transformer.emit;

import dev.fermata.transformer.model.AsyncMethod;
import dev.fermata.transformer.model.AsyncMethod.Kind;
import dev.fermata.transformer.model.Names;
import dev.fermata.transformer.plan.FrameLayout;
import dev.fermata.transformer.plan.FrameLayout.Field;
import dev.fermata.transformer.plan.SpillPlan;
import java.util.ArrayList;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TypeInsnNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * What callers see: the original method, whose code becomes {@code return new Frame(this, arguments)} for a cold
 * method, {@code return Abi.hot(new Frame(this, arguments))} for a hot one and {@code AsyncTests.run(new Frame(this,
 * arguments))} for a test. It has no line of its own.
 */
final class ColdCall {
    private ColdCall() {}

    static void replace(SpillPlan plan) {
        AsyncMethod async = plan.async();
        String frameClass = plan.frameClass();
        MethodNode method = async.method();
        InsnList code = new InsnList();
        code.add(new TypeInsnNode(Opcodes.NEW, frameClass));
        code.add(new InsnNode(Opcodes.DUP));
        if (async.takesCarrier()) {
            addArguments(async, code);
            code.add(new MethodInsnNode(
                    Opcodes.INVOKESPECIAL, frameClass, "<init>", FrameClassEmitter.argumentsDescriptor(async), false));
        } else {
            code.add(new MethodInsnNode(Opcodes.INVOKESPECIAL, frameClass, "<init>", "()V", false));
            addStores(plan, code);
        }
        if (async.kind() == Kind.HOT) {
            code.add(call(Names.ABI, "hot", "(L" + Names.FRAME + ";)L" + Names.COMPLETABLE_FUTURE + ";"));
        } else if (async.kind() == Kind.TEST) {
            code.add(call(Names.ASYNC_TESTS, "run", "(L" + Names.COROUTINE + ";)V"));
        }
        code.add(new InsnNode(async.kind() == Kind.TEST ? Opcodes.RETURN : Opcodes.ARETURN));
        method.instructions = code;
        method.tryCatchBlocks = new ArrayList<>();
        method.localVariables = null;
        method.visibleLocalVariableAnnotations = null;
        method.invisibleLocalVariableAnnotations = null;
    }

    private static void addArguments(AsyncMethod async, InsnList code) {
        int slot = 0;
        if (!async.isStatic()) {
            code.add(new VarInsnNode(Opcodes.ALOAD, slot++));
        }
        for (Type type : Type.getArgumentTypes(async.method().desc)) {
            code.add(new VarInsnNode(type.getOpcode(Opcodes.ILOAD), slot));
            slot += type.getSize();
        }
    }

    /** Puts the arguments into the frame on the stack one by one: a constructor has no room for them and itself. */
    private static void addStores(SpillPlan plan, InsnList code) {
        AsyncMethod async = plan.async();
        int slot = 0;
        if (!async.isStatic()) {
            code.add(new InsnNode(Opcodes.DUP));
            code.add(new VarInsnNode(Opcodes.ALOAD, slot++));
            String self = "L" + async.host().name + ";";
            code.add(new FieldInsnNode(Opcodes.PUTFIELD, plan.frameClass(), FrameLayout.SELF, self));
        }
        for (Field field : plan.layout().arguments()) {
            Type type = Type.getType(field.descriptor());
            code.add(new InsnNode(Opcodes.DUP));
            code.add(new VarInsnNode(type.getOpcode(Opcodes.ILOAD), slot));
            code.add(new FieldInsnNode(Opcodes.PUTFIELD, plan.frameClass(), field.name(), field.descriptor()));
            slot += type.getSize();
        }
    }

    private static MethodInsnNode call(String owner, String name, String descriptor) {
        return new MethodInsnNode(Opcodes.INVOKESTATIC, owner, name, descriptor, false);
    }
}
