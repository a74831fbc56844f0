package dev.fermata.transformer;

import static org.objectweb.asm.Opcodes.ACC_FINAL;
import static org.objectweb.asm.Opcodes.ACC_PROTECTED;
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
import static org.objectweb.asm.Opcodes.ICONST_0;
import static org.objectweb.asm.Opcodes.ICONST_1;
import static org.objectweb.asm.Opcodes.IFNONNULL;
import static org.objectweb.asm.Opcodes.ILOAD;
import static org.objectweb.asm.Opcodes.INVOKESPECIAL;
import static org.objectweb.asm.Opcodes.INVOKEVIRTUAL;
import static org.objectweb.asm.Opcodes.IRETURN;
import static org.objectweb.asm.Opcodes.ISUB;
import static org.objectweb.asm.Opcodes.NEW;
import static org.objectweb.asm.Opcodes.PUTFIELD;
import static org.objectweb.asm.Opcodes.RETURN;

import dev.fermata.transformer.SpillPlan.Stop;
import java.util.TreeSet;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Type;

/**
 * Emission of a method's frame class: a {@code dev.fermata.codegen.Frame} that is the coroutine of a cold call, with the
 * arguments in its fields, and the suspended activation, with whatever its suspension point saved.
 */
final class FrameClassEmitter {
    static final String SAVE = "save";

