package dev.fermata.transformer.emit;

import dev.fermata.transformer.plan.SpillPlan;

/** A body that no class file can hold, although ASM would write it: counts of 16 bits would start again from 0. */
@SuppressWarnings("serial") // never leaves the driver
public final class BodyTooLarge extends RuntimeException {
    private final SpillPlan plan;
    private final String detail;

    BodyTooLarge(SpillPlan plan, String detail) {
        super(detail, null, false, false);
        this.plan = plan;
        this.detail = detail;
    }

    /** Of the method. */
    public SpillPlan plan() {
        return plan;
    }

    /** Of what there is too much, and how much. */
    public String detail() {
        return detail;
    }
}
