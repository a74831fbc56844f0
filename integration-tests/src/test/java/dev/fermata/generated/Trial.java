package dev.fermata.generated;

import dev.fermata.harness.Javac;
import dev.fermata.rules.Rule;
import dev.fermata.transformer.ClassFacts;
import dev.fermata.transformer.ClassFile;
import dev.fermata.transformer.ClassReport.MethodReport;
import dev.fermata.transformer.Result;
import dev.fermata.transformer.Violation;
import dev.fermata.transformer.Weaver;
import dev.fermata.woven.FixtureRun;
import dev.fermata.woven.Scenario;
import dev.fermata.woven.Twins;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Opcodes;

/** Compiles, weaves and loads one program, and compares its runs with those of its twin. */
final class Trial {
    static final String CLASS = "dev.fermata.generated.Program";
    private static final String FIXTURE = "start";
    private static final int MOST_SINGLE_SUSPENSIONS = 6;
    private static final int MOST_FAILING_STEPS = 5;
    private static final Map<String, Optional<ClassFacts.Fact>> FACTS = new HashMap<>();

    enum Verdict {
        AGREES,
        REFUSED,
        /** javac itself failed, or the JVM rejected what it wrote. */
        JAVAC_CRASHED,
        /** A fault of the generator. */
        UNCOMPILABLE,
        /** A woven run ended otherwise than the twin's. */
        DIFFERS,
        /** The weaver failed, or the JVM rejected what it wrote. */
        CRASHED;

        boolean isBug() {
            return this == DIFFERS || this == CRASHED;
        }
    }

    /**
     * What came out.
     *
     * @param detail the difference, the crash, or the refusals
     * @param rules by which the program was refused
     */
    record Outcome(Verdict verdict, String detail, int methods, int points, int runs, List<Rule> rules) {
        static Outcome without(Verdict verdict, String detail) {
            return new Outcome(verdict, detail, 0, 0, 0, List.of());
        }
    }

    private final String source;
    private final Dice dice;
    private final Class<?> twin;
    private Class<?> woven;
    private int runs;

    private Trial(String source, long seed, Class<?> twin) {
        this.source = source;
        this.dice = new Dice(seed);
        this.twin = twin;
    }

    /** Tries one program; {@code seed} chooses the scenarios. */
    static Outcome of(Node program, Setting setting, long seed) {
        String source = program.render();
        String twinSource = program.renderTwin();
        Map<String, byte[]> compiled;
        Map<String, byte[]> compiledTwin;
        try {
            compiled = compile(source, setting);
            compiledTwin = twinSource.equals(source) ? compiled : compile(twinSource, setting);
        } catch (Javac.Uncompilable e) {
            return Outcome.without(Verdict.UNCOMPILABLE, e.getMessage());
        } catch (RuntimeException | AssertionError e) {
            return Outcome.without(Verdict.JAVAC_CRASHED, trace(e));
        }
        Class<?> twin;
        try {
            twin = initialised(Twins.of(compiledTwin), compiledTwin.keySet());
        } catch (LinkageError | ReflectiveOperationException e) {
            return Outcome.without(Verdict.JAVAC_CRASHED, trace(e));
        }
        try {
            Result result = new Weaver(Trial::fact)
                    .weave(compiled.entrySet().stream()
                            .map(it -> new ClassFile(it.getKey().replace('.', '/'), it.getValue()))
                            .toList());
            return result instanceof Result.Rejected rejected
                    ? refused(rejected.violations())
                    : new Trial(source, seed, twin).compare(compiled, (Result.Woven) result);
        } catch (LinkageError | ReflectiveOperationException | RuntimeException e) {
            return Outcome.without(Verdict.CRASHED, trace(e));
        }
    }

    private static Map<String, byte[]> compile(String source, Setting setting) throws Javac.Uncompilable {
        return Javac.compile(
                Map.of("Program", source),
                List.of("--release", "" + setting.release()),
                setting.debug() ? "-g" : "-g:none");
    }

    private static Outcome refused(List<Violation> violations) {
        return new Outcome(
                Verdict.REFUSED,
                violations.stream().map(Violation::message).collect(Collectors.joining("\n")),
                0,
                0,
                0,
                violations.stream().map(Violation::rule).distinct().toList());
    }

    private Outcome compare(Map<String, byte[]> compiled, Result.Woven result) throws ReflectiveOperationException {
        List<MethodReport> methods =
                result.reports().stream().flatMap(it -> it.methods().stream()).toList();
        int points = methods.stream().mapToInt(it -> it.points().size()).sum();
        woven = load(compiled, result);
        String difference = difference();
        return new Outcome(
                difference == null ? Verdict.AGREES : Verdict.DIFFERS,
                difference,
                methods.size(),
                points,
                runs,
                List.of());
    }

