package dev.fermata.processor;

import dev.fermata.abi.Linker;
import dev.fermata.transformer.ClassFacts;
import java.util.ArrayList;
import java.util.List;
import javax.lang.model.element.Element;
import javax.lang.model.element.ModuleElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.Elements;
import org.jspecify.annotations.Nullable;

/**
 * Facts as a compilation has them, from its class path and module path. They are the same as in the class files, so that a
 * class woven with them is up to date to whoever reads those. Only to be asked while the compilation goes on.
 */
final class ElementFacts implements ClassFacts {
    private static final String FRAME = "dev/fermata/abi/Frame";
    private static final String OBJECT = "java/lang/Object";

    private final Elements elements;
    private final @Nullable ModuleElement module;

    /**
     * Facts as one module sees them.
     *
     * @param module the module whose classes are woven, because others may have classes of the same names; null for none
     */
    ElementFacts(Elements elements, @Nullable ModuleElement module) {
        this.elements = elements;
        this.module = module;
    }

    @Override
    public @Nullable Fact find(String name) {
        TypeElement type = type(name);
        if (type == null || (name.contains(Linker.FRAME_INFIX) && FRAME.equals(internalName(type.getSuperclass())))) {
            return null; // what weaving added tells nothing: whether it is there already depends on earlier runs
        }
        List<String> interfaces = new ArrayList<>();
        for (TypeMirror each : type.getInterfaces()) {
            String implemented = internalName(each);
            if (implemented != null) {
                interfaces.add(implemented);
            }
        }
        boolean isInterface = type.getKind().isInterface();
        return new Fact(superName(type, isInterface), List.copyOf(interfaces), isInterface);
    }

    private @Nullable String superName(TypeElement type, boolean isInterface) {
        if (isInterface) {
            return OBJECT; // so it is in class files
        }
        return internalName(type.getSuperclass());
    }

    /** A type that javac could not find is an element with a name too. */
    private @Nullable String internalName(TypeMirror type) {
        return type instanceof DeclaredType declared && declared.asElement() instanceof TypeElement element
                ? internalName(element)
                : null;
    }

    private String internalName(TypeElement type) {
        return elements.getBinaryName(type).toString().replace('.', '/');
    }

    /** Any dollar may stand between two classes or in a name, so the outermost class with a fitting name is looked for first. */
    private @Nullable TypeElement type(String name) {
        for (int end = name.indexOf('$', 1); ; end = name.indexOf('$', end + 1)) {
            String outer = end < 0 ? name : name.substring(0, end);
            TypeElement found = typeOf(outer.replace('/', '.'));
            if (found != null) {
                TypeElement nested = nested(found, name);
                if (nested != null) {
                    return nested;
                }
            }
            if (end < 0) {
                return null;
            }
        }
    }

    private @Nullable TypeElement typeOf(String name) {
        TypeElement seen = module == null ? null : elements.getTypeElement(module, name);
        return seen == null ? elements.getTypeElement(name) : seen;
    }

    private @Nullable TypeElement nested(TypeElement type, String name) {
        String own = internalName(type);
        if (own.equals(name)) {
            return type;
        }
        if (!name.startsWith(own + "$")) {
            return null;
        }
        for (Element member : type.getEnclosedElements()) {
            TypeElement found = member instanceof TypeElement nested ? nested(nested, name) : null;
            if (found != null) {
                return found;
            }
        }
        return null;
    }
}
