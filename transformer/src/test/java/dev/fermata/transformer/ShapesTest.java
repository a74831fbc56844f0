package dev.fermata.transformer;

import static dev.fermata.transformer.Fixtures.gives;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.objectweb.asm.Opcodes.*;

import dev.fermata.rules.Rule;
import dev.fermata.transformer.model.Names;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;

/** Code that javac never writes, but that other compilers and tools may. */
class ShapesTest {
    private static final String BUILDER = "java/lang/StringBuilder";
    private static final String OBJECT = "java/lang/Object";
    private static final String COROUTINE = "dev/fermata/Coroutine";

    private int version = V1_8;

    /** {@code static Coroutine test()}, whose frames ASM computes. */
    private Woven computed(Consumer<MethodVisitor> code) {
        return woven(ClassWriter.COMPUTE_FRAMES, code, it -> {});
    }

    /** The same with the frames that {@code code} writes. */
    private Woven explicit(Consumer<MethodVisitor> code) {
        return woven(ClassWriter.COMPUTE_MAXS, code, it -> {});
    }

    private Woven woven(int flags, Consumer<MethodVisitor> code, Consumer<ClassWriter> more) {
        ClassWriter writer = new ClassWriter(flags) {
            @Override
            protected String getCommonSuperClass(String one, String other) {
                return OBJECT;
            }
        };
        writer.visit(version, ACC_PUBLIC | ACC_SUPER, "Fixture", null, OBJECT, null);
        writer.visitSource("Fixture.java", null);
        MethodVisitor constructor = writer.visitMethod(ACC_PUBLIC, "<init>", "()V", null, null);
        constructor.visitCode();
        constructor.visitVarInsn(ALOAD, 0);
        constructor.visitMethodInsn(INVOKESPECIAL, OBJECT, "<init>", "()V", false);
        constructor.visitInsn(RETURN);
        constructor.visitMaxs(0, 0);
        constructor.visitEnd();
        method(writer, ACC_STATIC, "test", "()L" + COROUTINE + ";", code);
        more.accept(writer);
        writer.visitEnd();
        return Woven.of(Map.of("Fixture", writer.toByteArray()));
    }

    private static void method(
            ClassWriter writer, int access, String name, String descriptor, Consumer<MethodVisitor> code) {
        MethodVisitor method = writer.visitMethod(access, name, descriptor, null, null);
        method.visitAnnotation(Names.ASYNC, false).visitEnd();
        method.visitCode();
        Label line = new Label();
        method.visitLabel(line);
        method.visitLineNumber(7, line);
        code.accept(method);
        method.visitMaxs(0, 0);
        method.visitEnd();
    }

    /** {@code …} to {@code …, await(step(text))}, a String. */
    private static void await(MethodVisitor code, String text) {
        code.visitLdcInsn(text);
        awaitStep(code);
        code.visitTypeInsn(CHECKCAST, "java/lang/String");
    }

    /** {@code …, value} to {@code …, await(step(value))}, an Object. */
    private static void awaitStep(MethodVisitor code) {
        code.visitMethodInsn(
                INVOKESTATIC,
                "dev/fermata/transformer/Steps",
                "step",
                "(Ljava/lang/Object;)L" + COROUTINE + ";",
                false);
        code.visitMethodInsn(
                INVOKESTATIC, Names.ASYNCIO, "await", "(Ldev/fermata/Awaitable;)Ljava/lang/Object;", false);
    }

    /** {@code …, number} to {@code …, await(step(number))}, an int. */
    private static void awaitInt(MethodVisitor code, int number) {
        code.visitIntInsn(SIPUSH, number);
        code.visitMethodInsn(INVOKESTATIC, "java/lang/Integer", "valueOf", "(I)Ljava/lang/Integer;", false);
        awaitStep(code);
        code.visitTypeInsn(CHECKCAST, "java/lang/Integer");
        code.visitMethodInsn(INVOKEVIRTUAL, "java/lang/Integer", "intValue", "()I", false);
    }

    /** {@code return done(value)}. */
    private static void returnDone(MethodVisitor code) {
        code.visitMethodInsn(INVOKESTATIC, Names.ASYNCIO, "done", "(Ljava/lang/Object;)L" + COROUTINE + ";", false);
        code.visitInsn(ARETURN);
    }

