package dev.fermata.transformer.emit;

import dev.fermata.transformer.analysis.Utf8;
import dev.fermata.transformer.model.Names;
import dev.fermata.transformer.plan.FrameLayout.Field;
import dev.fermata.transformer.plan.FrameLayout.FieldNumbers;
import dev.fermata.transformer.plan.SpillPlan;
import dev.fermata.transformer.plan.SpillPlan.Stop;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.objectweb.asm.Type;

/**
 * Which methods of the frame class save the values of a suspension point. One, unless there are more values than a call can
 * take. Then all of them lie on the stack, the frame above them, and each call takes the uppermost ones into it:
 *
 * <pre>
 *                               stack: values 0, values 1, values 2, frame
 *   INVOKESTATIC save1$2        values 0, values 1, frame
 *   INVOKESTATIC save1$1        values 0, frame
 *   this, state, carrier, INVOKESTATIC save1
 * </pre>
 *
 * <p>The last call tells the carrier: a call that fails, because the thread's stack is full, leaves a frame that nobody knows.
 */
final class Saving {
    private static final String SAVE = "save";

    /** Slots of values in a call, beside this, frame, state and carrier; the JVM allows 255. */
    private static final int MOST_SLOTS = 250;

    private final SpillPlan plan;

    /** Where several calls are needed, the methods are numbered by the descriptors of the values. */
    private final List<String> several;

    Saving(SpillPlan plan) {
        this.plan = plan;
        this.several = List.copyOf(new TreeSet<>(plan.stops().stream()
                .map(Stop::descriptors)
                .filter(it -> split(it).size() > 1)
                .toList()));
    }

    /**
     * A call that saves some of the values.
     *
     * @param fields where it puts them
     */
    record Call(String name, String descriptor, List<Field> fields) {}

    /** The calls for values with these descriptors, in the order in which they are made. */
    List<Call> calls(String descriptors) {
        List<String> shares = split(descriptors);
        FieldNumbers numbers = new FieldNumbers();
        if (shares.size() == 1) {
            return List.of(new Call(SAVE, onlyDescriptor(descriptors), fields(descriptors, numbers)));
        }
        String last = SAVE + (several.indexOf(descriptors) + 1);
        List<Call> calls = new ArrayList<>();
        calls.add(new Call(last, lastDescriptor(shares.get(0)), fields(shares.get(0), numbers)));
        for (int i = 1; i < shares.size(); i++) {
            String share = shares.get(i);
            calls.add(0, new Call(last + "$" + i, "(" + share + frame() + ")" + frame(), fields(share, numbers)));
        }
        return calls;
    }

    private static List<Field> fields(String descriptors, FieldNumbers numbers) {
        return types(descriptors).stream()
                .map(it -> numbers.next(it.getDescriptor()))
                .toList();
    }

    private static List<Type> types(String descriptors) {
        return List.of(Type.getArgumentTypes("(" + descriptors + ")V"));
    }

    /** Cut into what each call can take. */
    private List<String> split(String descriptors) {
        int mostBytes = Utf8.MOST_BYTES - Utf8.length(onlyDescriptor(""));
        List<String> shares = new ArrayList<>();
        StringBuilder share = new StringBuilder();
        int slots = 0;
        int bytes = 0;
        for (Type type : types(descriptors)) {
            int length = Utf8.length(type.getDescriptor());
            if (slots + type.getSize() > MOST_SLOTS || bytes + length > mostBytes) {
                shares.add(share.toString());
                share.setLength(0);
                slots = 0;
                bytes = 0;
            }
            share.append(type.getDescriptor());
            slots += type.getSize();
            bytes += length;
        }
        shares.add(share.toString());
        return shares;
    }

    /** {@code (values…, [this], frame or null, state, carrier)Object}, where one call saves all. */
    private String onlyDescriptor(String values) {
        return "(" + values + self() + frame() + "I" + Names.CARRIER_DESCRIPTOR + ")" + Names.OBJECT_DESCRIPTOR;
    }

    /** {@code (values…, frame, [this], state, carrier)Object}, where the frame is made already. */
    private String lastDescriptor(String values) {
        return "(" + values + frame() + self() + "I" + Names.CARRIER_DESCRIPTOR + ")" + Names.OBJECT_DESCRIPTOR;
    }

    private String self() {
        return plan.async().isStatic() ? "" : "L" + plan.async().host().name + ";";
    }

    private String frame() {
        return "L" + plan.frameClass() + ";";
    }
}
