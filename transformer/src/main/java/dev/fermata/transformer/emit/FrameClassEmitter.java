package dev.fermata.transformer.emit;

import static org.objectweb.asm.Opcodes.ACC_FINAL;
import static org.objectweb.asm.Opcodes.ACC_PROTECTED;
import static org.objectweb.asm.Opcodes.ACC_PUBLIC;
import static org.objectweb.asm.Opcodes.ACC_STATIC;
import static org.objectweb.asm.Opcodes.ACC_SUPER;
import static org.objectweb.asm.Opcodes.ACC_SYNTHETIC;
import static org.objectweb.asm.Opcodes.ACONST_NULL;
import static org.objectweb.asm.Opcodes.ALOAD;
import static org.objectweb.asm.Opcodes.ARETURN;
import static org.objectweb.asm.Opcodes.ASTORE;
import static org.objectweb.asm.Opcodes.BIPUSH;
import static org.objectweb.asm.Opcodes.CHECKCAST;
import static org.objectweb.asm.Opcodes.DUP;
import static org.objectweb.asm.Opcodes.F_SAME;
import static org.objectweb.asm.Opcodes.GETFIELD;
import static org.objectweb.asm.Opcodes.GETSTATIC;
import static org.objectweb.asm.Opcodes.GOTO;
import static org.objectweb.asm.Opcodes.ICONST_0;
import static org.objectweb.asm.Opcodes.ICONST_1;
import static org.objectweb.asm.Opcodes.IFNE;
import static org.objectweb.asm.Opcodes.IFNONNULL;
import static org.objectweb.asm.Opcodes.ILOAD;
import static org.objectweb.asm.Opcodes.INVOKESPECIAL;
import static org.objectweb.asm.Opcodes.INVOKESTATIC;
import static org.objectweb.asm.Opcodes.INVOKEVIRTUAL;
import static org.objectweb.asm.Opcodes.IRETURN;
import static org.objectweb.asm.Opcodes.ISUB;
import static org.objectweb.asm.Opcodes.NEW;
import static org.objectweb.asm.Opcodes.PUTFIELD;
import static org.objectweb.asm.Opcodes.RETURN;

import dev.fermata.abi.Abi;
import dev.fermata.abi.Linker;
import dev.fermata.transformer.analysis.Utf8;
import dev.fermata.transformer.model.AsyncMethod;
import dev.fermata.transformer.model.Names;
import dev.fermata.transformer.plan.FrameLayout;
import dev.fermata.transformer.plan.FrameLayout.Field;
import dev.fermata.transformer.plan.SpillPlan;
import dev.fermata.transformer.plan.SpillPlan.Stop;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Type;

/**
 * A method's frame class: a {@code dev.fermata.abi.Frame} that is the coroutine of a cold call, with the
 * arguments in its fields, and the suspended activation, with whatever its suspension point saved.
 */