    private static void box(MethodVisitor code, char primitive, String type) {
        code.visitMethodInsn(
                INVOKESTATIC, "java/lang/" + type, "valueOf", "(" + primitive + ")Ljava/lang/" + type + ";", false);
    }

    private static void create(MethodVisitor code) {
        code.visitMethodInsn(INVOKESPECIAL, BUILDER, "<init>", "(Ljava/lang/String;)V", false);
    }

    private static void append(MethodVisitor code) {
        code.visitMethodInsn(INVOKEVIRTUAL, BUILDER, "append", "(Ljava/lang/Object;)Ljava/lang/StringBuilder;", false);
    }

    private static void ldcException(MethodVisitor code, String message) {
        code.visitTypeInsn(NEW, "java/lang/IllegalStateException");
        code.visitInsn(DUP);
        code.visitLdcInsn(message);
        code.visitMethodInsn(
                INVOKESPECIAL, "java/lang/IllegalStateException", "<init>", "(Ljava/lang/String;)V", false);
    }

    private static Object[] types(Object... types) {
        return types;
    }

    private static void frame(MethodVisitor code, Object[] locals, Object... stack) {
        code.visitFrame(F_NEW, locals.length, locals, stack.length, stack);
    }

    @Test
    void a_result_is_copied_and_looked_at_on_its_way_to_the_return() {
        // what Kotlin writes for a Java method that might return null
        gives("one two", computed(code -> {
            Label other = new Label();
            awaitInt(code, 1);
            code.visitJumpInsn(IFEQ, other);
            await(code, "one two");
            returnChecked(code);
            code.visitLabel(other);
            await(code, "other");
            returnChecked(code);
        }));
    }

    private static void returnChecked(MethodVisitor code) {
        code.visitMethodInsn(INVOKESTATIC, Names.ASYNCIO, "done", "(Ljava/lang/Object;)L" + COROUTINE + ";", false);
        code.visitInsn(DUP);
        code.visitLdcInsn("done(...)");
        code.visitMethodInsn(
                INVOKESTATIC,
                "java/util/Objects",
                "requireNonNull",
                "(Ljava/lang/Object;Ljava/lang/String;)Ljava/lang/Object;",
                false);
        code.visitInsn(POP);
        code.visitInsn(ARETURN);
    }

    @Test
    void an_object_under_construction_lies_only_in_a_local() {
        gives("a", computed(code -> {
            code.visitTypeInsn(NEW, BUILDER);
            code.visitVarInsn(ASTORE, 3);
            code.visitVarInsn(ALOAD, 3);
            await(code, "a");
            create(code);
            code.visitVarInsn(ALOAD, 3);
            returnDone(code);
        }));
    }

    @Test
    void an_object_under_construction_has_copies_in_locals_and_on_the_stack() {
        gives("axx", computed(code -> {
            code.visitTypeInsn(NEW, BUILDER);
            code.visitInsn(DUP);
            code.visitVarInsn(ASTORE, 1);
            code.visitInsn(DUP);
            code.visitVarInsn(ASTORE, 4);
            code.visitInsn(ICONST_5);
            code.visitInsn(SWAP);
            code.visitInsn(DUP_X1);
            await(code, "a");
            create(code);
            // stack: a, 5
            code.visitInsn(POP);
            code.visitLdcInsn("x");
            append(code);
            code.visitInsn(POP);
            code.visitVarInsn(ALOAD, 4);
            code.visitLdcInsn("x");
            append(code);
            code.visitInsn(POP);
            code.visitVarInsn(ALOAD, 1);
            returnDone(code);
        }));
    }

    @Test
    void the_result_of_a_construction_is_thrown_away() {
        gives("b", computed(code -> {
            code.visitTypeInsn(NEW, BUILDER);
            await(code, "a");
            create(code);
            await(code, "b");
            returnDone(code);
        }));
    }

    @Test
    void two_objects_are_constructed_at_once_and_their_copies_interleave() {
        gives("ab", computed(code -> {
            code.visitTypeInsn(NEW, BUILDER);
            code.visitTypeInsn(NEW, BUILDER);
            code.visitInsn(DUP2);
            await(code, "b");
            create(code);
            await(code, "a");
            create(code);
            append(code);
            returnDone(code);
        }));
    }

