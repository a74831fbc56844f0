package dev.fermata.processor;

import com.sun.source.tree.Tree;
import dev.fermata.rules.Rule;

/**
 * A rule that a source breaks.
 *
 * @param at the smallest tree that is wrong
 * @param where the method, as {@code com.acme.Shop.buy}
 * @param detail what was found there, or empty
 */
record Finding(Rule rule, Tree at, String where, String detail) {
    String message() {
        return rule.messageAt(where, detail);
    }
}
