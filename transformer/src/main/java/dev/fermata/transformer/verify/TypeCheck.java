package dev.fermata.transformer.verify;

import dev.fermata.transformer.analysis.Hierarchy;
import dev.fermata.transformer.analysis.Instructions;
import dev.fermata.transformer.analysis.TypeState;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FrameNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TryCatchBlockNode;
import org.objectweb.asm.tree.TypeInsnNode;
import org.objectweb.asm.tree.analysis.AnalyzerException;
import org.objectweb.asm.tree.analysis.BasicValue;
import org.objectweb.asm.tree.analysis.Frame;
import org.objectweb.asm.tree.analysis.SimpleVerifier;

/**
 * A method's types, checked as the JVM does it. The stack map frames are taken at their word, what stands between
 * two of them is followed in one go, and wherever control may go what is there must fit what the frame there claims. Nothing
 * is merged. An object under construction counts as constructed.
 */
final class TypeCheck {
    private static final String OBJECT = "java/lang/Object";
    private static final String THROWABLE = "java/lang/Throwable";

    private final MethodNode method;
    private final FactsVerifier verifier;

    /** What the frames claim, by the labels and other instructions that lie at the same place. */
    private final Map<AbstractInsnNode, Frame<BasicValue>> claims = new IdentityHashMap<>();

    private TypeCheck(MethodNode method, FactsVerifier verifier) {
        this.method = method;
        this.verifier = verifier;
    }

    /** Throws what the JVM would refuse {@code method} for, as far as the facts tell. */
    static void require(ClassNode host, MethodNode method, Hierarchy hierarchy) throws AnalyzerException {
        if (Instructions.hasBody(method)) {
            new TypeCheck(method, new FactsVerifier(host, hierarchy)).check(host);
        }
    }

    private void check(ClassNode host) throws AnalyzerException {
        List<List<TryCatchBlockNode>> ranges = Instructions.namingRanges(method);
        collectClaims();
        Frame<BasicValue> current = initial(host);
        for (int i = 0; i < ranges.size(); i++) {
            AbstractInsnNode instruction = method.instructions.get(i);
            if (instruction instanceof FrameNode) {
                Frame<BasicValue> claimed = claimedAt(instruction);
                if (current != null) {
                    requireFits(instruction, current, claimed);
                }
                current = new Frame<>(claimed);
            }
            if (!Instructions.isReal(instruction)) {
                continue;
            }
            if (current == null) {
                throw new AnalyzerException(instruction, "there is no stack map frame behind a jump");
            }
            for (TryCatchBlockNode range : ranges.get(i)) {
                // the locals as they are before it; one that stores throws nothing
                requireCatches(range, current);
            }
            current.execute(instruction, verifier);
            AbstractInsnNode next = instruction.getNext();
            boolean goesOn = false;
            for (AbstractInsnNode successor : Instructions.successors(instruction)) {
                if (successor == next) {
                    goesOn = true;
                } else {
                    requireFits(instruction, current, claimedAt(successor));
                }
            }
            if (next == null && Instructions.fallsThrough(instruction)) {
                throw new AnalyzerException(instruction, "the code ends without a return");
            }
            current = goesOn ? current : null;
        }
    }

    private Frame<BasicValue> initial(ClassNode host) {
        Frame<BasicValue> initial = new Frame<>(method.maxLocals, method.maxStack);
        initial.setReturn(verifier.newReturnTypeValue(Type.getReturnType(method.desc)));
        int slot = 0;
        if ((method.access & Opcodes.ACC_STATIC) == 0) {
            initial.setLocal(slot++, verifier.newValue(Type.getObjectType(host.name)));
        }
        for (Type type : Type.getArgumentTypes(method.desc)) {
            initial.setLocal(slot++, verifier.newValue(type));
            if (type.getSize() == 2) {
                initial.setLocal(slot++, BasicValue.UNINITIALIZED_VALUE);
            }
        }
        for (; slot < method.maxLocals; slot++) {
            initial.setLocal(slot, BasicValue.UNINITIALIZED_VALUE);
        }
        return initial;
    }

    private void collectClaims() throws AnalyzerException {
        for (AbstractInsnNode instruction : method.instructions) {
            if (instruction instanceof FrameNode frame) {
                Frame<BasicValue> claimed = claimed(frame);
                AbstractInsnNode i = frame;
                do {
                    if (claims.put(i, claimed) != null) {
                        throw new AnalyzerException(frame, "there are two stack map frames for one place");
                    }
                    i = i.getPrevious();
                } while (i != null && !Instructions.isReal(i));
            }
        }
    }

    private Frame<BasicValue> claimedAt(AbstractInsnNode target) throws AnalyzerException {
        Frame<BasicValue> claimed = claims.get(target);
        if (claimed == null) {
            throw new AnalyzerException(target, "there is no stack map frame where a jump or exception leads to");
        }
        return claimed;
    }

    private Frame<BasicValue> claimed(FrameNode frame) throws AnalyzerException {
        Frame<BasicValue> claimed = new Frame<>(method.maxLocals, method.maxStack);
        claimed.setReturn(verifier.newReturnTypeValue(Type.getReturnType(method.desc)));
        int slot = 0;
        for (Object type : frame.local) {
            claimed.setLocal(slot++, value(frame, type));
            if (TypeState.isWide(type)) {
                claimed.setLocal(slot++, BasicValue.UNINITIALIZED_VALUE);
            }
        }
        for (; slot < method.maxLocals; slot++) {
            claimed.setLocal(slot, BasicValue.UNINITIALIZED_VALUE);
        }
        for (Object type : frame.stack) {
            claimed.push(value(frame, type));
        }
        return claimed;
    }