    @Test
    void two_objects_are_constructed_at_once_with_dup_x() {
        gives("ab7", computed(code -> {
            code.visitTypeInsn(NEW, BUILDER);
            code.visitTypeInsn(NEW, BUILDER);
            code.visitInsn(DUP_X1);
            // stack: b, a, b
            await(code, "b");
            create(code);
            code.visitInsn(SWAP);
            code.visitInsn(POP2);
            code.visitTypeInsn(NEW, BUILDER);
            code.visitInsn(DUP);
            code.visitTypeInsn(NEW, BUILDER);
            code.visitInsn(DUP_X2);
            // stack: b, a, a, b
            await(code, "b");
            create(code);
            await(code, "a");
            create(code);
            code.visitInsn(SWAP);
            append(code);
            code.visitIntInsn(BIPUSH, 7);
            box(code, 'I', "Integer");
            append(code);
            returnDone(code);
        }));
    }

    @Test
    void an_object_that_awaits_nothing_is_under_construction_between_the_copies_of_one_that_does() {
        gives("ab", computed(code -> {
            code.visitTypeInsn(NEW, BUILDER);
            code.visitInsn(DUP);
            await(code, "a");
            code.visitVarInsn(ASTORE, 0);
            code.visitTypeInsn(NEW, BUILDER);
            code.visitInsn(SWAP);
            // stack: a, b, a
            code.visitVarInsn(ALOAD, 0);
            create(code);
            code.visitInsn(DUP);
            code.visitLdcInsn("b");
            create(code);
            append(code);
            returnDone(code);
        }));
    }

    @Test
    void a_construction_spans_a_loop_and_ends_in_one_of_two_constructors() {
        for (int number : new int[] {3, 4}) {
            gives(number == 3 ? "" : "long", computed(code -> {
                code.visitTypeInsn(NEW, BUILDER);
                code.visitVarInsn(ASTORE, 0);
                code.visitInsn(ICONST_0);
                code.visitVarInsn(ISTORE, 1);
                Label loop = new Label();
                code.visitLabel(loop);
                code.visitVarInsn(ILOAD, 1);
                awaitInt(code, 1);
                code.visitInsn(IADD);
                code.visitVarInsn(ISTORE, 1);
                code.visitVarInsn(ILOAD, 1);
                code.visitIntInsn(BIPUSH, number);
                code.visitJumpInsn(IF_ICMPLT, loop);
                Label other = new Label();
                Label end = new Label();
                code.visitVarInsn(ILOAD, 1);
                code.visitInsn(ICONST_3);
                code.visitJumpInsn(IF_ICMPNE, other);
                code.visitVarInsn(ALOAD, 0);
                code.visitMethodInsn(INVOKESPECIAL, BUILDER, "<init>", "()V", false);
                code.visitJumpInsn(GOTO, end);
                code.visitLabel(other);
                code.visitVarInsn(ALOAD, 0);
                await(code, "long");
                create(code);
                code.visitLabel(end);
                code.visitVarInsn(ALOAD, 0);
                returnDone(code);
            }));
        }
    }

    @Test
    void a_construction_is_given_up_in_a_handler() {
        gives("a", computed(code -> {
            Label start = new Label();
            Label end = new Label();
            Label handler = new Label();
            code.visitTryCatchBlock(start, end, handler, null);
            code.visitTypeInsn(NEW, BUILDER);
            code.visitVarInsn(ASTORE, 0);
            code.visitLabel(start);
            code.visitVarInsn(ALOAD, 0);
            await(code, "a");
            create(code);
            code.visitLabel(end);
            code.visitVarInsn(ALOAD, 0);
            returnDone(code);
            code.visitLabel(handler);
            awaitStep(code);
            returnDone(code);
        }));
    }

    @Test
    void locals_lie_far_apart() {
        gives("6", computed(code -> {
            code.visitInsn(ICONST_1);
            code.visitVarInsn(ISTORE, 300);
            code.visitLdcInsn(2L);
            code.visitVarInsn(LSTORE, 70);
            awaitInt(code, 3);
            code.visitInsn(I2L);
            code.visitVarInsn(LLOAD, 70);
            code.visitInsn(LADD);
            code.visitVarInsn(ILOAD, 300);
            code.visitInsn(I2L);
            code.visitInsn(LADD);
            box(code, 'J', "Long");
            returnDone(code);
        }));
    }

