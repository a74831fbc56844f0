package dev.fermata.benchmarks.kotlin

/** The works on a [BareLoop]. */
class BareWorks {
    private val loop = BareLoop()

    fun fib(n: Int): Int = loop.run { Works.fib(n) }

    fun total(all: Array<Works.Priced>): Int = loop.run { Works.total(all) }

    /** Starts [tasks] tasks that give way for ever, each at the end of a chain of [depth] calls. */
    fun crowd(tasks: Int, depth: Int) {
        for (i in 0 until tasks) {
            loop.start { deep(depth, Int.MAX_VALUE) }
        }
    }

    fun turns(count: Int) = loop.turns(count)

    fun giveWay(depth: Int, times: Int) = loop.run { deep(depth, times) }

    private suspend fun deep(depth: Int, times: Int) {
        if (depth > 1) {
            deep(depth - 1, times)
            return
        }
        for (i in 0 until times) {
            loop.giveWay()
        }
    }

    /** Builds a chain, suspends once at its end, and unwinds it; [times] times. */
    fun descents(depth: Int, times: Int): Int = loop.run {
        var sum = 0
        for (i in 0 until times) {
            sum += descend(depth)
        }
        sum
    }

    private suspend fun descend(depth: Int): Int {
        if (depth > 1) {
            return (descend(depth - 1) + 1) and 63
        }
        loop.giveWay()
        return 1
    }

    fun sum(count: Int, seldom: Int): Int = loop.run { sumOf(count, seldom) }

    private suspend fun sumOf(count: Int, seldom: Int): Int {
        var sum = 0
        for (i in 1..count) {
            sum += next(i, seldom)
        }
        return sum
    }

    private suspend fun next(i: Int, seldom: Int): Int {
        if (i % seldom == 0) {
            loop.giveWay()
        }
        return i and 63
    }

    fun caught(depth: Int, read: Boolean): Int = loop.run {
        try {
            fall(depth)
        } catch (failure: IllegalStateException) {
            if (read) failure.stackTrace.size else 0
        }
    }

    private suspend fun fall(depth: Int): Int {
        if (depth > 1) {
            return fall(depth - 1) + 1
        }
        loop.giveWay()
        throw IllegalStateException("at the bottom")
    }

    fun spawnAndJoin(tasks: Int): Long = loop.run {
        val all = Array(tasks) { i -> loop.task { leaf(i) } }
        var sum = 0L
        for (task in all) {
            sum += task.await()
        }
        sum
    }

    @Suppress("RedundantSuspendModifier")
    private suspend fun leaf(i: Int): Int = i

    fun skynet(leaves: Int): Long = loop.run { skynet(0, leaves) }

    private suspend fun skynet(first: Int, leaves: Int): Long {
        if (leaves == 1) {
            return first.toLong()
        }
        val part = leaves / 10
        val all = Array(10) { i -> loop.task { skynet(first + i * part, part) } }
        var sum = 0L
        for (task in all) {
            sum += task.await()
        }
        return sum
    }

    fun pingPong(rounds: Int): Int {
        val there = loop.Slot<Int>()
        val back = loop.Slot<Int>()
        loop.task {
            for (i in 0 until rounds) {
                back.put(there.get() + 1)
            }
        }
        return loop.run {
            var ball = 0
            for (i in 0 until rounds) {
                there.put(ball)
                ball = back.get()
            }
            ball
        }
    }
}
