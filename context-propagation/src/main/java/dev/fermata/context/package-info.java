/**
 * What the accessors of Micrometer's context-propagation can read and write follows tasks.
 * {@link dev.fermata.context.RegisteredContext} is what the runtime finds, by its name; nobody else uses this package.
 *
 * <p>From any thread. What knows a particular framework, such as SLF4J, must not be in here: the frameworks bring accessors
 * of their own. Exported to the
 * runtime alone.
 */
@NullMarked
package dev.fermata.context;

import org.jspecify.annotations.NullMarked;