    @Test
    void half_of_a_long_is_overwritten() {
        gives("5", computed(code -> {
            code.visitLdcInsn(2L);
            code.visitVarInsn(LSTORE, 1);
            code.visitInsn(ICONST_2);
            code.visitVarInsn(ISTORE, 2);
            code.visitLdcInsn(1.0);
            code.visitVarInsn(DSTORE, 3);
            code.visitInsn(FCONST_1);
            code.visitVarInsn(FSTORE, 3);
            awaitInt(code, 3);
            code.visitVarInsn(ILOAD, 2);
            code.visitInsn(IADD);
            box(code, 'I', "Integer");
            returnDone(code);
        }));
    }

    @Test
    void a_long_and_a_double_lie_below_a_try() {
        gives("10", computed(code -> {
            Label start = new Label();
            Label end = new Label();
            Label handler = new Label();
            code.visitTryCatchBlock(start, end, handler, "java/lang/RuntimeException");
            code.visitLdcInsn(5L);
            code.visitLdcInsn(2.0);
            code.visitLabel(start);
            awaitInt(code, 3);
            code.visitLabel(end);
            code.visitVarInsn(ISTORE, 0);
            code.visitInsn(D2L);
            code.visitInsn(LADD);
            code.visitVarInsn(ILOAD, 0);
            code.visitInsn(I2L);
            code.visitInsn(LADD);
            box(code, 'J', "Long");
            returnDone(code);
            code.visitLabel(handler);
            awaitStep(code);
            returnDone(code);
        }));
    }

    @Test
    void the_table_of_variables_lies() {
        gives("ab", computed(code -> {
            Label start = new Label();
            Label middle = new Label();
            Label end = new Label();
            code.visitLabel(start);
            code.visitInsn(ICONST_1);
            code.visitVarInsn(ISTORE, 2);
            code.visitLabel(middle);
            await(code, "a");
            code.visitVarInsn(ASTORE, 0);
            await(code, "b");
            code.visitVarInsn(ASTORE, 1);
            code.visitTypeInsn(NEW, BUILDER);
            code.visitInsn(DUP);
            code.visitVarInsn(ALOAD, 0);
            create(code);
            code.visitVarInsn(ALOAD, 1);
            append(code);
            returnDone(code);
            code.visitLabel(end);
            code.visitLocalVariable("this", "LNowhere;", null, start, end, 0);
            code.visitLocalVariable("x", "D", null, start, end, 1);
            code.visitLocalVariable("x", "I", null, start, middle, 0);
            code.visitLocalVariable("x", "I", null, start, start, 0);
            code.visitLocalVariable("y", "J", "TT;", middle, end, 0);
            code.visitLocalVariable("z", "I", null, end, end, 1);
        }));
    }

    @Test
    void a_range_becomes_empty_because_what_it_covers_is_moved_or_left_out() {
        gives(
                "1",
                woven(
                        ClassWriter.COMPUTE_FRAMES,
                        code -> {
                            Label call = new Label();
                            Label called = new Label();
                            Label wrap = new Label();
                            Label wrapped = new Label();
                            Label handler = new Label();
                            code.visitTryCatchBlock(call, called, handler, null);
                            code.visitTryCatchBlock(wrap, wrapped, handler, "java/lang/Exception");
                            code.visitLabel(call);
                            code.visitMethodInsn(INVOKESTATIC, "Fixture", "one", "()L" + COROUTINE + ";", false);
                            code.visitLabel(called);
                            code.visitMethodInsn(
                                    INVOKESTATIC,
                                    Names.ASYNCIO,
                                    "await",
                                    "(Ldev/fermata/Awaitable;)Ljava/lang/Object;",
                                    false);
                            code.visitLabel(wrap);
                            code.visitMethodInsn(
                                    INVOKESTATIC,
                                    Names.ASYNCIO,
                                    "done",
                                    "(Ljava/lang/Object;)L" + COROUTINE + ";",
                                    false);
                            code.visitLabel(wrapped);
                            code.visitInsn(ARETURN);
                            code.visitLabel(handler);
                            code.visitInsn(POP);
                            code.visitLdcInsn("not here");
                            returnDone(code);
                        },
                        writer -> method(writer, ACC_STATIC, "one", "()L" + COROUTINE + ";", code -> {
                            awaitInt(code, 1);
                            box(code, 'I', "Integer");
                            returnDone(code);
                        })));
    }

