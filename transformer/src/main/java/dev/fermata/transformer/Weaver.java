package dev.fermata.transformer;

import dev.fermata.rules.Rule;
import dev.fermata.transformer.analysis.Lines;
import dev.fermata.transformer.analysis.NestAttributes;
import dev.fermata.transformer.emit.BodyTooLarge;
import dev.fermata.transformer.emit.EmittedClass;
import dev.fermata.transformer.emit.EmittedNest;
import dev.fermata.transformer.emit.NestEmitter;
import dev.fermata.transformer.model.AsyncMethod;
import dev.fermata.transformer.model.AsyncMethods;
import dev.fermata.transformer.model.BrokenRule;
import dev.fermata.transformer.model.Nest;
import dev.fermata.transformer.model.Refusal;
import dev.fermata.transformer.model.RuleCheck;
import dev.fermata.transformer.model.SuspensionPoint;
import dev.fermata.transformer.model.SuspensionPoints;
import dev.fermata.transformer.model.Suspensions;
import dev.fermata.transformer.model.WovenMark;
import dev.fermata.transformer.normalise.Normaliser;
import dev.fermata.transformer.plan.ClassPlan;
import dev.fermata.transformer.plan.FrameNames;
import dev.fermata.transformer.plan.SpillPlan;
import dev.fermata.transformer.plan.SpillPlanner;
import dev.fermata.transformer.verify.Verification;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassTooLargeException;
import org.objectweb.asm.MethodTooLargeException;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.MethodNode;

