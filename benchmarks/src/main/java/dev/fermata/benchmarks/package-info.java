/** What an await costs here and elsewhere. */
@NullMarked
package dev.fermata.benchmarks;

import org.jspecify.annotations.NullMarked;
