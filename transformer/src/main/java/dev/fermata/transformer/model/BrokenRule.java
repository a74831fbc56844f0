package dev.fermata.transformer.model;

import dev.fermata.rules.Rule;

/**
 * A rule that a method breaks.
 *
 * @param rule which
 * @param method as it is called in messages
 * @param line from 1; 0 where unknown
 * @param detail what was found there, or empty
 */
public record BrokenRule(Rule rule, String method, int line, String detail) {}
