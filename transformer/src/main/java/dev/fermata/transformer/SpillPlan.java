package dev.fermata.transformer;

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
 * @param named the classes that the bodies may cast to
 */
record SpillPlan(AsyncMethod async, MethodNode body, String frameClass, List<Stop> stops, NamedClasses named) {

    /**
     * A suspension point and what is saved there.
     *
     * @param point which
     * @param below types of the stack below what the awaited call takes, bottom first
     * @param saved the stack's values first, in the order of {@code below}, then locals by slot
     * @param zeroed slots that are dead but must hold some value of their type, because a later stack map frame names them
     * @param dropped names of variables in scope that are not saved
     * @param catches whether a handler of the method covers the point
     */
    record Stop(
            SuspensionPoint point,
            List<Object> below,
            List<Saved> saved,
            Map<Integer, Object> zeroed,
            List<String> dropped,
            boolean catches) {

        List<Saved> savedStack() {
            return saved.stream().filter(Saved::onStack).toList();
        }

        List<Saved> savedLocals() {
            return saved.stream().filter(it -> !it.onStack()).toList();
        }

        /** The fields' descriptors of what is saved, in order: methods that save the same are the same. */
        String descriptors() {
            return saved.stream().map(Saved::descriptor).collect(Collectors.joining());
        }

        /** Locals by slot as they are after a resume: what was saved, and what was given a value. */
        TreeMap<Integer, Object> restoredLocals() {
            TreeMap<Integer, Object> restored = new TreeMap<>(zeroed);
            savedLocals().forEach(it -> restored.put(it.slot(), it.type()));
            return restored;
        }
    }

    /**
     * A value that a frame holds.
     *
     * @param slot of the local; for a value of the operand stack its height, counted in values from the bottom
     * @param onStack whether it is on the operand stack
     * @param type its verification type
     * @param field of the frame
     * @param descriptor of that field
     * @param name of the variable, for the reader
     * @param reason why it is saved, for the reader
     * @param caught whether it is a local in which a handler keeps what it has caught
     */
    record Saved(
            int slot,
            boolean onStack,
            Object type,
            String field,
            String descriptor,
            String name,
            String reason,
            boolean caught) {}
}
