package dev.fermata.benchmarks.kotlin

import kotlinx.coroutines.yield

/** The works that never suspend, the same for bare intrinsics and for kotlinx.coroutines. */
object Works {
    suspend fun fib(n: Int): Int = if (n < 2) n else (fib(n - 1) + fib(n - 2)) and 63

    interface Priced {
        suspend fun price(n: Int): Int
    }

    private class Cheap : Priced {
        override suspend fun price(n: Int): Int {
            if (n < 0) {
                yield()
            }
            return (n + 1) and 63
        }
    }

    private class Dear : Priced {
        override suspend fun price(n: Int): Int {
            if (n < 0) {
                yield()
            }
            return (n + 7) and 63
        }
    }

    private class Fair : Priced {
        override suspend fun price(n: Int): Int {
            if (n < 0) {
                yield()
            }
            return (n + 3) and 63
        }
    }

    private class Free : Priced {
        override suspend fun price(n: Int): Int {
            if (n < 0) {
                yield()
            }
            return n and 63
        }
    }

    /** [count] objects of the first [classes] of the four, in turn. */
    @JvmStatic
    fun priced(count: Int, classes: Int): Array<Priced> = Array(count) {
        when (it % classes) {
            0 -> Cheap()
            1 -> Dear()
            2 -> Fair()
            else -> Free()
        }
    }

    suspend fun total(all: Array<Priced>): Int {
        var total = 0
        for (priced in all) {
            total = (total + priced.price(total)) and 63
        }
        return total
    }
}
