package dev.fermata.transformer;

import dev.fermata.transformer.ClassReport.MethodReport;
import dev.fermata.transformer.emit.EmittedMethod;
import dev.fermata.transformer.emit.EmittedNest;
import dev.fermata.transformer.emit.FermataVersion;
import java.util.ArrayList;
import java.util.List;
import org.objectweb.asm.tree.ClassNode;

/** What was done to a class, in words and without anything of ASM. */
final class Explanation {
    private Explanation() {}

    static ClassReport of(EmittedNest.Host emitted) {
        ClassNode host = emitted.plan().host();
        List<MethodReport> methods = new ArrayList<>();
        for (EmittedMethod method : emitted.methods()) {
            add(methods, new MethodExplanation(method).report());
        }
        return new ClassReport(
                host.name.replace('/', '.'), host.sourceFile, FermataVersion.STRING, List.copyOf(methods));
    }

    /** By lines; those of one line as they come. */
    private static void add(List<MethodReport> methods, MethodReport method) {
        int at = methods.size();
        while (at > 0 && methods.get(at - 1).line() > method.line()) {
            at--;
        }
        methods.add(at, method);
    }
}
