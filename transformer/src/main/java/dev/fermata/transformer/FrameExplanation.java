package dev.fermata.transformer;

import dev.fermata.transformer.ClassReport.Frame;
import dev.fermata.transformer.ClassReport.FrameField;
import dev.fermata.transformer.model.Names;
import dev.fermata.transformer.plan.FrameLayout;
import dev.fermata.transformer.plan.FrameLayout.Field;
import dev.fermata.transformer.plan.SpillPlan;
import dev.fermata.transformer.plan.SpillPlan.Saved;
import dev.fermata.transformer.plan.SpillPlan.Stop;
import java.util.ArrayList;
import java.util.List;
import org.objectweb.asm.Type;

/**
 * How HotSpot lays a frame out in JDK 17 to 21, with compressed references and class pointers: behind the inherited fields first primitives,
 * the large ones before the small ones, then references, each in the first gap that it fits in.
 */
final class FrameExplanation {
    /** Bytes of an object's header. */
    private static final int HEADER = 12;

    private static final int ALIGNMENT = 8;

    private FrameExplanation() {}

    static Frame of(SpillPlan plan) {
        List<FrameField> fields = new ArrayList<>();
        fields.add(new FrameField("state", "int", HEADER, 4, true, -1, List.of()));
        fields.add(new FrameField("caller", Names.FRAME.replace('/', '.'), HEADER + 4, 4, true, -1, List.of()));
        int end = HEADER + 8;
        int gap = -1;
        for (Field field : ordered(plan)) {
            int bytes = bytes(field);
            int offset = end;
            if (bytes == 4 && gap >= 0) {
                offset = gap;
                gap = -1;
            } else {
                if (end % bytes != 0) {
                    gap = end;
                    offset = end + 4;
                }
                end = offset + bytes;
            }
            add(fields, field(plan, field, offset, bytes));
        }
        int size = (end + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        return new Frame(plan.frameClass(), HEADER, size, List.copyOf(fields));
    }

    /** The fields that are not inherited, in the order in which HotSpot looks for their places. */
    private static List<Field> ordered(SpillPlan plan) {
        List<Field> large = new ArrayList<>();
        List<Field> small = new ArrayList<>();
        List<Field> references = new ArrayList<>();
        if (!plan.async().isStatic()) {
            references.add(new Field(FrameLayout.SELF, "L" + plan.async().host().name + ";"));
        }
        for (Field field : plan.layout().fields()) {
            (field.isReference() ? references : bytes(field) == 8 ? large : small).add(field);
        }
        List<Field> all = new ArrayList<>(large);
        all.addAll(small);
        all.addAll(references);
        return all;
    }

    /** By offsets: one may be put into a gap before others. */
    private static void add(List<FrameField> fields, FrameField field) {
        int at = fields.size();
        while (fields.get(at - 1).offset() > field.offset()) {
            at--;
        }
        fields.add(at, field);
    }

    private static FrameField field(SpillPlan plan, Field field, int offset, int bytes) {
        boolean isSelf = field.name().equals(FrameLayout.SELF);
        List<Integer> points = new ArrayList<>();
        for (Stop stop : plan.stops()) {
            if (isSelf || isUsed(field, stop)) {
                points.add(stop.point().state());
            }
        }
        return new FrameField(
                field.name(),
                Type.getType(field.descriptor()).getClassName(),
                offset,
                bytes,
                false,
                argument(plan.layout(), field),
                List.copyOf(points));
    }

    private static int argument(FrameLayout layout, Field field) {
        for (int i = 0; i < layout.arguments().size(); i++) {
            if (layout.arguments().get(i).compareTo(field) == 0) {
                return i;
            }
        }
        return -1;
    }

    private static boolean isUsed(Field field, Stop stop) {
        for (Saved saved : stop.saved()) {
            if (saved.field().compareTo(field) == 0) {
                return true;
            }
        }
        return false;
    }

    private static int bytes(Field field) {
        return field.descriptor().equals("J") || field.descriptor().equals("D") ? 8 : 4;
    }
}
