package dev.fermata.processor;

import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.TreePath;
import com.sun.source.util.Trees;
import javax.annotation.processing.Messager;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.ExecutableElement;
import javax.tools.Diagnostic;
import org.jspecify.annotations.Nullable;

/** Says findings at their places in the source: the return type or exception itself in javac, the method in other compilers. */
final class Places {
    private final Messager messager;
    private final @Nullable Trees trees;

    private Places(Messager messager, @Nullable Trees trees) {
        this.messager = messager;
        this.trees = trees;
    }

    static Places of(ProcessingEnvironment environment) {
        return new Places(environment.getMessager(), trees(environment));
    }

    private static @Nullable Trees trees(ProcessingEnvironment environment) {
        try {
            return Trees.instance(environment);
        } catch (IllegalArgumentException | LinkageError e) {
            // ECJ, a JRE without javac, or a wrapped environment (IDEs): their messager knows the method at least.
            return null;
        }
    }

    void report(Finding finding) {
        ExecutableElement method = finding.method();
        TreePath path = trees == null ? null : trees.getPath(method);
        Tree part = path != null && path.getLeaf() instanceof MethodTree tree ? part(finding, tree) : null;
        if (trees == null || path == null || part == null) {
            messager.printMessage(Diagnostic.Kind.ERROR, finding.message(), method);
        } else {
            trees.printMessage(Diagnostic.Kind.ERROR, finding.message(), part, path.getCompilationUnit());
        }
    }

    /** The tree to point at; null stands for the method's name, where javac's messager points. */
    private static @Nullable Tree part(Finding finding, MethodTree method) {
        return switch (finding.part()) {
            case NAME -> null;
            case RETURN_TYPE -> method.getReturnType();
            case THROWN -> {
                int index = finding.method().getThrownTypes().indexOf(finding.thrown());
                yield index < 0 ? null : method.getThrows().get(index);
            }
        };
    }
}
