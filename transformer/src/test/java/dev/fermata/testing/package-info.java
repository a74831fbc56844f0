/** Doubles of what woven tests link to: the real ones are in a module that the transformer does not depend on. */
package dev.fermata.testing;
