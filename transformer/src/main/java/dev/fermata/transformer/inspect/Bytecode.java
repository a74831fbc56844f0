package dev.fermata.transformer.inspect;

import com.google.gson.stream.JsonWriter;
import dev.fermata.transformer.ClassFile;
import dev.fermata.transformer.ClassReport.Code;
import dev.fermata.transformer.ClassReport.How;
import dev.fermata.transformer.ClassReport.MethodReport;
import dev.fermata.transformer.ClassReport.Point;
import dev.fermata.transformer.ClassReport.Range;
import dev.fermata.transformer.ClassReport.State;
import dev.fermata.transformer.folder.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.LineNumberNode;
import org.objectweb.asm.tree.LookupSwitchInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TableSwitchInsnNode;
import org.objectweb.asm.util.Textifier;
import org.objectweb.asm.util.TraceMethodVisitor;

/** Bytecode before and after, as text, with the lines, states and points of each instruction. */
final class Bytecode {
    private static final String CARRIER = "Ldev/fermata/abi/Carrier;";

    private final MethodReport method;
    private final @Nullable ClassNode original;
    private final @Nullable ClassNode woven;

    private Bytecode(MethodReport method, @Nullable ClassNode original, @Nullable ClassNode woven) {
        this.method = method;
        this.original = original;
        this.woven = woven;
    }

    static @Nullable ClassNode read(@Nullable ClassFile file) {
        if (file == null) {
            return null;
        }
        ClassNode node = new ClassNode();
        try {
            new ClassReader(file.bytes()).accept(node, 0);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            return new ClassNode(); // a damaged file has no methods, and is none that the report is about
        }
        return node;
    }

    static void write(JsonWriter out, MethodReport method, @Nullable ClassNode original, @Nullable ClassNode woven)
            throws IOException {
        new Bytecode(method, original, woven).write(out);
    }

    private void write(JsonWriter out) throws IOException {
        MethodNode before = find(original, it -> it.name.equals(method.name()) && it.desc.equals(method.descriptor()));
        String frame = "L" + method.frame().name() + ";";
        MethodNode resuming = find(woven, it -> it.name.equals(method.name()) && it.desc.contains(frame));
        MethodNode direct = find(woven, this::isDirectBody);
        String problem = null;
        if (original == null) {
            problem = "the class as the compiler wrote it was not kept";
        } else if (woven == null) {
            problem = "the woven class is not in the output folder";
        } else if (before == null || direct == null) {
            problem = "the class files are not those that the report is about";
        }
        out.beginObject();
        write(out.name("before"), before == null ? List.of() : before(before));
        write(out.name("direct"), direct == null ? List.of() : after(direct, Code::direct));
        write(out.name("resuming"), resuming == null ? List.of() : after(resuming, Code::resuming));
        out.name("problem").value(problem);
        out.endObject();
    }

    /**
     * An instruction.
     *
     * @param label before it, if something names that
     * @param point that it is or stands for, 0 if none
     */
    private record Listed(String text, @Nullable String label, int line, List<Integer> states, int point) {}

    private static void write(JsonWriter out, List<Listed> instructions) throws IOException {
        out.beginArray();
        for (Listed instruction : instructions) {
            out.beginObject();
            out.name("text").value(instruction.text());
            out.name("label").value(instruction.label());
            out.name("line").value(instruction.line());
            Json.writeNumbers(out.name("states"), instruction.states());
            Json.writeUnless(0, out, "point", instruction.point());
            out.endObject();
        }
        out.endArray();
    }

    /** Before there were nests the body of an instance method is static and takes the object first. */
    private boolean isDirectBody(MethodNode body) {
        String parameters = method.descriptor().substring(1, method.descriptor().indexOf(')')) + CARRIER + ")";
        boolean named = body.name.equals(method.name()) || body.name.equals(method.name() + "$this");
        ClassNode host = woven;
        return named
                && host != null
                && (body.desc.startsWith("(" + parameters)
                        || (!method.isStatic() && body.desc.startsWith("(L" + host.name + ";" + parameters)));
    }

