package dev.fermata.transformer;

import dev.fermata.transformer.SpillPlan.Saved;
import dev.fermata.transformer.SpillPlan.Stop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.objectweb.asm.Type;

/**
 * The fields of a frame class: {@code self} for an instance method, then {@code a0, a1, …} for references, {@code i0} for
 * int and smaller, {@code j0}, {@code f0}, {@code d0}. Arguments of a call that has not started use the same ones.
 *
 * @param counts number of fields of each kind
 * @param arguments field of each parameter, in order
 */
record FrameLayout(Map<Character, Integer> counts, List<String> arguments) {
    static final String SELF = "self";
    static final String KINDS = "AIJFD";

    static String field(char kind, int number) {
        return Character.toLowerCase(kind) + String.valueOf(number);
    }

    static char kindOf(String field) {
        return Character.toUpperCase(field.charAt(0));
    }

    int count(char kind) {
        return counts.getOrDefault(kind, 0);
    }

    static FrameLayout of(AsyncMethod async, List<Stop> stops) {
        Map<Character, Integer> most = new HashMap<>();
        List<String> arguments = new ArrayList<>();
        Map<Character, Integer> used = new HashMap<>();
        for (Type type : Type.getArgumentTypes(async.method().desc)) {
            char kind = kind(type);
            arguments.add(field(kind, used.merge(kind, 1, Integer::sum) - 1));
        }
        used.forEach((kind, count) -> most.merge(kind, count, Math::max));
        for (Stop stop : stops) {
            used.clear();
            for (Saved saved : stop.saved()) {
                used.merge(Slots.kind(saved.type()), 1, Integer::sum);
            }
            used.forEach((kind, count) -> most.merge(kind, count, Math::max));
        }
        return new FrameLayout(Map.copyOf(most), List.copyOf(arguments));
    }

    static char kind(Type type) {
        return switch (type.getSort()) {
            case Type.BOOLEAN, Type.BYTE, Type.CHAR, Type.SHORT, Type.INT -> 'I';
            case Type.LONG -> 'J';
            case Type.FLOAT -> 'F';
            case Type.DOUBLE -> 'D';
            default -> 'A';
        };
    }
}
