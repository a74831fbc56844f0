package dev.fermata.transformer;

import dev.fermata.abi.Abi;
import dev.fermata.rules.Rule;
import dev.fermata.transformer.ClassReport.Kind;
import dev.fermata.transformer.ClassReport.MethodReport;
import dev.fermata.transformer.ClassReport.Point;
import dev.fermata.transformer.SpillPlan.Stop;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassTooLargeException;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodTooLargeException;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AnnotationNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.MethodNode;

/**
 * Rewrites async methods. Stateless but for the facts it was given, and may be used by several threads if those may.
 * {@link #weave} is the table of the passes.
 */
public final class Weaver {
    /** How the message of an exception begins that is a bug in Fermata; its cause is what went wrong. */
    public static final String BUG = "a bug in Fermata";

    private final ClassFacts facts;

    /** A weaver that asks {@code facts} about classes outside of the nest at hand. */
    public Weaver(ClassFacts facts) {
        this.facts = facts;
    }

    /**
     * Whether a class could have to do with async methods at all: a look at its constant pool, no more. A nest of which
     * no class does need not be given to {@link #weave}. A test that returns a coroutine does too: it has to be refused.
     */
    public static boolean concerns(byte[] classFile) {
        return ConstantPool.mentions(
                        classFile,
                        Names.ASYNC,
                        Names.ASYNCIO,
                        Names.ASYNC_TEST,
                        Names.EXPLORE,
                        Names.ASYNC_BEFORE_EACH,
                        Names.ASYNC_AFTER_EACH)
                || (ConstantPool.mentions(classFile, "()L" + Names.COROUTINE + ";")
                        && ConstantPool.mentions(classFile, Names.CALLED_BY_JUNIT.toArray(String[]::new)));
    }

    /**
     * Weaves the classes of one nest (a top-level class and all its nested ones), together or not at all.
     *
     * <p>Whatever goes wrong, the class files are looked at before anybody is blamed: if one of them is broken, or if the
     * memory does not suffice, the nest is {@linkplain Result.Rejected rejected} with a rule that says so.
     *
     * @throws UncheckedIOException if the facts throw one
     * @throws IllegalStateException a bug in Fermata; the message begins so and names the class
     */
    public Result weave(Collection<ClassFile> nest) {
        try {
            return weaveAll(nest);
        } catch (UncheckedIOException e) {
            throw e; // the facts'
        } catch (OutOfMemoryError | StackOverflowError e) {
            return new Result.Rejected(List.of(tooMuch(nest, e)));
        } catch (RuntimeException | LinkageError | AssertionError e) {
            List<Violation> broken = broken(nest);
            if (broken.isEmpty()) {
                throw new IllegalStateException(BUG + ": weaving " + nameOf(nest) + " failed: " + e, e);
            }
            return new Result.Rejected(broken);
        }
    }

    private static String nameOf(Collection<ClassFile> nest) {
        // a nest's host comes first
        return nest.stream()
                .map(ClassFile::name)
                .sorted()
                .findFirst()
                .orElse("")
                .replace('/', '.');
    }

    private static Violation tooMuch(Collection<ClassFile> nest, Error e) {
        int bytes = nest.stream().mapToInt(it -> it.bytes().length).sum();
        String detail = "the class files of it and its nested classes have " + bytes + " bytes: " + e;
        return new Violation(Rule.OUT_OF_MEMORY, nameOf(nest), null, null, 0, detail);
    }

    /** What is wrong with the class files of a nest that could not be woven. */
    private List<Violation> broken(Collection<ClassFile> nest) {
        List<Violation> violations = new ArrayList<>();
        List<ClassNode> classes = NestReader.read(nest, violations);
        Verification verification = new Verification(new Hierarchy(classes, facts));
        for (ClassFile file : nest) {
            String flaw = NestReader.isComplete(file) ? verification.flaw(file, method -> true) : ": a name is missing";
            if (flaw != null
                    && violations.stream()
                            .noneMatch(it -> it.className().equals(file.name().replace('/', '.')))) {
                violations.add(new Violation(
                        Rule.CLASS_CORRUPT, file.name().replace('/', '.'), null, null, 0, "it does not verify" + flaw));
            }
        }
        return violations;
    }

