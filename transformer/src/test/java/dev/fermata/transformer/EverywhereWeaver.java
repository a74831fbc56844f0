package dev.fermata.transformer;

import dev.fermata.rules.Rule;
import dev.fermata.transformer.analysis.Hierarchy;
import dev.fermata.transformer.analysis.Instructions;
import dev.fermata.transformer.analysis.Monitors;
import dev.fermata.transformer.emit.EmittedClass;
import dev.fermata.transformer.emit.EmittedMethod;
import dev.fermata.transformer.model.AsyncMethod;
import dev.fermata.transformer.model.AsyncMethod.Kind;
import dev.fermata.transformer.model.Nest;
import dev.fermata.transformer.model.Refusal;
import dev.fermata.transformer.normalise.Normaliser;
import dev.fermata.transformer.plan.FrameNames;
import dev.fermata.transformer.plan.SpillPlan;
import dev.fermata.transformer.plan.SpillPlanner;
import dev.fermata.transformer.verify.Verification;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassTooLargeException;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodTooLargeException;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/**
 * Weaves ordinary classes: before every call in every method that the rules allow, there is a suspension point, and the
 * method drives itself. The passes between are those of {@link Weaver}. What a pass refuses stays as it was.
 */
final class EverywhereWeaver {
    /** Older class files have no stack map frames that could be relied on. */
    private static final int OLDEST = Opcodes.V1_7;

    private final Map<String, ClassFile> input = new LinkedHashMap<>();
    private final Map<String, ClassNode> hosts = new LinkedHashMap<>();
    private final List<EmittedClass> frames = new ArrayList<>();
    private final ClassFacts facts;
    private final Map<String, Integer> refused = new TreeMap<>();
    private final List<String> failures = new ArrayList<>();
    private int methods;
    private int points;

    private EverywhereWeaver(Collection<ClassFile> classes, ClassFacts facts) {
        this.facts = facts;
        classes.forEach(it -> input.put(it.name(), it));
    }

    /**
     * A library that suspends everywhere.
     *
     * @param classes all of its classes, woven or not
     * @param frames the classes of its frames
     * @param methods that were woven
     * @param points that were inserted; their ids are below
     * @param refused number of methods and points left alone, by the reason
     * @param failures what is a bug in the transformer
     */
    record Library(
            List<ClassFile> classes,
            List<ClassFile> frames,
            int methods,
            int points,
            Map<String, Integer> refused,
            List<String> failures) {}

    static Library weave(Collection<ClassFile> classes, ClassFacts facts) {
        return new EverywhereWeaver(classes, facts).weave();
    }

    private Library weave() {
        input.values().forEach(this::weave);
        Verification verification = new Verification(new NestHierarchy(hosts.values(), facts).withFrames(frames));
        List<ClassFile> written = new ArrayList<>();
        hosts.values().forEach(it -> written.add(new ClassFile(it.name, bytes(it))));
        written.forEach(it -> prove(verification, it.name(), it.bytes()));
        frames.forEach(it -> prove(verification, it.name(), it.bytes()));
        List<ClassFile> added =
                frames.stream().map(it -> new ClassFile(it.name(), it.bytes())).toList();
        return new Library(written, added, methods, points, refused, failures);
    }

    private void prove(Verification verification, String name, byte[] bytes) {
        try {
            verification.prove(name, bytes, method -> true);
        } catch (IllegalStateException e) {
            failures.add(e.getMessage());
        }
    }

    /** One class, again without the methods that turn out too large. */
    private void weave(ClassFile file) {
        if (hosts.containsKey(file.name())) {
            return;
        }
        Set<String> tooLarge = new HashSet<>();
        while (!weave(file, tooLarge)) {
            count(Rule.METHOD_TOO_LARGE.id());
        }
    }

    private boolean weave(ClassFile file, Set<String> tooLarge) {
        ClassNode host = new ClassNode();
        new ClassReader(file.bytes()).accept(host, ClassReader.EXPAND_FRAMES);
        hosts.put(host.name, host);
        int version = host.version & 0xffff;
        if (version < OLDEST || (host.access & Opcodes.ACC_MODULE) != 0) {
            count(version < OLDEST ? "class file version " + version : "module-info");
            return true;
        }
        host.version = Math.max(version, Opcodes.V11); // for its nest
        Hierarchy hierarchy = new NestHierarchy(List.of(host), facts);
        Nest nest = new Nest(hierarchy, List.of());
        Map<String, Integer> left = new TreeMap<>();
        List<SpillPlan> plans = new ArrayList<>();
        FrameNames frameNames = new FrameNames(List.of(host), hierarchy);
        SpillPlanner planner = new SpillPlanner(host);
        int inserted = 0;
        for (MethodNode method : host.methods) {
            String reason = tooLarge.contains(method.name + method.desc) ? "" : ineligible(host, method);
            if (reason != null) {
                if (!reason.isEmpty()) {
                    left.merge(reason, 1, Integer::sum);
                }
                continue;
            }
            AsyncMethod async = new AsyncMethod(host, method, Kind.HOT, false);
            try {
                MethodNode copy = Normaliser.copyOf(async);
                int added = insertPoints(copy, points + inserted, left);
                if (added == 0) {
                    left.merge("method without calls", 1, Integer::sum);
                    continue;
                }
                SelfDriving.boxReturns(copy);
                plans.add(Weaver.planBodies(async, copy, frameNames.next(async), nest, planner));
                inserted += added;
            } catch (Refusal refusal) {
                left.merge(refusal.getMessage(), 1, Integer::sum);
            } catch (RuntimeException e) {
                failures.add(host.name + "." + method.name + method.desc + ": " + e);
            }
        }
        if (!emit(host, plans, tooLarge)) {
            return false;
        }
        left.forEach((reason, count) -> refused.merge(reason, count, Integer::sum));
        methods += plans.size();
        points += inserted;
        return true;
    }