/**
 * Rewrites async methods. Stateless but for the facts it was given, and may be used by several threads if those may. These
 * are the passes, in their order:
 *
 * <pre>
 *   NestReader         class files  →  classes, or why they cannot be read
 *   AsyncMethods       classes      →  async methods, lambda bodies too
 *   RuleCheck          class        →  the rules it breaks
 *   Normaliser         method       →  a copy without dead code, with plain results, without unfinished objects
 *      frozen from here: instructions are neither added nor removed
 *   SuspensionPoints   copy         →  its suspension points
 *   SpillPlanner       points       →  what is saved where, and why
 *      nothing of the nest has changed up to here: it is woven as a whole or not at all
 *   NestEmitter        plans        →  class files
 *   Verification       class files  →  the same, proven
 *   Explanation        plans        →  the report
 * </pre>
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
        return NestReader.concerns(classFile);
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
            return runPasses(nest);
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

    private Result runPasses(Collection<ClassFile> files) {
        NestReader.Classes read = NestReader.read(files);
        if (!read.violations().isEmpty()) {
            return new Result.Rejected(read.violations());
        }
        List<ClassNode> classes = read.classes();
        NestHierarchy hierarchy = new NestHierarchy(classes, facts);
        Nest nest = new Nest(hierarchy, AsyncMethods.of(classes, new Suspensions(hierarchy)));
        FrameNames names = new FrameNames(classes, hierarchy);

        List<Violation> violations = new ArrayList<>();
        List<ClassPlan> plans = new ArrayList<>();
        for (ClassNode host : classes) {
            if (WovenMark.isOn(host)) {
                continue;
            }
            List<AsyncMethod> methods = nest.asyncMethods(host);
            List<BrokenRule> broken = RuleCheck.of(host, methods, hierarchy);
            broken.forEach(it -> violations.add(Violation.of(host, it)));
            if (broken.isEmpty() && !methods.isEmpty()) {
                List<SpillPlan> planned = plan(methods, nest, names, violations);
                ClassNode nestHost = byName(classes, NestAttributes.hostOf(host));
                if (nestHost == null) {
                    violations.add(nestHostMissing(host));
                } else {
                    plans.add(new ClassPlan(host, nestHost, planned));
                }
            }
        }
        if (!violations.isEmpty()) {
            return new Result.Rejected(List.copyOf(violations));
        }
        return plans.isEmpty() ? new Result.Unchanged() : emit(plans, classes, hierarchy);
    }

    /** The pipeline of each method of a class, up to the plan; every violation is collected. */
    private static List<SpillPlan> plan(
            List<AsyncMethod> methods, Nest nest, FrameNames names, List<Violation> violations) {
        SpillPlanner planner = new SpillPlanner(methods.get(0).host());
        List<SpillPlan> plans = new ArrayList<>();
        for (AsyncMethod async : methods) {
            try {
                MethodNode copy = Normaliser.copyOf(async);
                Normaliser.returnPlainResults(async, copy);
                plans.add(planBodies(async, copy, names.next(async), nest, planner));
            } catch (Refusal refusal) {
                violations.add(Violation.of(async.host(), refusal.brokenBy(async)));
            }
        }
        return plans;
    }

    /** The part of the pipeline that does not depend on the return type: the bodies of {@code copy} return plain results. */
    static SpillPlan planBodies(
            AsyncMethod async, MethodNode copy, String frameClass, Nest nest, SpillPlanner planner) {
        Normaliser.finishConstructions(async, copy, nest.suspensions());
        List<SuspensionPoint> points = SuspensionPoints.of(async, copy, nest);
        return planner.plan(async, copy, points, frameClass);
    }

    /** From the plans to proven bytes, unless they would be more than a class file can hold. */
    private static Result emit(List<ClassPlan> plans, List<ClassNode> classes, NestHierarchy hierarchy) {
        try {
            EmittedNest emitted = NestEmitter.emit(plans, hierarchy);
            Verification verification = new Verification(hierarchy.withFrames(emitted.frames()));
            emitted.changed().forEach(it -> verification.prove(it.name(), it.bytes(), it.written()));
            emitted.frames().forEach(it -> verification.prove(it.name(), it.bytes(), it.written()));
            return new Result.Woven(
                    files(emitted.changed()),
                    files(emitted.frames()),
                    emitted.hosts().stream().map(Explanation::of).toList());
        } catch (MethodTooLargeException e) {
            return new Result.Rejected(List.of(tooLarge(e, byName(classes, e.getClassName()))));
        } catch (BodyTooLarge e) {
            return new Result.Rejected(List.of(tooLarge(e.plan(), e.detail())));
        } catch (ClassTooLargeException e) {
            return new Result.Rejected(List.of(tooLarge(e, byName(classes, e.getClassName()))));
        }
    }

    private static List<ClassFile> files(List<EmittedClass> emitted) {
        return emitted.stream().map(it -> new ClassFile(it.name(), it.bytes())).toList();
    }

    private static @Nullable ClassNode byName(List<ClassNode> classes, String name) {
        return classes.stream().filter(it -> it.name.equals(name)).findFirst().orElse(null);
    }

    /** What is wrong with the class files of a nest that could not be woven. */
    private List<Violation> broken(Collection<ClassFile> nest) {
        NestReader.Classes read = NestReader.read(nest);
        List<Violation> violations = new ArrayList<>(read.violations());
        Verification verification = new Verification(new NestHierarchy(read.classes(), facts));
        for (ClassFile file : nest) {
            String flaw = NestReader.isComplete(file)
                    ? verification.flaw(file.bytes(), method -> true)
                    : ": a name is missing";
            if (flaw != null
                    && violations.stream()
                            .noneMatch(it -> it.className().equals(file.name().replace('/', '.')))) {
                violations.add(Violation.ofClass(Rule.CLASS_CORRUPT, file.name(), null, "it does not verify" + flaw));
            }
        }
        return violations;
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
        return Violation.ofClass(Rule.OUT_OF_MEMORY, nameOf(nest), null, detail);
    }

    private static Violation nestHostMissing(ClassNode host) {
        String nestHost = NestAttributes.hostOf(host).replace('/', '.');
        String detail = "the class it is nested in, " + nestHost + ", is missing";
        return Violation.ofClass(Rule.CLASS_CORRUPT, host.name, host.sourceFile, detail);
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

    private static Violation tooLarge(SpillPlan plan, String detail) {
        Refusal refusal = new Refusal(Rule.METHOD_TOO_LARGE, Lines.first(plan.body()), detail);
        return Violation.of(plan.async().host(), refusal.brokenBy(plan.async()));
    }

    private static Violation tooLarge(ClassTooLargeException e, @Nullable ClassNode host) {
        return Violation.ofClass(
                Rule.CLASS_TOO_LARGE,
                e.getClassName(),
                host == null ? null : host.sourceFile,
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
