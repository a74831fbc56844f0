package dev.fermata.transformer;

import dev.fermata.transformer.ClassReport.MethodReport;
import dev.fermata.transformer.emit.EmittedNest;
import dev.fermata.transformer.emit.FermataVersion;
import java.util.Comparator;
import java.util.List;
import org.objectweb.asm.tree.ClassNode;

/** What was done to a class, in words and without anything of ASM. */
final class Explanation {
    private Explanation() {}

    static ClassReport of(EmittedNest.Host emitted) {
        ClassNode host = emitted.plan().host();
        List<MethodReport> methods = emitted.methods().stream()
                .map(it -> new MethodExplanation(it).report())
                .sorted(Comparator.comparingInt(MethodReport::line))
                .toList();
        return new ClassReport(host.name.replace('/', '.'), host.sourceFile, FermataVersion.STRING, methods);
    }
}