final class FrameClassEmitter {
    private final SpillPlan plan;
    private final AsyncMethod async;
    private final FrameLayout layout;
    private final Saving saving;
    private final String frame;
    private final String self;
    private final ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);

    private FrameClassEmitter(SpillPlan plan) {
        this.plan = plan;
        this.async = plan.async();
        this.layout = plan.layout();
        this.saving = new Saving(plan);
        this.frame = plan.frameClass();
        this.self = "L" + async.host().name + ";";
    }

    static EmittedClass emit(SpillPlan plan, String nestHost) {
        return new FrameClassEmitter(plan).emit(nestHost);
    }

    /** The descriptor of the constructor that a cold call uses. */
    static String argumentsDescriptor(AsyncMethod async) {
        String arguments = async.method().desc.substring(1, async.method().desc.indexOf(')'));
        return "(" + (async.isStatic() ? "" : "L" + async.host().name + ";") + arguments + ")V";
    }

    private EmittedClass emit(String nestHost) {
        writer.visit(
                async.host().version, access() | ACC_FINAL | ACC_SUPER | ACC_SYNTHETIC, frame, null, Names.FRAME, null);
        if (async.inNest()) {
            writer.visitNestHost(nestHost);
            // Readers of class files take whatever has a nest host for a nested class, and look for its flags here:
            // Spring 7 on JDK 24
            // and later ends with a NullPointerException without them. There is no outer class, so to reflection it is
            // not nested.
            writer.visitInnerClass(frame, null, null, access() | ACC_STATIC | ACC_FINAL | ACC_SYNTHETIC);
        }
        emitFields();
        emitRequirement();
        String arguments = argumentsDescriptor(async);
        emitConstructor("()V");
        if (async.takesCarrier() && !arguments.equals("()V")) {
            emitConstructor(arguments);
        }
        emitStart();
        if (async.isLinkable()) {
            emitCall();
        }
        if (!plan.stops().isEmpty()) {
            emitResume();
            emitCatches();
            new TreeSet<>(plan.stops().stream().map(Stop::descriptors).toList()).forEach(this::emitSaves);
        }
        emitLines();
        writer.visitEnd();
        return new EmittedClass(frame, writer.toByteArray(), method -> true);
    }

    private void emitRequirement() {
        // Synthetic as the rest: coverage leaves out a class that has nothing else.
        MethodVisitor code = writer.visitMethod(ACC_STATIC | ACC_SYNTHETIC, "<clinit>", "()V", null, null);
        code.visitCode();
        code.visitLdcInsn(async.host().name.replace('/', '.'));
        code.visitLdcInsn(Abi.VERSION);
        code.visitLdcInsn(FermataVersion.STRING);
        code.visitMethodInsn(INVOKESTATIC, Names.ABI, "require", "(Ljava/lang/String;ILjava/lang/String;)V", false);
        code.visitInsn(RETURN);
        end(code);
    }

    private void emitFields() {
        if (!async.isStatic()) {
            writer.visitField(ACC_SYNTHETIC, FrameLayout.SELF, self, null, null).visitEnd();
        }
        for (Field field : layout.fields()) {
            writer.visitField(ACC_SYNTHETIC, field.name(), field.descriptor(), null, null)
                    .visitEnd();
        }
    }

    private void emitConstructor(String descriptor) {
        MethodVisitor code = writer.visitMethod(ACC_SYNTHETIC, "<init>", descriptor, null, null);
        code.visitCode();
        code.visitVarInsn(ALOAD, 0);
        code.visitMethodInsn(INVOKESPECIAL, Names.FRAME, "<init>", "()V", false);
        if (!descriptor.equals("()V")) {
            int slot = 1;
            if (!async.isStatic()) {
                code.visitVarInsn(ALOAD, 0);
                code.visitVarInsn(ALOAD, slot++);
                code.visitFieldInsn(PUTFIELD, frame, FrameLayout.SELF, self);
            }
            for (Field field : layout.arguments()) {
                Type type = Type.getType(field.descriptor());
                code.visitVarInsn(ALOAD, 0);
                code.visitVarInsn(type.getOpcode(ILOAD), slot);
                code.visitFieldInsn(PUTFIELD, frame, field.name(), field.descriptor());
                slot += type.getSize();
            }
        }
        code.visitInsn(RETURN);
        end(code);
    }

    /** The arguments out of the fields, which are cleared: a running call holds only what it still reads. */
    private void emitStart() {
        MethodVisitor code = writer.visitMethod(
                ACC_PROTECTED | ACC_SYNTHETIC,
                "start",
                "(" + Names.CARRIER_DESCRIPTOR + ")" + Names.OBJECT_DESCRIPTOR,
                null,
                null);
        code.visitCode();
        pushSelf(code);
        if (!async.takesCarrier()) {
            code.visitVarInsn(ALOAD, 0);
            code.visitVarInsn(ALOAD, 1);
            callBody(code, async.directBody(), async.bodyDescriptor(frame));
            end(code);
            return;
        }
        Type[] types = Type.getArgumentTypes(async.method().desc);
        for (int i = 0; i < types.length; i++) {
            Field field = layout.arguments().get(i);
            code.visitVarInsn(ALOAD, 0);
            code.visitFieldInsn(GETFIELD, frame, field.name(), field.descriptor());
            if (field.isReference() && !types[i].getDescriptor().equals(field.descriptor())) {
                code.visitTypeInsn(CHECKCAST, types[i].getInternalName());
            }
        }
        for (Field field : layout.arguments()) {
            if (field.isReference()) {
                code.visitVarInsn(ALOAD, 0);
                code.visitInsn(ACONST_NULL);
                code.visitFieldInsn(PUTFIELD, frame, field.name(), field.descriptor());
            }
        }
        code.visitVarInsn(ALOAD, 1);
        callBody(code, async.directBody(), async.directDescriptor());
        end(code);
    }

    /** What {@link Linker} binds calls from other nests to. */
    private void emitCall() {
        MethodVisitor code = writer.visitMethod(
                access() | ACC_STATIC | ACC_SYNTHETIC, Linker.CALL, async.directDescriptor(), null, null);
        code.visitCode();
        int slot = 0;
        for (Type type : Type.getArgumentTypes(async.directDescriptor())) {
            code.visitVarInsn(type.getOpcode(ILOAD), slot);
            slot += type.getSize();
        }
        callBody(code, async.directBody(), async.directDescriptor());
        end(code);
    }

    /** Public if the method can be called from other packages: those that are linked to its body have to see this class. */
    private int access() {
        return async.isLinkable() && (async.method().access & (ACC_PUBLIC | ACC_PROTECTED)) != 0 ? ACC_PUBLIC : 0;
    }

    private void emitResume() {
        MethodVisitor code = writer.visitMethod(
                ACC_PROTECTED | ACC_SYNTHETIC,
                "resume",
                "(" + Names.RESUME_PARAMETERS + ")" + Names.OBJECT_DESCRIPTOR,
                null,
                null);
        code.visitCode();
        pushSelf(code);
        for (int slot = 0; slot <= 3; slot++) {
            code.visitVarInsn(ALOAD, slot);
        }
        callBody(code, async.method().name, async.resumingDescriptor(frame));
        end(code);
    }

    /** A constant where all states agree; what is inherited says that all catch. */
    private void emitCatches() {
        if (plan.stops().stream().allMatch(Stop::catches)) {
            return;
        }
        MethodVisitor code = writer.visitMethod(ACC_PROTECTED | ACC_SYNTHETIC, "catches", "()Z", null, null);
        code.visitCode();
        if (plan.stops().stream().noneMatch(Stop::catches)) {
            code.visitInsn(ICONST_0);
        } else {
            StringBuilder table = new StringBuilder(); // by state; its first is 1
            plan.stops().forEach(it -> table.append(it.catches() ? '1' : '0'));
            code.visitLdcInsn(table.toString());
            code.visitVarInsn(ALOAD, 0);
            code.visitFieldInsn(GETFIELD, Names.FRAME, "state", "I");
            code.visitInsn(ICONST_1);
            code.visitInsn(ISUB);
            code.visitMethodInsn(INVOKEVIRTUAL, "java/lang/String", "charAt", "(I)C", false);
            code.visitIntInsn(BIPUSH, '0');
            code.visitInsn(ISUB);
        }
        code.visitInsn(IRETURN);
        end(code);
    }

    private void pushSelf(MethodVisitor code) {
        if (!async.isStatic()) {
            code.visitVarInsn(ALOAD, 0);
            code.visitFieldInsn(GETFIELD, frame, FrameLayout.SELF, self);
        }
    }

    private void callBody(MethodVisitor code, String name, String descriptor) {
        code.visitMethodInsn(async.bodyCall(), async.host().name, name, descriptor, async.inInterface());
        code.visitInsn(ARETURN);
    }

    /** The methods that save values of the given types. */
    private void emitSaves(String descriptors) {
        List<Saving.Call> calls = saving.calls(descriptors);
        Set<Field> forgotten = new TreeSet<>(layout.fields());
        calls.forEach(it -> it.fields().forEach(forgotten::remove));
        forgotten.removeIf(it -> !it.isReference());
        Saving.Call last = calls.get(calls.size() - 1);
        if (calls.size() == 1) {
            emitOnlySave(last, forgotten);
        } else {
            calls.subList(0, calls.size() - 1).forEach(this::emitSomeSaved);
            emitLastSave(last, forgotten);
        }
    }

    /**
     * Saves values into a frame, a new one if there is none, and tells the carrier. References that the frame held for
     * another point, and that are dead here, are forgotten.
     */
    private void emitOnlySave(Saving.Call save, Set<Field> forgotten) {
        MethodVisitor code = saveMethod(save);
        int selfSlot = slots(save.fields());
        int frameSlot = selfSlot + async.selfSlots();
        Label known = new Label();
        Label store = new Label();
        code.visitVarInsn(ALOAD, frameSlot);
        code.visitJumpInsn(IFNONNULL, known);
        code.visitTypeInsn(NEW, frame);
        code.visitInsn(DUP);
        code.visitMethodInsn(INVOKESPECIAL, frame, "<init>", "()V", false);
        code.visitVarInsn(ASTORE, frameSlot);
        keepSelf(code, frameSlot, selfSlot);
        tellCarrier(code, "suspended", frameSlot, frameSlot + 2);
        code.visitJumpInsn(GOTO, store);
        code.visitLabel(known);
        code.visitFrame(F_SAME, 0, null, 0, null);
        tellCarrier(code, "suspendedAgain", frameSlot, frameSlot + 2);
        code.visitLabel(store);
        code.visitFrame(F_SAME, 0, null, 0, null);
        keep(code, save.fields(), frameSlot);
        forget(code, forgotten, frameSlot);
        keepState(code, frameSlot, frameSlot + 1);
        returnSuspended(code);
    }

    /** Of several calls one that is not the last. */
    private void emitSomeSaved(Saving.Call save) {
        MethodVisitor code = saveMethod(save);
        int frameSlot = slots(save.fields());
        keep(code, save.fields(), frameSlot);
        code.visitVarInsn(ALOAD, frameSlot);
        code.visitInsn(ARETURN);
        end(code);
    }

    /** Does what the only one does, with a frame that is there already. A new one has no state yet. */
    private void emitLastSave(Saving.Call save, Set<Field> forgotten) {
        MethodVisitor code = saveMethod(save);
        int frameSlot = slots(save.fields());
        int selfSlot = frameSlot + 1;
        int stateSlot = selfSlot + async.selfSlots();
        int carrierSlot = stateSlot + 1;
        Label known = new Label();
        Label told = new Label();
        keep(code, save.fields(), frameSlot);
        forget(code, forgotten, frameSlot);
        code.visitVarInsn(ALOAD, frameSlot);
        code.visitFieldInsn(GETFIELD, Names.FRAME, "state", "I");
        code.visitJumpInsn(IFNE, known);
        keepSelf(code, frameSlot, selfSlot);
        tellCarrier(code, "suspended", frameSlot, carrierSlot);
        code.visitJumpInsn(GOTO, told);
        code.visitLabel(known);
        code.visitFrame(F_SAME, 0, null, 0, null);
        tellCarrier(code, "suspendedAgain", frameSlot, carrierSlot);
        code.visitLabel(told);
        code.visitFrame(F_SAME, 0, null, 0, null);
        keepState(code, frameSlot, stateSlot);
        returnSuspended(code);
    }

    private MethodVisitor saveMethod(Saving.Call save) {
        MethodVisitor code = writer.visitMethod(ACC_STATIC | ACC_SYNTHETIC, save.name(), save.descriptor(), null, null);
        code.visitCode();
        return code;
    }

    private static int slots(List<Field> fields) {
        return fields.stream()
                .mapToInt(it -> Type.getType(it.descriptor()).getSize())
                .sum();
    }

    private void keepSelf(MethodVisitor code, int frameSlot, int selfSlot) {
        if (!async.isStatic()) {
            code.visitVarInsn(ALOAD, frameSlot);
            code.visitVarInsn(ALOAD, selfSlot);
            code.visitFieldInsn(PUTFIELD, frame, FrameLayout.SELF, self);
        }
    }

    /** Puts a method's first parameters into fields. */
    private void keep(MethodVisitor code, List<Field> fields, int frameSlot) {
        int slot = 0;
        for (Field field : fields) {
            Type type = Type.getType(field.descriptor());
            code.visitVarInsn(ALOAD, frameSlot);
            code.visitVarInsn(type.getOpcode(ILOAD), slot);
            code.visitFieldInsn(PUTFIELD, frame, field.name(), field.descriptor());
            slot += type.getSize();
        }
    }

    private static void keepState(MethodVisitor code, int frameSlot, int stateSlot) {
        code.visitVarInsn(ALOAD, frameSlot);
        code.visitVarInsn(ILOAD, stateSlot);
        code.visitFieldInsn(PUTFIELD, Names.FRAME, "state", "I");
    }

    private void forget(MethodVisitor code, Set<Field> forgotten, int frameSlot) {
        for (Field field : forgotten) {
            code.visitVarInsn(ALOAD, frameSlot);
            code.visitInsn(ACONST_NULL);
            code.visitFieldInsn(PUTFIELD, frame, field.name(), field.descriptor());
        }
    }

    private static void tellCarrier(MethodVisitor code, String what, int frameSlot, int carrierSlot) {
        code.visitVarInsn(ALOAD, carrierSlot);
        code.visitVarInsn(ALOAD, frameSlot);
        code.visitMethodInsn(INVOKEVIRTUAL, Names.CARRIER, what, "(L" + Names.FRAME + ";)V", false);
    }

    private static void returnSuspended(MethodVisitor code) {
        code.visitFieldInsn(GETSTATIC, Names.ABI, Names.SUSPENDED, Names.OBJECT_DESCRIPTOR);
        code.visitInsn(ARETURN);
        end(code);
    }

    /** Class, method, file and the line of each state, for traces and dumps that must not need reflection. */
    private void emitLines() {
        StringBuilder text = new StringBuilder();
        text.append(async.host().name.replace('/', '.'))
                .append('\t')
                .append(async.method().name)
                .append('\t');
        text.append(async.host().sourceFile == null ? "" : async.host().sourceFile);
        plan.stops().forEach(it -> text.append('\t').append(it.point().line()));
        MethodVisitor code =
                writer.visitMethod(ACC_PROTECTED | ACC_SYNTHETIC, "lines", "()Ljava/lang/String;", null, null);
        code.visitCode();
        pushText(code, text.toString());
        code.visitInsn(ARETURN);
        end(code);
    }

    /** As one constant, unless it is too long for one. */
    private static void pushText(MethodVisitor code, String text) {
        if (Utf8.length(text) <= Utf8.MOST_BYTES) {
            code.visitLdcInsn(text);
            return;
        }
        code.visitLdcInsn("");
        int longest = Utf8.MOST_BYTES / 3;
        for (int from = 0; from < text.length(); from += longest) {
            code.visitLdcInsn(text.substring(from, Math.min(text.length(), from + longest)));
            code.visitMethodInsn(
                    INVOKEVIRTUAL, "java/lang/String", "concat", "(Ljava/lang/String;)Ljava/lang/String;", false);
        }
    }

    private static void end(MethodVisitor code) {
        code.visitMaxs(0, 0);
        code.visitEnd();
    }
}