    @Test
    void ranges_overlap_without_being_nested() {
        gives("b", computed(code -> {
            Label a = new Label();
            Label b = new Label();
            Label c = new Label();
            Label d = new Label();
            Label first = new Label();
            Label second = new Label();
            code.visitTryCatchBlock(a, c, first, "java/lang/RuntimeException");
            code.visitTryCatchBlock(b, d, second, null);
            code.visitLabel(a);
            await(code, "a");
            code.visitVarInsn(ASTORE, 0);
            code.visitLabel(b);
            await(code, "b");
            code.visitVarInsn(ASTORE, 0);
            code.visitLabel(c);
            await(code, "c");
            code.visitInsn(POP);
            code.visitLabel(d);
            code.visitVarInsn(ALOAD, 0);
            returnDone(code);
            code.visitLabel(first);
            awaitStep(code);
            returnDone(code);
            code.visitLabel(second);
            code.visitInsn(POP);
            code.visitVarInsn(ALOAD, 0);
            awaitStep(code);
            returnDone(code);
        }));
    }

    @Test
    void a_handler_covers_itself() {
        gives("a", computed(code -> {
            Label start = new Label();
            Label end = new Label();
            Label handler = new Label();
            code.visitTryCatchBlock(start, end, handler, "java/lang/RuntimeException");
            code.visitInsn(ICONST_0);
            code.visitVarInsn(ISTORE, 0);
            code.visitLabel(start);
            await(code, "a");
            returnDone(code);
            code.visitLabel(handler);
            code.visitIincInsn(0, 1);
            awaitStep(code);
            code.visitInsn(POP);
            code.visitVarInsn(ILOAD, 0);
            Label enough = new Label();
            code.visitInsn(ICONST_3);
            code.visitJumpInsn(IF_ICMPGE, enough);
            ldcException(code, "again");
            code.visitInsn(ATHROW);
            code.visitLabel(enough);
            code.visitLdcInsn("enough");
            code.visitLabel(end);
            returnDone(code);
        }));
    }

    @Test
    void a_handler_stands_in_front_of_what_it_covers() {
        gives("ab", computed(code -> {
            Label start = new Label();
            Label end = new Label();
            Label handler = new Label();
            Label body = new Label();
            code.visitTryCatchBlock(start, end, handler, null);
            code.visitJumpInsn(GOTO, body);
            code.visitLabel(handler);
            awaitStep(code);
            returnDone(code);
            code.visitLabel(body);
            code.visitLabel(start);
            code.visitTypeInsn(NEW, BUILDER);
            code.visitInsn(DUP);
            await(code, "a");
            create(code);
            await(code, "b");
            append(code);
            code.visitLabel(end);
            returnDone(code);
        }));
    }

    @Test
    void a_catch_all_hides_a_handler_that_only_code_before_the_await_reaches() {
        gives("a", explicit(code -> {
            Label a = new Label();
            Label b = new Label();
            Label c = new Label();
            Label inner = new Label();
            Label outer = new Label();
            code.visitTryCatchBlock(b, c, inner, null);
            code.visitTryCatchBlock(a, c, outer, "java/lang/RuntimeException");
            code.visitLdcInsn("local");
            code.visitVarInsn(ASTORE, 0);
            code.visitLabel(a);
            code.visitMethodInsn(INVOKESTATIC, "java/lang/System", "nanoTime", "()J", false);
            code.visitInsn(POP2);
            code.visitLabel(b);
            await(code, "a");
            code.visitLabel(c);
            returnDone(code);
            code.visitLabel(inner);
            frame(code, types(), "java/lang/Throwable");
            returnDone(code);
            code.visitLabel(outer);
            frame(code, types("java/lang/String"), "java/lang/RuntimeException");
            code.visitInsn(POP);
            code.visitVarInsn(ALOAD, 0);
            returnDone(code);
        }));
    }

