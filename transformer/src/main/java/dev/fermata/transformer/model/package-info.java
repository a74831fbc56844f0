/**
 * What is async in a nest of classes: its methods ({@link dev.fermata.transformer.model.AsyncMethods}), the places where they
 * may suspend ({@link dev.fermata.transformer.model.SuspensionPoints}), how scopes are left, and the rules that all of this
 * has to keep ({@link dev.fermata.transformer.model.RuleCheck}).
 *
 * <p>Not here: what becomes of any of it. Nothing in this package changes a class.
 */
@NullMarked
package dev.fermata.transformer.model;

import org.jspecify.annotations.NullMarked;
