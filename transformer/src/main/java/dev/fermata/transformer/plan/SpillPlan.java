package dev.fermata.transformer.plan;

import dev.fermata.transformer.model.AsyncMethod;
import dev.fermata.transformer.model.SuspensionPoint;
import dev.fermata.transformer.plan.FrameLayout.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.objectweb.asm.tree.MethodNode;

/**
 * Everything the emitters need to know about a method, and the reasons a reader may ask for.
 *
 * @param async the method as the compiler wrote it
 * @param body its normalised copy; instruction identities are stable from here on
 * @param frameClass internal name of the class of its frames
 * @param stops one for each suspension point, in their order
 * @param layout the fields of that class
 */
public record SpillPlan(AsyncMethod async, MethodNode body, String frameClass, List<Stop> stops, FrameLayout layout) {

    /**
     * A suspension point and what is saved there.
     *
     * @param point which
     * @param below types of the stack below what the awaited call takes, bottom first
     * @param operands the saved ones of these values, in their order
     * @param locals the saved ones, by slot
     * @param zeroed slots that are dead but must hold some value of their type, because a later stack map frame names them
     * @param dropped variables in scope that are not saved
     * @param catches whether a handler of the method covers the point
     */
    public record Stop(
            SuspensionPoint point,
            List<Object> below,
            List<SavedOperand> operands,
            List<SavedLocal> locals,
            Map<Integer, Object> zeroed,
            List<Dropped> dropped,
            boolean catches) {

        /** A point that nothing reaches. */
        static Stop unreached(SuspensionPoint point) {
            return new Stop(point, List.of(), List.of(), List.of(), Map.of(), List.of(), true);
        }

        /** All that a frame holds, in the order of its fields. */
        public List<Saved> saved() {
            List<Saved> saved = new ArrayList<>(operands);
            saved.addAll(locals);
            return saved;
        }

        /** The fields' descriptors of what is saved, in order: methods that save the same are the same. */
        public String descriptors() {
            return saved().stream().map(it -> it.field().descriptor()).collect(Collectors.joining());
        }

        /** Locals by slot as they are after a resume: what was saved, and what was given a value. */
        public TreeMap<Integer, Object> restoredLocals() {
            TreeMap<Integer, Object> restored = new TreeMap<>(zeroed);
            locals.forEach(it -> restored.put(it.slot(), it.type()));
            return restored;
        }
    }

    /**
     * A variable in scope that is not saved.
     *
     * @param read whether it is read again: then it is known to be null
     */
    public record Dropped(int slot, String name, boolean read) {}

    /** A value that a frame holds. */
    public sealed interface Saved {
        /** Its verification type. */
        Object type();

        /** Where the frame holds it. */
        Field field();

        /** What it is called, for the reader. */
        String name();

        /** Why it is saved, for the reader. */
        String reason();
    }

    /**
     * A value on the operand stack.
     *
     * @param height counted in values from the bottom
     */
    public record SavedOperand(int height, Object type, Field field) implements Saved {
        @Override
        public String name() {
            return "operand stack " + height;
        }

        @Override
        public String reason() {
            return "on the operand stack, used after the await";
        }
    }

    /**
     * A value in a local.
     *
     * @param readAt the line of the nearest read, 0 if unknown
     * @param caught whether a handler keeps there what it has caught
     */
    public record SavedLocal(int slot, Object type, Field field, String name, String reason, int readAt, boolean caught)
            implements Saved {}
}