    private final SpillPlan plan;
    private final AsyncMethod async;
    private final FrameLayout layout;
    private final String frame;
    private final String self;
    private final ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);

    private FrameClassEmitter(SpillPlan plan) {
        this.plan = plan;
        this.async = plan.async();
        this.layout = FrameLayout.of(async, plan.stops());
        this.frame = plan.frameClass();
        this.self = "L" + async.host().name + ";";
    }

    static ClassFile emit(SpillPlan plan, String nestHost) {
        return new FrameClassEmitter(plan).emit(nestHost);
    }

    /** {@code (values…, [this], frame or null, state, carrier)Object}. */
    static String saveDescriptor(SpillPlan plan, String kinds) {
        StringBuilder descriptor = new StringBuilder("(");
        kinds.chars().forEach(kind -> descriptor.append(Slots.descriptor((char) kind)));
        if (!plan.async().isStatic()) {
            descriptor.append('L').append(plan.async().host().name).append(';');
        }
        return descriptor + "L" + plan.frameClass() + ";I" + Names.CARRIER_DESCRIPTOR + ")" + Names.OBJECT_DESCRIPTOR;
    }

    /** The descriptor of the constructor that a cold call uses. */
    static String argumentsDescriptor(AsyncMethod async) {
        String arguments = async.method().desc.substring(1, async.method().desc.indexOf(')'));
        return "(" + (async.isStatic() ? "" : "L" + async.host().name + ";") + arguments + ")V";
    }

    private ClassFile emit(String nestHost) {
        writer.visit(async.host().version, ACC_FINAL | ACC_SUPER | ACC_SYNTHETIC, frame, null, Names.FRAME, null);
        writer.visitNestHost(nestHost);
        emitFields();
        String arguments = argumentsDescriptor(async);
        if (!arguments.equals("()V")) {
            emitConstructor("()V");
        }
        emitConstructor(arguments);
        emitStart();
        if (!plan.stops().isEmpty()) {
            emitResume();
            emitCatches();
            new TreeSet<>(plan.stops().stream().map(Stop::kinds).toList()).forEach(this::emitSave);
        }
        emitLines();
        writer.visitEnd();
        return new ClassFile(frame, writer.toByteArray());
    }

    private void emitFields() {
        if (!async.isStatic()) {
            writer.visitField(ACC_SYNTHETIC, FrameLayout.SELF, self, null, null).visitEnd();
        }
        for (int k = 0; k < FrameLayout.KINDS.length(); k++) {
            char kind = FrameLayout.KINDS.charAt(k);
            for (int i = 0; i < layout.count(kind); i++) {
                writer.visitField(ACC_SYNTHETIC, FrameLayout.field(kind, i), Slots.descriptor(kind), null, null)
                        .visitEnd();
            }
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
            for (String field : layout.arguments()) {
                char kind = FrameLayout.kindOf(field);
                code.visitVarInsn(ALOAD, 0);
                code.visitVarInsn(Slots.load(kind), slot);
                code.visitFieldInsn(PUTFIELD, frame, field, Slots.descriptor(kind));
                slot += Slots.size(kind);
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
        Type[] types = Type.getArgumentTypes(async.method().desc);
        for (int i = 0; i < types.length; i++) {
            String field = layout.arguments().get(i);
            char kind = FrameLayout.kindOf(field);
            code.visitVarInsn(ALOAD, 0);
            code.visitFieldInsn(GETFIELD, frame, field, Slots.descriptor(kind));
            if (kind == 'A' && !types[i].getInternalName().equals(Names.OBJECT)) {
                code.visitTypeInsn(CHECKCAST, types[i].getInternalName());
            }
        }
        for (String field : layout.arguments()) {
            if (FrameLayout.kindOf(field) == 'A') {
                code.visitVarInsn(ALOAD, 0);
                code.visitInsn(ACONST_NULL);
                code.visitFieldInsn(PUTFIELD, frame, field, Names.OBJECT_DESCRIPTOR);
            }
        }
        code.visitVarInsn(ALOAD, 1);
        callBody(code, async.directDescriptor());
        end(code);
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
        callBody(code, AsyncMethod.resumingDescriptor(frame));
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

    private void callBody(MethodVisitor code, String descriptor) {
        code.visitMethodInsn(async.bodyCall(), async.host().name, async.method().name, descriptor, async.inInterface());
        code.visitInsn(ARETURN);
    }

    /**
     * Saves values of the given kinds into a frame, a new one if there is none, and tells the carrier. References that the
     * frame held for another point, and that are dead here, are forgotten.
     */
    private void emitSave(String kinds) {
        MethodVisitor code =
                writer.visitMethod(ACC_STATIC | ACC_SYNTHETIC, SAVE, saveDescriptor(plan, kinds), null, null);
        code.visitCode();
        int selfSlot = kinds.chars().map(kind -> Slots.size((char) kind)).sum();
        int frameSlot = selfSlot + async.selfSlots();
        Label known = new Label();
        code.visitVarInsn(ALOAD, frameSlot);
        code.visitJumpInsn(IFNONNULL, known);
        code.visitTypeInsn(NEW, frame);
        code.visitInsn(DUP);
        code.visitMethodInsn(INVOKESPECIAL, frame, "<init>", "()V", false);
        code.visitVarInsn(ASTORE, frameSlot);
        if (!async.isStatic()) {
            code.visitVarInsn(ALOAD, frameSlot);
            code.visitVarInsn(ALOAD, selfSlot);
            code.visitFieldInsn(PUTFIELD, frame, FrameLayout.SELF, self);
        }
        code.visitLabel(known);
        code.visitFrame(F_SAME, 0, null, 0, null);
        int[] used = new int['Z'];
        int slot = 0;
        for (int i = 0; i < kinds.length(); i++) {
            char kind = kinds.charAt(i);
            code.visitVarInsn(ALOAD, frameSlot);
            code.visitVarInsn(Slots.load(kind), slot);
            code.visitFieldInsn(PUTFIELD, frame, FrameLayout.field(kind, used[kind]++), Slots.descriptor(kind));
            slot += Slots.size(kind);
        }
        for (int i = used['A']; i < layout.count('A'); i++) {
            code.visitVarInsn(ALOAD, frameSlot);
            code.visitInsn(ACONST_NULL);
            code.visitFieldInsn(PUTFIELD, frame, FrameLayout.field('A', i), Names.OBJECT_DESCRIPTOR);
        }
        code.visitVarInsn(ALOAD, frameSlot);
        code.visitVarInsn(ILOAD, frameSlot + 1);
        code.visitFieldInsn(PUTFIELD, Names.FRAME, "state", "I");
        code.visitVarInsn(ALOAD, frameSlot + 2);
        code.visitVarInsn(ALOAD, frameSlot);
        code.visitMethodInsn(INVOKEVIRTUAL, Names.CARRIER, "suspended", "(L" + Names.FRAME + ";)V", false);
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
        code.visitLdcInsn(text.toString());
        code.visitInsn(ARETURN);
        end(code);
    }

    private static void end(MethodVisitor code) {
        code.visitMaxs(0, 0);
        code.visitEnd();
    }
}
