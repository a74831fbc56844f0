package dev.fermata.transformer.analysis;

import java.util.ArrayList;
import java.util.List;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;

/**
 * Verification types before an instruction, in ASM's notation: {@code Opcodes.INTEGER} and its like, an internal name or
 * array descriptor, or the label of the NEW of an object under construction.
 *
 * @param locals one entry a slot; the second slot of a long or double is TOP
 * @param stack one entry a value, bottom first
 */
public record TypeState(List<Object> locals, List<Object> stack) {
    /** From the lists of ASM's AnalyzerAdapter, which give two entries to a long or double on the stack too. */
    static TypeState of(List<Object> locals, List<Object> stack) {
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < stack.size(); i++) {
            values.add(stack.get(i));
            if (isWide(stack.get(i))) {
                i++;
            }
        }
        return new TypeState(List.copyOf(locals), List.copyOf(values));
    }

    public Object local(int slot) {
        return slot < locals.size() ? locals.get(slot) : Opcodes.TOP;
    }

    /** The values that stay on the stack when the topmost {@code popped} are taken. */
    public List<Object> below(int popped) {
        return stack.subList(0, stack.size() - popped);
    }

    public static boolean isWide(Object type) {
        return Opcodes.LONG.equals(type) || Opcodes.DOUBLE.equals(type);
    }

    public static boolean isUninitialised(Object type) {
        return type instanceof Label || Opcodes.UNINITIALIZED_THIS.equals(type);
    }

    public static int size(Object type) {
        return isWide(type) ? 2 : 1;
    }
}
