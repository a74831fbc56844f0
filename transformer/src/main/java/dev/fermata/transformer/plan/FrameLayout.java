package dev.fermata.transformer.plan;

import dev.fermata.transformer.analysis.Slots;
import dev.fermata.transformer.model.AsyncMethod;
import dev.fermata.transformer.model.Names;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.objectweb.asm.Type;

/**
 * The fields of a frame class: {@code self} for an instance method, then {@code a0, a1, …} for references, {@code i0} for
 * int and smaller, {@code j0}, {@code f0}, {@code d0}. Arguments of a call that has not started use the same ones. A reference
 * to a class that cannot be named (see {@link NamedClasses}) has a field of that class, {@code h0, h1, …} for each: the JVM
 * tells fields apart by their type too.
 *
 * @param fields all but {@code self}
 * @param arguments field of each parameter, in order
 */
public record FrameLayout(Set<Field> fields, List<Field> arguments) {
    public static final String SELF = "self";

    /** A field of a frame class. */
    public record Field(String name, String descriptor) implements Comparable<Field> {
        public boolean isReference() {
            return descriptor.length() > 1;
        }

        @Override
        public int compareTo(Field other) {
            int byType = descriptor.compareTo(other.descriptor);
            int byLength = Integer.compare(name.length(), other.name.length());
            return byType != 0 ? byType : byLength != 0 ? byLength : name.compareTo(other.name);
        }
    }

    /** Numbers the fields that hold several values at once. */
    public static final class FieldNumbers {
        private final Map<String, Integer> used = new HashMap<>();

        /** The next unused field of a type. */
        public Field next(String descriptor) {
            int number = used.merge(descriptor, 1, Integer::sum) - 1;
            return new Field(letter(descriptor) + String.valueOf(number), descriptor);
        }

        private static char letter(String descriptor) {
            return descriptor.equals(Names.OBJECT_DESCRIPTOR)
                    ? 'a'
                    : descriptor.length() > 1 ? 'h' : Character.toLowerCase(descriptor.charAt(0));
        }
    }

    static FrameLayout of(AsyncMethod async, Collection<Field> saved, NamedClasses named) {
        List<Field> arguments = new ArrayList<>();
        FieldNumbers numbers = new FieldNumbers();
        for (Type type : Type.getArgumentTypes(async.method().desc)) {
            arguments.add(numbers.next(descriptor(type, named)));
        }
        Set<Field> fields = new TreeSet<>(arguments);
        fields.addAll(saved);
        return new FrameLayout(fields, List.copyOf(arguments));
    }

    /** The descriptor of the field for a value of a verification type. */
    static String descriptor(Object type, NamedClasses named) {
        if (type instanceof String name && !named.contains(name)) {
            return name.startsWith("[") ? name : "L" + name + ";";
        }
        return Slots.descriptor(Slots.kind(type));
    }

    private static String descriptor(Type type, NamedClasses named) {
        return switch (type.getSort()) {
            case Type.BOOLEAN, Type.BYTE, Type.CHAR, Type.SHORT, Type.INT -> "I";
            case Type.LONG, Type.FLOAT, Type.DOUBLE -> type.getDescriptor();
            default -> descriptor(type.getInternalName(), named);
        };
    }
}