    @Test
    void a_catch_all_hides_a_handler_that_other_code_after_the_await_reaches() {
        gives("b", explicit(code -> {
            Label b = new Label();
            Label c = new Label();
            Label d = new Label();
            Label inner = new Label();
            Label outer = new Label();
            code.visitTryCatchBlock(b, c, inner, null);
            code.visitTryCatchBlock(b, d, outer, "java/lang/RuntimeException");
            code.visitLdcInsn("local");
            code.visitVarInsn(ASTORE, 0);
            code.visitLabel(b);
            await(code, "a");
            code.visitInsn(POP);
            code.visitLdcInsn("other");
            code.visitVarInsn(ASTORE, 0);
            code.visitLabel(c);
            await(code, "b");
            code.visitLabel(d);
            returnDone(code);
            code.visitLabel(inner);
            frame(code, types(), "java/lang/Throwable");
            returnDone(code);
            code.visitLabel(outer);
            frame(code, types("java/lang/String"), "java/lang/RuntimeException");
            code.visitInsn(POP);
            code.visitVarInsn(ALOAD, 0);
            returnDone(code);
        }));
    }

    @Test
    void code_that_nothing_reaches_stands_behind_a_throw_and_a_goto() {
        gives("a", explicit(code -> {
            Label on = new Label();
            await(code, "a");
            code.visitJumpInsn(GOTO, on);
            frame(code, types(DOUBLE, "java/util/List"), "java/lang/Runnable");
            code.visitInsn(POP);
            await(code, "dead");
            returnDone(code);
            code.visitLabel(on);
            frame(code, types(), "java/lang/String");
            code.visitVarInsn(ASTORE, 0);
            awaitInt(code, 1);
            Label good = new Label();
            code.visitJumpInsn(IFNE, good);
            ldcException(code, "x");
            code.visitInsn(ATHROW);
            frame(code, types(FLOAT), COROUTINE);
            code.visitInsn(ARETURN);
            code.visitLabel(good);
            frame(code, types("java/lang/String"));
            code.visitInsn(ICONST_0);
            code.visitVarInsn(ISTORE, 2);
            code.visitVarInsn(ALOAD, 0);
            returnDone(code);
        }));
    }

    @Test
    void an_object_is_constructed_in_code_that_nothing_reaches() {
        gives("a", explicit(code -> {
            await(code, "a");
            returnDone(code);
            frame(code, types());
            Label dead = new Label();
            code.visitLabel(dead);
            code.visitTypeInsn(NEW, BUILDER);
            code.visitInsn(DUP);
            await(code, "dead");
            create(code);
            returnDone(code);
        }));
    }

    @Test
    void a_merge_is_typed_as_an_interface_or_as_object() {
        gives("1a", explicit(code -> {
            Label other = new Label();
            Label merged = new Label();
            awaitInt(code, 1);
            code.visitJumpInsn(IFEQ, other);
            code.visitLdcInsn("a");
            code.visitInsn(DUP);
            code.visitVarInsn(ASTORE, 0);
            code.visitJumpInsn(GOTO, merged);
            code.visitLabel(other);
            frame(code, types());
            code.visitTypeInsn(NEW, BUILDER);
            code.visitInsn(DUP);
            await(code, "b");
            create(code);
            code.visitInsn(DUP);
            code.visitVarInsn(ASTORE, 0);
            code.visitLabel(merged);
            frame(code, types(OBJECT), "java/lang/CharSequence");
            awaitInt(code, 2);
            code.visitInsn(POP);
            code.visitMethodInsn(INVOKEINTERFACE, "java/lang/CharSequence", "length", "()I", true);
            code.visitVarInsn(ISTORE, 1);
            code.visitTypeInsn(NEW, BUILDER);
            code.visitInsn(DUP);
            code.visitMethodInsn(INVOKESPECIAL, BUILDER, "<init>", "()V", false);
            code.visitVarInsn(ILOAD, 1);
            box(code, 'I', "Integer");
            append(code);
            code.visitVarInsn(ALOAD, 0);
            append(code);
            returnDone(code);
        }));
    }

