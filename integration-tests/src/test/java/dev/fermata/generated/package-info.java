/**
 * Random programs: {@link dev.fermata.generated.ProgramWriter} writes one for each seed, {@link dev.fermata.generated.Trial}
 * compiles it, weaves it, and compares it with its unwoven twin under masks of suspensions and failures. On one thread.
 * Fixtures written by hand stand in {@code dev.fermata.woven}, and so does every shrunk program that found a bug.
 */
package dev.fermata.generated;