    private static String ineligible(ClassNode host, MethodNode method) {
        if (method.name.equals("<init>")) {
            return "constructor";
        }
        if (method.name.equals("<clinit>")) {
            return "static initialiser";
        }
        if (!Instructions.hasBody(method)) {
            return "abstract or native method";
        }
        if ((method.access & Opcodes.ACC_SYNCHRONIZED) != 0) {
            return "synchronized method";
        }
        if (hasBodyNameOfAnother(host, method)) {
            return "differs from another method by its return type alone";
        }
        return null;
    }

    /** Of methods that differ by their return types alone, as a bridge does, one is woven; a bridge only if all are bridges. */
    private static boolean hasBodyNameOfAnother(ClassNode host, MethodNode method) {
        List<MethodNode> rivals = host.methods.stream()
                .filter(it -> it.name.equals(method.name)
                        && AsyncMethod.directDescriptor(it.desc).equals(AsyncMethod.directDescriptor(method.desc)))
                .toList();
        return method
                != rivals.stream()
                        .filter(it -> (it.access & Opcodes.ACC_BRIDGE) == 0)
                        .findFirst()
                        .orElse(rivals.get(0));
    }

    private static int insertPoints(MethodNode copy, int firstId, Map<String, Integer> left) {
        Monitors monitors = Monitors.of(copy);
        Set<AbstractInsnNode> calls = new LinkedHashSet<>();
        for (AbstractInsnNode instruction : copy.instructions) {
            if (instruction instanceof MethodInsnNode || instruction instanceof InvokeDynamicInsnNode) {
                if (monitors.isHeldAt(instruction)) {
                    left.merge("point with a monitor held", 1, Integer::sum);
                } else {
                    calls.add(instruction);
                }
            }
        }
        int id = firstId;
        for (AbstractInsnNode call : calls) {
            SelfDriving.insertPoint(copy, call, id++);
        }
        return calls.size();
    }

    /** False if a method became too large, which is then known. */
    private boolean emit(ClassNode host, List<SpillPlan> plans, Set<String> tooLarge) {
        if (plans.isEmpty()) {
            return true;
        }
        ClassNode nestHost = host.nestHostClass == null ? host : hosts.get(host.nestHostClass);
        if (nestHost == null) {
            nestHost = read(host.nestHostClass);
        }
        Map<String, MethodNode> originals = new HashMap<>();
        List<EmittedMethod> emitted = new ArrayList<>();
        for (SpillPlan plan : plans) {
            EmittedMethod method = EmittedMethod.of(plan, nestHost.name);
            emitted.add(method);
            for (MethodNode body : method.bodies().all()) {
                host.methods.add(body);
                originals.put(body.name + body.desc, plan.async().method());
            }
        }
        try {
            bytes(host);
        } catch (MethodTooLargeException e) {
            MethodNode original = originals.get(e.getMethodName() + e.getDescriptor());
            tooLarge.add(original.name + original.desc);
            return false;
        } catch (ClassTooLargeException e) {
            plans.forEach(
                    it -> tooLarge.add(it.async().method().name + it.async().method().desc));
            return false;
        }
        nestHost.nestMembers = nestHost.nestMembers == null ? new ArrayList<>() : nestHost.nestMembers;
        for (EmittedMethod method : emitted) {
            SelfDriving.replace(method.plan().async());
            frames.add(method.frame());
            nestHost.nestMembers.add(method.frame().name());
        }
        return true;
    }

    /** A nest's host that has not been woven yet. */
    private ClassNode read(String name) {
        weave(input.get(name));
        return hosts.get(name);
    }

    private void count(String reason) {
        refused.merge(reason, 1, Integer::sum);
    }

    private static byte[] bytes(ClassNode node) {
        ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
        node.accept(writer);
        return writer.toByteArray();
    }
}