    private static Class<?> load(Map<String, byte[]> compiled, Result.Woven result) throws ClassNotFoundException {
        Map<String, byte[]> all = new HashMap<>(compiled);
        result.changed().forEach(it -> all.put(it.name().replace('/', '.'), it.bytes()));
        result.frames().forEach(it -> all.put(it.name().replace('/', '.'), it.bytes()));
        return initialised(Javac.loader(all, Trial.class.getClassLoader()), all.keySet());
    }

    /** Initialises every class, so that the JVM verifies every body. */
    private static Class<?> initialised(ClassLoader loader, Set<String> names) throws ClassNotFoundException {
        for (String name : names) {
            Class.forName(name, true, loader);
        }
        return loader.loadClass(CLASS);
    }

    /** The first difference, or null. */
    private String difference() throws ReflectiveOperationException {
        List<String> plain = Twins.run(twin, FIXTURE, Scenario.PLAIN);
        int steps = Integer.parseInt(plain.get(2));
        for (Scenario.How how : List.of(Scenario.How.COROUTINE, Scenario.How.PROMISE)) {
            for (long mask : masks(steps)) {
                String difference = difference(plain, new Scenario(mask, how, 0, Scenario.Failing.UNCHECKED));
                if (difference != null) {
                    return difference;
                }
            }
        }
        for (int i = 0; i < Math.min(steps, MOST_FAILING_STEPS); i++) {
            int step = steps <= MOST_FAILING_STEPS ? i + 1 : dice.below(steps) + 1;
            for (Scenario.Failing failing : Scenario.Failing.values()) {
                // with a resource on its way the twin suppresses a cancel, and a hot method's task is another
                if (failing == Scenario.Failing.CANCELLED
                        && (source.contains("new Door(")
                                || source.contains("new Gate(")
                                || source.contains("CompletableFuture"))) {
                    continue;
                }
                List<String> failed = Twins.run(twin, FIXTURE, new Scenario(0, Scenario.How.TWIN, step, failing));
                for (long mask : List.of(0L, -1L, dice.bits(), 1L << (step - 1))) {
                    Scenario.How how = dice.pick(Scenario.How.COROUTINE, Scenario.How.PROMISE);
                    String difference = difference(failed, new Scenario(mask, how, step, failing));
                    if (difference != null) {
                        return difference;
                    }
                }
            }
        }
        return null;
    }

    private List<Long> masks(int steps) {
        long odd = 0x5555_5555_5555_5555L;
        List<Long> masks = new ArrayList<>(List.of(0L, -1L, odd, ~odd, dice.bits(), dice.bits()));
        for (int i = 0; i < Math.min(steps, MOST_SINGLE_SUSPENSIONS); i++) {
            masks.add(1L << (steps <= MOST_SINGLE_SUSPENSIONS ? i : dice.below(steps)));
        }
        return masks;
    }

    /** Of the traces the fixtures speak, see {@link dev.fermata.woven.FixtureRun}; here it is what ended how, after how many steps. */
    private String difference(List<String> expected, Scenario scenario) throws ReflectiveOperationException {
        runs++;
        List<String> actual = FixtureRun.run(
                woven,
                FIXTURE,
                scenario.suspended(),
                scenario.how().name(),
                scenario.failsAt(),
                scenario.failing().name());
        return actual.get(0).equals(expected.get(0)) && actual.get(2).equals(expected.get(2))
                ? null
                : scenario + "\n    twin:  " + expected.get(0) + "\n    woven: " + actual.get(0);
    }

    private static String trace(Throwable thrown) {
        StringBuilder text = new StringBuilder(thrown.toString());
        for (int i = 0; i < Math.min(12, thrown.getStackTrace().length); i++) {
            text.append("\n    at ").append(thrown.getStackTrace()[i]);
        }
        return text + (thrown.getCause() == null ? "" : "\ncaused by " + trace(thrown.getCause()));
    }

    private static ClassFacts.Fact fact(String name) {
        return FACTS.computeIfAbsent(name, Trial::read).orElse(null);
    }

    private static Optional<ClassFacts.Fact> read(String name) {
        try (InputStream in = ClassLoader.getSystemResourceAsStream(name + ".class")) {
            if (in == null) {
                return Optional.empty();
            }
            ClassReader reader = new ClassReader(in);
            return Optional.of(new ClassFacts.Fact(
                    reader.getSuperName(),
                    List.of(reader.getInterfaces()),
                    (reader.getAccess() & Opcodes.ACC_INTERFACE) != 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
