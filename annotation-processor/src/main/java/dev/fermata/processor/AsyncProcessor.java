package dev.fermata.processor;

import com.sun.source.util.JavacTask;
import java.util.HashSet;
import java.util.Set;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.ProcessingEnvironment;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.tools.Diagnostic;
import org.jspecify.annotations.Nullable;

/**
 * The entry for compilers that have no plugins, and for a javac that was given this processor alone. In javac it starts the
 * checks that {@link FermataPlugin} starts too. For other compilers it checks the signatures of {@code @Async} methods and of
 * tests that await. Generates nothing, and looks at each method by itself: an isolating processor, as Gradle calls it.
 */
public final class AsyncProcessor extends AbstractProcessor {
    private boolean inJavac;

    /** For {@link java.util.ServiceLoader}. */
    public AsyncProcessor() {}

    @Override
    public synchronized void init(ProcessingEnvironment environment) {
        super.init(environment);
        JavacTask task = javac(environment);
        inJavac = task != null;
        if (task != null) {
            SourceChecks.startIn(task, environment.getOptions());
        }
    }

    private static @Nullable JavacTask javac(ProcessingEnvironment environment) {
        try {
            return JavacTask.instance(environment);
        } catch (IllegalArgumentException | LinkageError e) {
            // ECJ, a JRE without javac, or a wrapped environment (IDEs).
            return null;
        }
    }

    @Override
    public Set<String> getSupportedAnnotationTypes() {
        Set<String> ours = new HashSet<>(Signatures.TESTS);
        ours.add(Signatures.ASYNC);
        ours.add(Signatures.EXPLORE);
        return ours;
    }

    @Override
    public Set<String> getSupportedOptions() {
        return Settings.names();
    }

    /** Whatever the running compiler knows: signatures mean the same in every version, and a fixed one would be warned of. */
    @Override
    public SourceVersion getSupportedSourceVersion() {
        return SourceVersion.latest();
    }

    // Unclaimed, the annotation would make "javac -Xlint:processing -Werror" fail; no other processor wants it.
    @SuppressWarnings("DoNotClaimAnnotations")
    @Override
    public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
        if (!inJavac) {
            Signatures signatures = new Signatures(processingEnv.getTypeUtils(), processingEnv.getElementUtils());
            annotations.stream()
                    .flatMap(it -> round.getElementsAnnotatedWith(it).stream())
                    .distinct() // one may carry several
                    .filter(ExecutableElement.class::isInstance)
                    .flatMap(it -> signatures.check((ExecutableElement) it).stream())
                    .forEach(it ->
                            processingEnv.getMessager().printMessage(Diagnostic.Kind.ERROR, it.message(), it.method()));
        }
        // Claimed, or "javac -Xlint:processing" warns that nobody did. The only annotations that can be in there are
        // ours.
        return true;
    }
}