    private Result weaveAll(Collection<ClassFile> nest) {
        List<Violation> violations = new ArrayList<>();
        List<ClassNode> classes = NestReader.read(nest, violations);
        if (!violations.isEmpty()) {
            return new Result.Rejected(violations);
        }
        Hierarchy hierarchy = new Hierarchy(classes, facts);
        List<AsyncMethod> all = findAsyncMethods(classes, hierarchy);
        Nest knowledge = new Nest(hierarchy, all);

        FrameNames names = new FrameNames(classes, facts);
        Map<ClassNode, List<SpillPlan>> plans = new LinkedHashMap<>();
        for (ClassNode host : classes) {
            if (isWoven(host)) {
                continue;
            }
            List<AsyncMethod> methods =
                    all.stream().filter(it -> it.host() == host).toList();
            List<Violation> broken = RuleCheck.of(host, methods, hierarchy);
            violations.addAll(broken);
            if (broken.isEmpty() && !methods.isEmpty()) {
                requireNestHost(host, classes, violations);
                plans.put(host, plan(methods, knowledge, names, violations));
            }
        }
        if (!violations.isEmpty()) {
            return new Result.Rejected(List.copyOf(violations));
        }
        return plans.isEmpty() ? new Result.Unchanged() : emit(classes, plans);
    }

    private static void requireNestHost(ClassNode host, List<ClassNode> classes, List<Violation> violations) {
        String nestHost = Nest.hostOf(host);
        if (classes.stream().noneMatch(it -> it.name.equals(nestHost))) {
            violations.add(new Violation(
                    Rule.CLASS_CORRUPT,
                    host.name.replace('/', '.'),
                    null,
                    host.sourceFile,
                    0,
                    "the class it is nested in, " + nestHost.replace('/', '.') + ", is missing"));
        }
    }

    /** The pipeline of a method, up to the plan; every violation is collected. */
    private static List<SpillPlan> plan(
            List<AsyncMethod> methods, Nest nest, FrameNames names, List<Violation> violations) {
        List<SpillPlan> plans = new ArrayList<>();
        for (AsyncMethod async : methods) {
            try {
                MethodNode copy = normalisedCopy(async);
                if (async.kind() == Kind.TEST) {
                    VoidNormaliser.normalise(copy);
                } else {
                    ReturnNormaliser.normalise(async, copy);
                    ResultNormaliser.normalise(async, copy);
                }
                plans.add(planBodies(async, copy, names.next(async), nest));
            } catch (Refusal refusal) {
                violations.add(RuleCheck.violation(async, refusal));
            }
        }
        return plans;
    }

    /** The part of the pipeline that does not depend on the return type: the bodies of {@code copy} return plain results. */
    static SpillPlan planBodies(AsyncMethod async, MethodNode copy, String frameClass, Nest nest) {
        ConstructionNormaliser.normalise(async.host().name, copy, nest.suspensions()::isOne);
        // frozen from here: instructions are neither added nor removed
        List<SuspensionPoint> points = SuspensionPoints.of(async, copy, nest);
        NamedClasses named = nest.namedBy(async.host());
        return new SpillPlan(async, copy, frameClass, SpillPlanner.plan(async, copy, points, named), named);
    }

    /** From the plans to proven bytes, unless they would be more than a class file can hold. */
    private Result emit(List<ClassNode> classes, Map<ClassNode, List<SpillPlan>> plans) {
        try {
            return emitAll(classes, plans);
        } catch (MethodTooLargeException e) {
            return new Result.Rejected(List.of(tooLarge(e, byName(classes, e.getClassName()))));
        } catch (ClassTooLargeException e) {
            return new Result.Rejected(List.of(tooLarge(e, byName(classes, e.getClassName()))));
        }
    }

