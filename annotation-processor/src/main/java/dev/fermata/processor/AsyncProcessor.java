package dev.fermata.processor;

import com.sun.source.util.JavacTask;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.ProcessingEnvironment;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.Element;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.tools.Diagnostic;
import org.jspecify.annotations.Nullable;

/**
 * The entry for ECJ, and for a javac that was given this processor alone. In javac it starts the checks that
 * {@link FermataPlugin} starts too, and tells the plugin what only processors are told. ECJ has no plugins, and shows a
 * processor declarations only: there it checks signatures, and of bodies what their syntax decides. Generates nothing, and
 * looks at each method by itself: an isolating processor, as Gradle calls it.
 */
public final class AsyncProcessor extends AbstractProcessor {
    /** Null where the plugin does everything. */
    private @Nullable Signatures signatures;

    /** Null in any compiler but ECJ. */
    private @Nullable EclipseSources eclipse;

    /** For {@link java.util.ServiceLoader}. */
    public AsyncProcessor() {}

    @Override
    public synchronized void init(ProcessingEnvironment environment) {
        super.init(environment);
        if (EclipseSources.isIn(environment)) {
            eclipse = new EclipseSources(environment);
            signatures = new Signatures(environment.getTypeUtils(), environment.getElementUtils());
            return;
        }
        Handover.give(environment);
        try {
            SourceChecks.startIn(JavacTask.instance(environment), environment.getOptions());
        } catch (IllegalArgumentException e) {
            // Some IDEs and build tools wrap the environment. The plugin has started in the javac behind it, unless the
            // tool keeps javac from looking for plugins.
            if (!SourceChecks.areStarted()) {
                signatures = new Signatures(environment.getTypeUtils(), environment.getElementUtils());
            }
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
        Signatures toCheck = signatures;
        if (toCheck != null) {
            methodsIn(round.getRootElements())
                    .flatMap(it -> toCheck.check(it).stream())
                    .forEach(it ->
                            processingEnv.getMessager().printMessage(Diagnostic.Kind.ERROR, it.message(), it.method()));
        }
        if (eclipse != null) {
            eclipse.check(round.getRootElements());
        }
        // Claimed, or "javac -Xlint:processing" warns that nobody did. The only annotations that can be in there are
        // ours.
        return true;
    }

    private static Stream<ExecutableElement> methodsIn(Collection<? extends Element> elements) {
        return elements.stream()
                .flatMap(it -> Stream.concat(
                        it instanceof ExecutableElement method ? Stream.of(method) : Stream.empty(),
                        it instanceof TypeElement type ? methodsIn(type.getEnclosedElements()) : Stream.empty()));
    }
}
