package dev.fermata.benchmarks;

import dev.fermata.Coroutine;

/** An async method that no call site can bind statically. */
interface Priced {
    Coroutine<Integer> price(int n);
}
