package dev.fermata.processor;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.javaparser.ast.body.MethodDeclaration;
import com.github.javaparser.ast.body.TypeDeclaration;
import dev.fermata.processor.SyntaxCheck.Place;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.Element;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.ElementFilter;
import javax.lang.model.util.Elements;
import javax.tools.Diagnostic;
import org.jspecify.annotations.Nullable;

/** Reports what syntax shows in the sources of a compilation with ECJ, at the methods: the message says the line. */
final class EclipseSources {
    private final ProcessingEnvironment environment;
    private final Elements elements;
    private final Set<Path> seen = new HashSet<>();

    EclipseSources(ProcessingEnvironment environment) {
        this.environment = environment;
        elements = environment.getElementUtils();
    }

    /** Whether ECJ runs the processor, in a build or in the IDE. */
    static boolean isIn(ProcessingEnvironment environment) {
        return environment.getClass().getName().startsWith("org.eclipse.");
    }

    /** Checks the file of each class once. */
    void check(Set<? extends Element> roots) {
        for (TypeElement root : ElementFilter.typesIn(roots)) {
            Path file = fileOf(root);
            if (file != null && seen.add(file)) {
                checkFile(file, elements.getPackageOf(root).getQualifiedName().toString());
            }
        }
    }

    /**
     * The file of a class, by a method of ECJ's own. The API has had one for this since Java 18; on Java 17, ECJ's calls what is
     * not there. A method handle, because reflection would look at all methods of the class, which name such things too.
     */
    private static @Nullable Path fileOf(TypeElement type) {
        MethodHandle getFileName;
        try {
            getFileName = MethodHandles.publicLookup()
                    .findVirtual(type.getClass(), "getFileName", MethodType.methodType(String.class));
        } catch (NoSuchMethodException | IllegalAccessException e) {
            return null; // another ECJ; the weaver looks at the class
        }
        try {
            Object name = getFileName.invoke(type);
            Path file = name == null ? null : Path.of(name.toString());
            return file != null && Files.isRegularFile(file) ? file : null; // not a path in a workspace
        } catch (Throwable e) {
            throw new IllegalStateException("cannot find the source of " + type, e);
        }
    }

    private void checkFile(Path file, String packageName) {
        List<Place> places;
        try {
            // Whatever the encoding: names and keywords that matter here are the same in all that are in use.
            places = SyntaxCheck.of(new String(Files.readAllBytes(file), UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (StackOverflowError e) {
            return; // an expression so deep that the parser cannot follow; the weaver looks at its code
        }
        places.forEach(it -> report(it, packageName));
    }

    private void report(Place place, String packageName) {
        String host = String.join(".", place.types());
        String name = packageName.isEmpty() ? host : packageName + "." + host;
        TypeElement type = elements.getTypeElement(name);
        if (place.isBare() && type != null && hasAwaitOfItsOwn(type)) {
            return;
        }
        String message = place.rule().messageAt(name + "." + place.memberName(), place.detail());
        Element at = type == null ? null : elementOf(place, type);
        if (at == null) {
            environment.getMessager().printMessage(Diagnostic.Kind.ERROR, message);
        } else {
            environment.getMessager().printMessage(Diagnostic.Kind.ERROR, message, at);
        }
    }

    /** Whether the class, or one around it, has or inherits a method that the call may mean. */
    private boolean hasAwaitOfItsOwn(TypeElement type) {
        for (Element around = type; around instanceof TypeElement each; around = each.getEnclosingElement()) {
            if (ElementFilter.methodsIn(elements.getAllMembers(each)).stream()
                    .anyMatch(it -> it.getSimpleName().contentEquals("await"))) {
                return true;
            }
        }
        return false;
    }

    /** The method itself, found among those of its name by their order; otherwise the class. */
    private static Element elementOf(Place place, TypeElement type) {
        if (place.member() instanceof MethodDeclaration method
                && method.getParentNode().orElse(null) instanceof TypeDeclaration<?> host) {
            int index = host.getMethodsByName(method.getNameAsString()).indexOf(method);
            List<ExecutableElement> named = new ArrayList<>(ElementFilter.methodsIn(type.getEnclosedElements()));
            named.removeIf(it -> !it.getSimpleName().contentEquals(method.getNameAsString()));
            if (index >= 0 && index < named.size()) {
                return named.get(index);
            }
        }
        return type;
    }
}
