/**
 * Decides what a frame holds: which values are saved at each suspension point, in which field, and for what reason. {@link
 * dev.fermata.transformer.plan.SpillPlanner} makes a {@link dev.fermata.transformer.plan.SpillPlan} of each method, {@link
 * dev.fermata.transformer.plan.FrameNames} the names of the frame classes. Plans are immutable; all that emission and the
 * report know is in them.
 *
 * <p>Not here: instructions that are made, and class files.
 */
@NullMarked
package dev.fermata.transformer.plan;

import org.jspecify.annotations.NullMarked;