    @Test
    void a_local_that_is_null_merges_with_an_object() {
        gives("nulla", explicit(code -> {
            Label loop = new Label();
            code.visitInsn(ACONST_NULL);
            code.visitVarInsn(ASTORE, 0);
            code.visitInsn(ACONST_NULL);
            code.visitVarInsn(ASTORE, 1);
            await(code, "x");
            code.visitInsn(POP);
            code.visitLabel(loop);
            frame(code, types("java/lang/String", OBJECT));
            code.visitVarInsn(ALOAD, 0);
            code.visitVarInsn(ASTORE, 1);
            await(code, "a");
            code.visitVarInsn(ASTORE, 0);
            code.visitVarInsn(ALOAD, 1);
            code.visitInsn(ACONST_NULL);
            awaitInt(code, 1);
            code.visitInsn(POP);
            Label end = new Label();
            code.visitJumpInsn(IF_ACMPEQ, end);
            code.visitJumpInsn(GOTO, loop);
            code.visitLabel(end);
            frame(code, types("java/lang/String", OBJECT));
            code.visitTypeInsn(NEW, BUILDER);
            code.visitInsn(DUP);
            code.visitMethodInsn(INVOKESPECIAL, BUILDER, "<init>", "()V", false);
            code.visitVarInsn(ALOAD, 1);
            append(code);
            code.visitVarInsn(ALOAD, 0);
            append(code);
            returnDone(code);
        }));
    }

    @Test
    void this_is_overwritten() {
        for (int level : new int[] {V1_8, V17}) {
            version = level;
            gives(
                    "true3",
                    woven(
                            ClassWriter.COMPUTE_FRAMES,
                            code -> {
                                code.visitTypeInsn(NEW, "Fixture");
                                code.visitInsn(DUP);
                                code.visitMethodInsn(INVOKESPECIAL, "Fixture", "<init>", "()V", false);
                                code.visitMethodInsn(INVOKEVIRTUAL, "Fixture", "m", "()L" + COROUTINE + ";", false);
                                code.visitMethodInsn(
                                        INVOKESTATIC,
                                        Names.ASYNCIO,
                                        "await",
                                        "(Ldev/fermata/Awaitable;)Ljava/lang/Object;",
                                        false);
                                returnDone(code);
                            },
                            writer -> method(writer, 0, "m", "()L" + COROUTINE + ";", code -> {
                                Label loop = new Label();
                                Label end = new Label();
                                // the first instruction is jumped to, with something else in local 0 every time but the
                                // first
                                code.visitLabel(loop);
                                code.visitVarInsn(ALOAD, 0);
                                code.visitTypeInsn(INSTANCEOF, "Fixture");
                                code.visitJumpInsn(IFEQ, end);
                                code.visitVarInsn(ALOAD, 0);
                                code.visitVarInsn(ASTORE, 1);
                                await(code, "other");
                                code.visitVarInsn(ASTORE, 0);
                                code.visitJumpInsn(GOTO, loop);
                                code.visitLabel(end);
                                awaitInt(code, 3);
                                code.visitInsn(I2L);
                                code.visitVarInsn(LSTORE, 0);
                                awaitInt(code, 1);
                                code.visitInsn(POP);
                                code.visitTypeInsn(NEW, BUILDER);
                                code.visitInsn(DUP);
                                code.visitLdcInsn("true");
                                create(code);
                                code.visitVarInsn(LLOAD, 0);
                                box(code, 'J', "Long");
                                append(code);
                                returnDone(code);
                            })));
        }
    }

    @Test
    void a_thousand_awaits_stand_in_one_method_and_ten_of_them_suspend() {
        gives("1000", computed(code -> {
            code.visitInsn(ICONST_0);
            code.visitVarInsn(ISTORE, 0);
            for (int i = 0; i < 1_000; i++) {
                // each suspend mask tries every step by itself, so few of them are steps
                code.visitInsn(ICONST_1);
                box(code, 'I', "Integer");
                if (i % 100 == 0) {
                    awaitStep(code);
                } else {
                    code.visitMethodInsn(
                            INVOKESTATIC, Names.ASYNCIO, "done", "(Ljava/lang/Object;)L" + COROUTINE + ";", false);
                    code.visitMethodInsn(
                            INVOKESTATIC, Names.ASYNCIO, "await", "(Ldev/fermata/Awaitable;)Ljava/lang/Object;", false);
                }
                code.visitInsn(POP);
                code.visitIincInsn(0, 1);
            }
            code.visitVarInsn(ILOAD, 0);
            box(code, 'I', "Integer");
            returnDone(code);
        }));
    }

