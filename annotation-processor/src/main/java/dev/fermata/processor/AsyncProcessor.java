package dev.fermata.processor;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.ProcessingEnvironment;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.Element;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import org.jspecify.annotations.Nullable;

/**
 * Checks the signatures of {@code @Async} methods and of tests that await while javac compiles them, so that what the weaver would refuse later is
 * an error at its place in the source, in the editor too. What bodies do is the weaver's to check. Generates nothing, and
 * looks at each method by itself: an isolating processor, as Gradle calls it. It also tells {@link FermataPlugin} what only
 * processors are told.
 */
public final class AsyncProcessor extends AbstractProcessor {
    private @Nullable Places places;

    /** For {@link java.util.ServiceLoader}. */
    public AsyncProcessor() {}

    @Override
    public synchronized void init(ProcessingEnvironment environment) {
        super.init(environment);
        places = Places.of(environment);
        Handover.give(environment);
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
        return Set.of(Handover.STATE_OPTION);
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
        Places reportTo = places;
        if (reportTo == null) {
            throw new IllegalStateException("init was not called");
        }
        Signatures signatures = new Signatures(processingEnv.getTypeUtils(), processingEnv.getElementUtils());
        List<Finding> findings = new ArrayList<>();
        for (TypeElement annotation : annotations) {
            for (Element element : round.getElementsAnnotatedWith(annotation)) {
                if (element instanceof ExecutableElement method) {
                    findings.addAll(
                            switch (annotation.getQualifiedName().toString()) {
                                case Signatures.ASYNC -> signatures.check(method);
                                case Signatures.EXPLORE -> signatures.checkExplored(method);
                                default -> signatures.checkTest(method);
                            });
                }
            }
        }
        findings.forEach(reportTo::report);
        // Claimed, or "javac -Xlint:processing" warns that nobody did. The only annotations that can be in there are
        // ours.
        return true;
    }
}