    private Result emitAll(List<ClassNode> classes, Map<ClassNode, List<SpillPlan>> plans) {
        Set<String> untouched = new HashSet<>();
        for (ClassNode each : classes) {
            addUntouched(each, plans.getOrDefault(each, List.of()), untouched);
        }
        Set<ClassNode> changed = new LinkedHashSet<>();
        List<ClassFile> frames = new ArrayList<>();
        List<ClassReport> reports = new ArrayList<>();
        Map<ClassNode, TreeSet<String>> members = new LinkedHashMap<>();
        Map<String, ClassFacts.Fact> added = new HashMap<>();
        for (Map.Entry<ClassNode, List<SpillPlan>> entry : plans.entrySet()) {
            ClassNode host = entry.getKey();
            ClassNode nestHost = byName(classes, Nest.hostOf(host));
            if (nestHost == null) {
                throw new IllegalStateException("the nest of " + host.name + " lacks its host " + Nest.hostOf(host));
            }
            SerialVersion.keep(host, new Hierarchy(classes, facts));
            List<MethodReport> methods = new ArrayList<>();
            for (SpillPlan plan : entry.getValue()) {
                ClassFile frame = FrameClassEmitter.emit(plan, nestHost.name);
                frames.add(frame);
                added.put(frame.name(), new ClassFacts.Fact(Names.FRAME, List.of(), false));
                if (plan.async().inNest()) {
                    members.computeIfAbsent(nestHost, it -> new TreeSet<>()).add(frame.name());
                }
                methods.add(replaceMethod(plan));
            }
            methods.sort(Comparator.comparingInt(MethodReport::line));
            for (ClassNode each : List.of(host, nestHost)) {
                // A host without async methods is changed too, by the names of the frame classes.
                if (changed.add(each) && !isWoven(each)) {
                    markWoven(each);
                }
            }
            reports.add(new ClassReport(host.name.replace('/', '.'), host.sourceFile, methods));
        }
        members.forEach((nestHost, names) -> {
            nestHost.nestMembers = nestHost.nestMembers == null ? new ArrayList<>() : nestHost.nestMembers;
            names.stream().filter(it -> !nestHost.nestMembers.contains(it)).forEach(nestHost.nestMembers::add);
        });
        List<ClassFile> written = changed.stream().map(Weaver::write).toList();
        Verification verification = new Verification(
                new Hierarchy(classes, name -> added.containsKey(name) ? added.get(name) : facts.find(name)));
        written.forEach(it -> verification.prove(it, method -> !untouched.contains(it.name() + '.' + method)));
        frames.forEach(it -> verification.prove(it, method -> true));
        return new Result.Woven(written, List.copyOf(frames), List.copyOf(reports));
    }

    private static @Nullable ClassNode byName(List<ClassNode> classes, String name) {
        return classes.stream().filter(it -> it.name.equals(name)).findFirst().orElse(null);
    }

    /** Adds the names of the methods that no plan will replace. */
    private static void addUntouched(ClassNode host, List<SpillPlan> plans, Set<String> untouched) {
        host.methods.forEach(it -> untouched.add(host.name + '.' + it.name + it.desc));
        plans.forEach(it -> untouched.remove(
                host.name + '.' + it.async().method().name + it.async().method().desc));
    }

    /** Puts the cold call or the starter in the method's place and the bodies beside it. */
    private static MethodReport replaceMethod(SpillPlan plan) {
        AsyncMethod async = plan.async();
        int bytesBefore = CodeSize.of(async.method());
        List<MethodNode> methods = async.host().methods;
        MethodNode direct = DirectBodyEmitter.emit(plan);
        methods.add(direct);
        int bytesResume = 0;
        if (!plan.stops().isEmpty()) {
            MethodNode resume = ResumingBodyEmitter.emit(plan);
            methods.add(resume);
            bytesResume = CodeSize.of(resume);
        }
        int line = Lines.first(async.method());
        ColdCall.replace(async, plan.frameClass());
        return new MethodReport(
                async.method().name,
                async.method().desc,
                async.kind(),
                async.lambda(),
                line,
                plan.stops().stream().map(stop -> report(async, stop)).toList(),
                plan.frameClass(),
                bytesBefore,
                CodeSize.of(direct),
                bytesResume);
    }