    private BasicValue value(FrameNode frame, Object claimed) throws AnalyzerException {
        if (claimed instanceof String name) {
            return verifier.newValue(Type.getObjectType(name));
        }
        if (claimed instanceof LabelNode label) {
            if (Instructions.nextReal(label) instanceof TypeInsnNode creation && creation.getOpcode() == Opcodes.NEW) {
                return verifier.newValue(Type.getObjectType(creation.desc));
            }
            throw new AnalyzerException(frame, "a stack map frame names an object that is created where none is");
        }
        if (Opcodes.UNINITIALIZED_THIS.equals(claimed)) {
            return verifier.own();
        }
        return verifier.ofKind((Integer) claimed);
    }

    private void requireFits(AbstractInsnNode from, Frame<BasicValue> found, Frame<BasicValue> claimed)
            throws AnalyzerException {
        if (found.getStackSize() != claimed.getStackSize()) {
            throw new AnalyzerException(
                    from,
                    "the operand stack has " + found.getStackSize() + " values, and the next stack map frame says "
                            + claimed.getStackSize());
        }
        for (int i = 0; i < found.getStackSize(); i++) {
            requireFits(from, found.getStack(i), claimed.getStack(i));
        }
        requireLocalsFit(from, found, claimed);
    }

    private void requireLocalsFit(AbstractInsnNode from, Frame<BasicValue> found, Frame<BasicValue> claimed)
            throws AnalyzerException {
        for (int i = 0; i < method.maxLocals; i++) {
            if (!verifier.fits(found.getLocal(i), claimed.getLocal(i))) {
                throw misfit(from, found.getLocal(i), claimed.getLocal(i), "in local " + i);
            }
        }
    }

    private void requireFits(AbstractInsnNode from, BasicValue found, BasicValue claimed) throws AnalyzerException {
        if (!verifier.fits(found, claimed)) {
            throw misfit(from, found, claimed, "on the operand stack");
        }
    }

    private static AnalyzerException misfit(AbstractInsnNode from, BasicValue found, BasicValue claimed, String where) {
        return new AnalyzerException(
                from, "a stack map frame says " + claimed + " " + where + ", where " + found + " is");
    }

    private void requireCatches(TryCatchBlockNode range, Frame<BasicValue> current) throws AnalyzerException {
        Frame<BasicValue> claimed = claimedAt(range.handler);
        requireLocalsFit(range.handler, current, claimed);
        BasicValue caught = verifier.newValue(Type.getObjectType(range.type == null ? THROWABLE : range.type));
        if (claimed.getStackSize() != 1) {
            throw new AnalyzerException(range.handler, "a handler takes one value from the operand stack");
        }
        requireFits(range.handler, caught, claimed.getStack(0));
    }

    /** ASM's verifier, with facts where it would load classes. What is not known is taken to fit. */
    private static final class FactsVerifier extends SimpleVerifier {
        private final Type current;
        private final Hierarchy hierarchy;

        FactsVerifier(ClassNode host, Hierarchy hierarchy) {
            super(
                    Opcodes.ASM9,
                    Type.getObjectType(host.name),
                    host.superName == null ? null : Type.getObjectType(host.superName),
                    host.interfaces.stream().map(Type::getObjectType).toList(),
                    (host.access & Opcodes.ACC_INTERFACE) != 0);
            this.current = Type.getObjectType(host.name);
            this.hierarchy = hierarchy;
        }

        BasicValue own() {
            return newValue(current);
        }

        BasicValue ofKind(Integer verificationType) {
            if (verificationType.equals(Opcodes.NULL)) {
                return newValue(NULL_TYPE);
            }
            if (verificationType.equals(Opcodes.INTEGER)) {
                return BasicValue.INT_VALUE;
            }
            if (verificationType.equals(Opcodes.LONG)) {
                return BasicValue.LONG_VALUE;
            }
            if (verificationType.equals(Opcodes.FLOAT)) {
                return BasicValue.FLOAT_VALUE;
            }
            return verificationType.equals(Opcodes.DOUBLE) ? BasicValue.DOUBLE_VALUE : BasicValue.UNINITIALIZED_VALUE;
        }

        /** Whether a value may stand where a stack map frame claims another. */
        boolean fits(BasicValue found, BasicValue claimed) {
            if (claimed.equals(BasicValue.UNINITIALIZED_VALUE) || found.equals(claimed)) {
                return true;
            }
            return found.isReference() && claimed.isReference() && isSubTypeOf(found, claimed);
        }

        @Override
        protected boolean isInterface(Type type) {
            return type.getSort() == Type.OBJECT && hierarchy.isInterface(type.getInternalName());
        }

        @Override
        protected @Nullable Type getSuperClass(Type type) {
            if (type.getSort() == Type.ARRAY) {
                return Type.getObjectType(OBJECT);
            }
            String name = type.getInternalName();
            String parent = hierarchy.isKnown(name) ? hierarchy.superName(name) : OBJECT;
            return parent == null || name.equals(OBJECT) ? null : Type.getObjectType(parent);
        }

        @Override
        protected boolean isAssignableFrom(Type to, Type from) {
            if (to.equals(from) || to.equals(Type.getObjectType(OBJECT))) {
                return true;
            }
            if (to.getSort() == Type.ARRAY || from.getSort() == Type.ARRAY) {
                return isArrayAssignableFrom(to, from);
            }
            return isInterface(to)
                    || hierarchy.inherits(from.getInternalName(), to.getInternalName())
                    || hasUnknownAncestor(from.getInternalName(), new HashSet<>())
                    || !hierarchy.isKnown(to.getInternalName());
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
            return !hierarchy.isKnown(name) || hasUnknownAncestor(hierarchy.superName(name), seen);
        }
    }
}
