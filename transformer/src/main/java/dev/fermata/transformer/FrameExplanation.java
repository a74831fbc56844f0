package dev.fermata.transformer;

import dev.fermata.transformer.ClassReport.Frame;
import dev.fermata.transformer.ClassReport.FrameField;
import dev.fermata.transformer.model.Names;
import dev.fermata.transformer.plan.FrameLayout;
import dev.fermata.transformer.plan.FrameLayout.Field;
import dev.fermata.transformer.plan.SpillPlan;
import java.util.ArrayList;
import java.util.Comparator;
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
        List<Field> own = new ArrayList<>();
        if (!plan.async().isStatic()) {
            own.add(new Field(FrameLayout.SELF, "L" + plan.async().host().name + ";"));
        }
        own.addAll(plan.layout().fields());
        // A stable sort: fields of one kind stay in the order of the class file.
        own.sort(Comparator.comparing(Field::isReference).thenComparing(it -> -bytes(it)));
        int end = HEADER + 8;
        int gap = -1;
        for (Field field : own) {
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
            fields.add(field(plan, field, offset, bytes));
        }
        fields.sort(Comparator.comparingInt(FrameField::offset));
        int size = (end + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        return new Frame(plan.frameClass(), HEADER, size, List.copyOf(fields));
    }

    private static FrameField field(SpillPlan plan, Field field, int offset, int bytes) {
        boolean isSelf = field.name().equals(FrameLayout.SELF);
        List<Integer> points = plan.stops().stream()
                .filter(stop -> isSelf
                        || stop.saved().stream().anyMatch(it -> it.field().equals(field)))
                .map(stop -> stop.point().state())
                .toList();
        return new FrameField(
                field.name(),
                Type.getType(field.descriptor()).getClassName(),
                offset,
                bytes,
                false,
                plan.layout().arguments().indexOf(field),
                points);
    }

    private static int bytes(Field field) {
        return field.descriptor().equals("J") || field.descriptor().equals("D") ? 8 : 4;
    }
}
