package dev.fermata.transformer.verify;

import dev.fermata.transformer.analysis.Hierarchy;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.analysis.AnalyzerException;
import org.objectweb.asm.util.CheckClassAdapter;

/**
 * The finished bytes are proven, always. Structure by ASM's CheckClassAdapter, types and stack map frames by {@link
 * TypeCheck}. A failure here is a bug in Fermata. Of a class of the user only the methods that were written anew are
 * proven: that is most of what weaving costs, and the others are as they were. What the JVM does not look at, such as
 * annotations, generic signatures and the flags of nested classes, is not looked at here.
 *
 * <p>The same is asked of class files as they came in, of all their methods, when something has gone wrong: {@link #flaw}.
 */
public final class Verification {
    private final Hierarchy hierarchy;

    public Verification(Hierarchy hierarchy) {
        this.hierarchy = hierarchy;
    }

    /** Proves the methods of the class {@code name} whose name and descriptor {@code written} accepts. */
    public void prove(String name, byte[] classFile, Predicate<String> written) {
        String flaw = flaw(classFile, written);
        if (flaw != null) {
            throw new IllegalStateException("the rewritten class " + name + " does not verify" + flaw);
        }
    }

    /** What is wrong with a class file, as the end of a sentence; null if nothing is found. */
    @Nullable
    public String flaw(byte[] classFile, Predicate<String> methods) {
        ClassNode node = new ClassNode();
        String method = "";
        try {
            ClassVisitor checked = new CheckClassAdapter(node, false);
            new ClassReader(classFile).accept(new LinkedParts(methods, checked), ClassReader.EXPAND_FRAMES);
            for (MethodNode each : node.methods) {
                method = " in " + each.name + each.desc;
                TypeCheck.require(node, each, hierarchy);
            }
            return null;
        } catch (AnalyzerException | RuntimeException e) {
            String message = e.getMessage() == null ? e.toString() : e.getMessage();
            return method + ": " + message.lines().findFirst().orElse(message);
        }
    }
}