    private static @Nullable MethodNode find(@Nullable ClassNode node, Function<MethodNode, Boolean> suits) {
        return node == null
                ? null
                : node.methods.stream().filter(suits::apply).findFirst().orElse(null);
    }

    private List<Listed> after(MethodNode body, Function<Code, List<Range>> part) {
        return list(
                body,
                (ordinal, line) -> states(state -> contains(part.apply(state.code()), ordinal)),
                ordinal -> method.points().stream()
                        .filter(it -> contains(part.apply(it.code()), ordinal))
                        .map(Point::state)
                        .findFirst()
                        .orElse(0));
    }

    /** The plan is about a copy with less code, so here lines have to do. */
    private List<Listed> before(MethodNode body) {
        List<Integer> points = new ArrayList<>();
        Set<Point> taken = new HashSet<>();
        int line = 0;
        for (AbstractInsnNode instruction : body.instructions) {
            line = instruction instanceof LineNumberNode found ? found.line : line;
            if (instruction.getOpcode() >= 0) {
                points.add(isAwait(instruction) ? point(line, taken) : 0);
            }
        }
        return list(body, (ordinal, at) -> states(state -> contains(state.lines(), at)), points::get);
    }

    private int point(int line, Set<Point> taken) {
        return method.points().stream()
                .filter(it -> it.line() == line
                        && it.call().how() != How.CLOSE
                        && it.call().how() != How.LEAVE)
                .filter(taken::add)
                .map(Point::state)
                .findFirst()
                .orElse(0);
    }

    private static boolean isAwait(AbstractInsnNode instruction) {
        return instruction instanceof MethodInsnNode call
                && call.owner.equals("dev/fermata/Asyncio")
                && call.name.equals("await");
    }

    private List<Integer> states(Function<State, Boolean> has) {
        return method.states().stream().filter(has::apply).map(State::number).toList();
    }

    private static boolean contains(List<Range> ranges, int number) {
        return ranges.stream().anyMatch(it -> it.first() <= number && number <= it.last());
    }

    private interface States {
        List<Integer> of(int ordinal, int line);
    }

    private static List<Listed> list(MethodNode body, States states, IntFunction<Integer> point) {
        Names names = new Names();
        TraceMethodVisitor visitor = new TraceMethodVisitor(names);
        Set<LabelNode> used = used(body);
        List<Listed> list = new ArrayList<>();
        String label = null;
        int line = 0;
        int ordinal = 0;
        for (AbstractInsnNode instruction : body.instructions) {
            if (instruction instanceof LabelNode found) {
                label = used.contains(found) ? names.of(found) : label;
            } else if (instruction instanceof LineNumberNode found) {
                line = found.line;
            } else if (instruction.getOpcode() >= 0) {
                names.text.clear();
                instruction.accept(visitor);
                list.add(new Listed(names.joined(), label, line, states.of(ordinal, line), point.apply(ordinal)));
                label = null;
                ordinal++;
            }
        }
        return list;
    }

    /** Those that a jump, a switch or a handler names. */
    private static Set<LabelNode> used(MethodNode body) {
        Set<LabelNode> used = new HashSet<>();
        for (AbstractInsnNode instruction : body.instructions) {
            if (instruction instanceof JumpInsnNode jump) {
                used.add(jump.label);
            } else if (instruction instanceof TableSwitchInsnNode table) {
                used.addAll(table.labels);
                used.add(table.dflt);
            } else if (instruction instanceof LookupSwitchInsnNode lookup) {
                used.addAll(lookup.labels);
                used.add(lookup.dflt);
            }
        }
        body.tryCatchBlocks.forEach(it -> used.add(it.handler));
        return used;
    }

    /** Names labels in the order in which they are met. */
    private static final class Names extends Textifier {
        Names() {
            super(Opcodes.ASM9);
        }

        String of(LabelNode label) {
            stringBuilder.setLength(0);
            appendLabel(label.getLabel());
            return stringBuilder.toString();
        }

        String joined() {
            StringBuilder all = new StringBuilder();
            text.forEach(all::append);
            return String.join(" ", all.toString().strip().split("\\s*\\n\\s*"));
        }
    }
}
