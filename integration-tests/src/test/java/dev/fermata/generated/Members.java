package dev.fermata.generated;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The fields and async methods of a program. */
final class Members {
    /** Fields of the prelude's class {@code Q}. */
    static final Map<Type, String> BOX_FIELDS = Map.of(
            Type.INT, "x", Type.LONG, "y", Type.DOUBLE, "d", Type.BYTE, "b", Type.STRING, "t", Type.INTEGER, "n");

    private record Field(String name, Type type, boolean ofInstance) {}

    private final List<Field> fields = new ArrayList<>();
    private final List<Method> methods = new ArrayList<>();

    void addField(Type type, boolean ofInstance) {
        fields.add(new Field((ofInstance ? "f" : "g") + fields.size(), type, ofInstance));
    }

    void addMethod(Method method) {
        methods.add(method);
    }

    List<Method> methods() {
        return methods;
    }

    List<Method> methods(Type returns, boolean checked) {
        return methods.stream()
                .filter(it -> it.returns() == returns && (checked || !it.checked()))
                .toList();
    }

    /** Names of the fields of a type, as code with that {@code self} writes them. */
    List<String> fields(Type type, String self) {
        return fields.stream()
                .filter(it -> it.type == type && (self != null || !it.ofInstance))
                .map(it -> it.ofInstance ? self + "." + it.name : it.name)
                .toList();
    }

    String declarations() {
        StringBuilder text = new StringBuilder();
        for (Field field : fields) {
            text.append(field.ofInstance ? "" : "static ")
                    .append(field.type.java + " " + field.name)
                    .append(field.ofInstance ? " = " + field.type.simplest : "")
                    .append(";\n");
        }
        return text.toString();
    }

    /** Statements that give static fields their first values; the class is loaded once for many runs. */
    String resets() {
        StringBuilder text = new StringBuilder();
        fields.stream()
                .filter(it -> !it.ofInstance)
                .forEach(it -> text.append(it.name + " = " + it.type.simplest + ";\n"));
        return text.toString();
    }
}