    private static Point report(AsyncMethod async, Stop stop) {
        List<ClassReport.Saved> saved = new ArrayList<>();
        if (!async.isStatic()) {
            saved.add(new ClassReport.Saved(
                    "this", async.host().name.replace('/', '.'), FrameLayout.SELF, "the one whose method goes on"));
        }
        stop.saved()
                .forEach(it -> saved.add(
                        new ClassReport.Saved(it.name(), Slots.javaName(it.type()), it.field(), it.reason())));
        return new Point(
                stop.point().state(),
                stop.point().line(),
                SuspensionPoints.describe(stop.point()),
                List.copyOf(saved),
                stop.dropped());
    }

    private static List<AsyncMethod> findAsyncMethods(List<ClassNode> classes, Hierarchy hierarchy) {
        List<AsyncMethod> all = new ArrayList<>();
        classes.forEach(it -> all.addAll(AsyncMethods.of(it, new AsyncMethods.Suspensions(hierarchy))));
        return all;
    }

    /** What the passes work on: without dead code, of which no analysis knows anything, and with {@code this} in its place. */
    static MethodNode normalisedCopy(AsyncMethod async) {
        MethodNode original = async.method();
        MethodNode copy =
                new MethodNode(Opcodes.ASM9, original.access, original.name, original.desc, original.signature, null);
        original.accept(copy);
        DeadCode.remove(copy);
        SelfNormaliser.normalise(async, copy);
        return copy;
    }

    private static boolean isWoven(ClassNode node) {
        return NestReader.wovenAbi(node) != null;
    }

    private static void markWoven(ClassNode host) {
        AnnotationNode mark = new AnnotationNode(Names.WOVEN);
        mark.values = new ArrayList<>(List.of("abi", Abi.VERSION, "version", FermataVersion.STRING));
        host.invisibleAnnotations = host.invisibleAnnotations == null ? new ArrayList<>() : host.invisibleAnnotations;
        host.invisibleAnnotations.add(mark);
    }

    private static ClassFile write(ClassNode node) {
        ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
        // Where a jump is longer than 32 kB ASM computes stack map frames, for the whole class. It limits the effort
        // because
        // class files may come from strangers; these are the user's own.
        writer.setComputeLimits(Integer.MAX_VALUE, Long.MAX_VALUE);
        node.accept(writer);
        return new ClassFile(node.name, writer.toByteArray());
    }

    private static Violation tooLarge(MethodTooLargeException e, @Nullable ClassNode host) {
        return new Violation(
                Rule.METHOD_TOO_LARGE,
                e.getClassName().replace('/', '.'),
                e.getMethodName(),
                host == null ? null : host.sourceFile,
                host == null ? 0 : line(host, e),
                "it would be " + e.getCodeSize() + " bytes");
    }

    private static Violation tooLarge(ClassTooLargeException e, @Nullable ClassNode host) {
        return new Violation(
                Rule.CLASS_TOO_LARGE,
                e.getClassName().replace('/', '.'),
                null,
                host == null ? null : host.sourceFile,
                0,
                "it would have " + e.getConstantPoolCount() + " constants");
    }

    private static int line(ClassNode host, MethodTooLargeException e) {
        return host.methods.stream()
                .filter(it -> it.name.equals(e.getMethodName()) && it.desc.equals(e.getDescriptor()))
                .mapToInt(Lines::first)
                .findFirst()
                .orElse(0);
    }
}
