package dev.fermata.transformer.plan;

import java.util.List;
import org.objectweb.asm.tree.ClassNode;

/**
 * What is to be done to a class.
 *
 * @param host the class, as the compiler wrote it
 * @param nestHost the class whose nest it is in, which may be itself
 * @param methods at least one
 */
public record ClassPlan(ClassNode host, ClassNode nestHost, List<SpillPlan> methods) {}
