package dev.fermata.transformer.folder;

import dev.fermata.rules.Rule;
import dev.fermata.transformer.ClassFacts;
import dev.fermata.transformer.ClassFile;
import dev.fermata.transformer.ClassReport;
import dev.fermata.transformer.ClassReport.Kind;
import dev.fermata.transformer.ClassReport.MethodReport;
import dev.fermata.transformer.ClassReport.Point;
import dev.fermata.transformer.ClassReport.Saved;
import dev.fermata.transformer.Reports;
import dev.fermata.transformer.Result;
import dev.fermata.transformer.Violation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes orders from string constants in the classes: {@code "async NAME"} makes a method with a frame class, {@code "asks
 * a/b/C"} asks for a fact, {@code "bad"} is a violation, {@code "bug"} an internal error, and {@code "large"} and {@code
 * "deep"} are too much for memory and stack. Weaving a class appends bytes
 * to it, which class file readers do not mind.
 */
final class FakeWeaver implements NestWeaver {
    private static final byte[] MARK = "WOVEN".getBytes(StandardCharsets.ISO_8859_1);

    /** Hosts in the order in which they were woven. */
    final List<String> calls = new ArrayList<>();

    String id = "fake";

    @Override
    public boolean concerns(byte[] classFile) {
        return text(classFile).contains("fermata");
    }

    @Override
    public boolean isWoven(byte[] classFile) {
        return hasMark(classFile);
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public Result weave(Collection<ClassFile> nest, ClassFacts facts) {
        calls.add(nest.iterator().next().name());
        List<ClassFile> changed = new ArrayList<>();
        List<ClassFile> frames = new ArrayList<>();
        List<ClassReport> reports = new ArrayList<>();
        List<Violation> violations = new ArrayList<>();
        for (ClassFile file : nest) {
            String text = text(file.bytes());
            if (text.contains("bug")) {
                throw new IllegalStateException("stack underflow at instruction 7");
            }
            if (text.contains("large")) {
                throw new OutOfMemoryError("Java heap space");
            }
            if (text.contains("deep")) {
                throw new StackOverflowError();
            }
            String className = file.name().replace('/', '.');
            if (text.contains("bad")) {
                violations.add(
                        new Violation(Rule.AWAIT_IN_SYNCHRONIZED, className, "buy", "Shop.java", 12, "found it"));
            }
            for (String asked : orders(text, "asks")) {
                facts.find(asked);
            }
            List<MethodReport> methods = new ArrayList<>();
            for (String name : orders(text, "async")) {
                String frame = file.name() + "$" + name + "$frame";
                frames.add(
                        new ClassFile(frame, ("fermata frame of " + text.hashCode()).getBytes(StandardCharsets.UTF_8)));
                List<Saved> saved = List.of(Reports.saved("left", "int", "i0", "read later at line 3"));
                Point point = Reports.point(1, 2, "await price(String)", saved, "a\tb");
                methods.add(Reports.method(name, "()V", Kind.COLD, false, 2, point));
            }
            if (!methods.isEmpty() && !hasMark(file.bytes())) {
                changed.add(new ClassFile(file.name(), mark(file.bytes())));
                reports.add(Reports.report(className, "Shop.java", methods.toArray(MethodReport[]::new)));
            }
        }
        if (!violations.isEmpty()) {
            return new Result.Rejected(violations);
        }
        return changed.isEmpty() ? new Result.Unchanged() : new Result.Woven(changed, frames, reports);
    }

    static boolean hasMark(byte[] classFile) {
        int start = classFile.length - MARK.length;
        return start >= 0 && Arrays.equals(MARK, Arrays.copyOfRange(classFile, start, classFile.length));
    }

    private static byte[] mark(byte[] classFile) {
        byte[] marked = Arrays.copyOf(classFile, classFile.length + MARK.length);
        System.arraycopy(MARK, 0, marked, classFile.length, MARK.length);
        return marked;
    }

    private static String text(byte[] classFile) {
        return new String(classFile, StandardCharsets.ISO_8859_1);
    }

    private static Set<String> orders(String text, String order) {
        Set<String> found = new HashSet<>();
        Matcher matcher = Pattern.compile(order + " ([\\w/$]+)").matcher(text);
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }
}
