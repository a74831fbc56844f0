package dev.fermata.transformer.model;

import dev.fermata.transformer.analysis.ValueOrigins;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TypeInsnNode;

/**
 * The task groups and timeouts that a method opens and cannot leave, because it neither closes them nor hands them
 * to anybody who could. Where one is handed on, stored, returned or captured, nothing is said; nor where it is joined, which
 * throws what failed.
 */
final class UnleftScopes {
    private static final String TASK_GROUP = Names.PACKAGE + "TaskGroup";
    private static final String TIMEOUT = Names.PACKAGE + "Timeout";
    private static final Set<String> LEAVING = Set.of("close", "aclose", "leave", "join");

    private UnleftScopes() {}

    /** The instructions that open one, in the order of the code. */
    static List<AbstractInsnNode> of(ClassNode host, MethodNode method) {
        List<AbstractInsnNode> opened = new ArrayList<>();
        for (AbstractInsnNode instruction : method.instructions) {
            if (opensScope(instruction)) {
                opened.add(instruction);
            }
        }
        if (!opened.isEmpty()) {
            ValueOrigins origins = ValueOrigins.of(host, method, it -> false);
            opened.removeIf(it -> !origins.isReachable(it)
                    || !origins.usesOf(it).stream().allMatch(use -> onlyUses(use, it, origins)));
        }
        return opened;
    }

    private static boolean opensScope(AbstractInsnNode instruction) {
        if (instruction.getOpcode() == Opcodes.NEW) {
            return ((TypeInsnNode) instruction).desc.equals(TASK_GROUP);
        }
        return instruction instanceof MethodInsnNode call
                && call.owner.equals(Names.ASYNCIO)
                && call.desc.endsWith(")L" + TIMEOUT + ";");
    }

    /** Whether {@code use} neither leaves {@code scope} nor lets anybody else have it. */
    private static boolean onlyUses(AbstractInsnNode use, AbstractInsnNode scope, ValueOrigins origins) {
        return switch (use.getOpcode()) {
            case Opcodes.IFNULL, Opcodes.IFNONNULL, Opcodes.IF_ACMPEQ, Opcodes.IF_ACMPNE -> true;
            case Opcodes.INVOKEVIRTUAL, Opcodes.INVOKEINTERFACE, Opcodes.INVOKESPECIAL -> {
                MethodInsnNode call = (MethodInsnNode) use;
                yield (call.owner.equals(TASK_GROUP) || call.owner.equals(TIMEOUT))
                        && !LEAVING.contains(call.name)
                        && !isArgument(call, scope, origins);
            }
            default -> false;
        };
    }

    private static boolean isArgument(MethodInsnNode call, AbstractInsnNode scope, ValueOrigins origins) {
        for (int depth = 0; depth < Type.getArgumentTypes(call.desc).length; depth++) {
            if (origins.ofStack(call, depth).contains(scope)) {
                return true;
            }
        }
        return false;
    }
}