    /** A resource, and the method that javac 9 and 10 add to a class that closes some. */
    private void closeHelper(ClassWriter writer) {
        MethodVisitor helper = writer.visitMethod(
                ACC_PRIVATE | ACC_STATIC | ACC_SYNTHETIC,
                "$closeResource",
                "(Ljava/lang/Throwable;Ljava/lang/AutoCloseable;)V",
                null,
                null);
        helper.visitCode();
        Label start = new Label();
        Label end = new Label();
        Label handler = new Label();
        Label normal = new Label();
        helper.visitTryCatchBlock(start, end, handler, "java/lang/Throwable");
        helper.visitVarInsn(ALOAD, 0);
        helper.visitJumpInsn(IFNULL, normal);
        helper.visitLabel(start);
        helper.visitVarInsn(ALOAD, 1);
        helper.visitMethodInsn(INVOKEINTERFACE, "java/lang/AutoCloseable", "close", "()V", true);
        helper.visitLabel(end);
        helper.visitInsn(RETURN);
        helper.visitLabel(handler);
        helper.visitVarInsn(ASTORE, 2);
        helper.visitVarInsn(ALOAD, 0);
        helper.visitVarInsn(ALOAD, 2);
        helper.visitMethodInsn(
                INVOKEVIRTUAL, "java/lang/Throwable", "addSuppressed", "(Ljava/lang/Throwable;)V", false);
        helper.visitInsn(RETURN);
        helper.visitLabel(normal);
        helper.visitVarInsn(ALOAD, 1);
        helper.visitMethodInsn(INVOKEINTERFACE, "java/lang/AutoCloseable", "close", "()V", true);
        helper.visitInsn(RETURN);
        helper.visitMaxs(0, 0);
        helper.visitEnd();
    }

    /** {@code try (… = null) { await(step("a")); }} by javac 9, but for the catch that passes the exception to the helper. */
    private void closesByHelper(MethodVisitor code, String resource) {
        code.visitInsn(ACONST_NULL);
        code.visitTypeInsn(CHECKCAST, resource);
        code.visitVarInsn(ASTORE, 0);
        await(code, "a");
        code.visitVarInsn(ASTORE, 1);
        Label closed = new Label();
        code.visitVarInsn(ALOAD, 0);
        code.visitJumpInsn(IFNULL, closed);
        code.visitInsn(ACONST_NULL);
        code.visitVarInsn(ALOAD, 0);
        code.visitMethodInsn(
                INVOKESTATIC, "Fixture", "$closeResource", "(Ljava/lang/Throwable;Ljava/lang/AutoCloseable;)V", false);
        code.visitLabel(closed);
        code.visitVarInsn(ALOAD, 1);
        returnDone(code);
    }

    @Test
    void a_scope_that_is_closed_by_the_helper_of_javac_9_is_refused() {
        version = V9;
        Woven woven =
                woven(ClassWriter.COMPUTE_FRAMES, it -> closesByHelper(it, "dev/fermata/TaskGroup"), this::closeHelper);
        Violation violation = woven.violations().get(0);
        assertEquals(Rule.SCOPE_CLOSED_BY_HELPER, violation.rule());
        assertEquals(7, violation.line());
        assertEquals("test", violation.method());
    }

    @Test
    void an_ordinary_resource_that_is_closed_by_the_helper_of_javac_9_is_closed() {
        version = V9;
        gives(
                "a",
                woven(ClassWriter.COMPUTE_FRAMES, it -> closesByHelper(it, "java/io/InputStream"), this::closeHelper));
    }

    private static void subroutine(MethodVisitor code) {
        Label subroutine = new Label();
        code.visitJumpInsn(JSR, subroutine);
        await(code, "a");
        returnDone(code);
        code.visitLabel(subroutine);
        code.visitVarInsn(ASTORE, 0);
        code.visitVarInsn(RET, 0);
    }

    @Test
    void subroutines_are_refused() {
        version = V1_5;
        Violation old = explicit(ShapesTest::subroutine).violations().get(0);
        assertEquals(Rule.CLASS_VERSION, old.rule());
        assertTrue(old.message().startsWith("Fixture.java: "), old.message());
        version = V1_8;
        Violation violation = explicit(ShapesTest::subroutine).violations().get(0);
        assertEquals(Rule.CLASS_CORRUPT, violation.rule());
        assertEquals(7, violation.line());
        assertEquals("test", violation.method());
        assertTrue(violation.message().contains("jsr"), violation.message());
    }
}
