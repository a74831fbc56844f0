package dev.fermata.benchmarks.kotlin

import java.util.SplittableRandom
import java.util.concurrent.Callable
import java.util.concurrent.Executors
import java.util.function.LongSupplier
import kotlin.coroutines.AbstractCoroutineContextElement
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.coroutineContext
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ExecutorCoroutineDispatcher
import kotlinx.coroutines.Job
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancelChildren
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.Semaphore
import kotlinx.coroutines.sync.withLock
import kotlinx.coroutines.sync.withPermit
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.yield

/**
 * The works in kotlinx.coroutines, on the event loop of `runBlocking`: one thread, with cancellation and structured
 * concurrency, as Fermata has. Its channels and locks can also be used from many threads, which ours cannot. Names and
 * traces of the suspended callers are there in its debug mode only, which is off.
 */
object RunBlocking {
    @JvmStatic
    fun fib(n: Int): Int = runBlocking { Works.fib(n) }

    @JvmStatic
    fun total(all: Array<Works.Priced>): Int = runBlocking { Works.total(all) }

    /** One task gives way [times] times among [tasks], the others until it has. */
    @JvmStatic
    fun giveWay(tasks: Int, depth: Int, times: Int) = runBlocking {
        for (i in 1 until tasks) {
            launch { deep(depth, Int.MAX_VALUE) }
        }
        deep(depth, times)
        coroutineContext.cancelChildren()
    }

    private suspend fun deep(depth: Int, times: Int) {
        if (depth > 1) {
            deep(depth - 1, times)
            return
        }
        for (i in 0 until times) {
            yield()
        }
    }

    /** Builds a chain, suspends once at its end, and unwinds it; [times] times. */
    @JvmStatic
    fun descents(depth: Int, times: Int): Int = runBlocking {
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
        yield()
        return 1
    }

    @JvmStatic
    fun sum(count: Int, seldom: Int): Int = runBlocking { sumOf(count, seldom) }

    private suspend fun sumOf(count: Int, seldom: Int): Int {
        var sum = 0
        for (i in 1..count) {
            sum += next(i, seldom)
        }
        return sum
    }

    private suspend fun next(i: Int, seldom: Int): Int {
        if (i % seldom == 0) {
            yield()
        }
        return i and 63
    }

    @JvmStatic
    fun caught(depth: Int, read: Boolean): Int = runBlocking {
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
        yield()
        throw IllegalStateException("at the bottom")
    }

    @JvmStatic
    fun spawnAndJoin(tasks: Int): Long = runBlocking {
        val all = List(tasks) { i -> async { leaf(i) } }
        var sum = 0L
        for (task in all) {
            sum += task.await()
        }
        sum
    }

    @Suppress("RedundantSuspendModifier")
    private suspend fun leaf(i: Int): Int = i

    /** [times] times a gather of [tasks]. */
    @JvmStatic
    fun gather(tasks: Int, times: Int): Long = runBlocking {
        var sum = 0L
        for (i in 0 until times) {
            sum += List(tasks) { leaf -> async { leaf(leaf) } }.awaitAll().sumOf { it.toLong() }
        }
        sum
    }

    /** All tasks in one scope. */
    @JvmStatic
    fun skynet(leaves: Int): Long = runBlocking { skynet(0, leaves) }

    private suspend fun CoroutineScope.skynet(first: Int, leaves: Int): Long {
        if (leaves == 1) {
            return first.toLong()
        }
        val part = leaves / 10
        val all = List(10) { i -> async { skynet(first + i * part, part) } }
        var sum = 0L
        for (task in all) {
            sum += task.await()
        }
        return sum
    }

    /** A scope at each level, as Kotlin's documentation recommends. */
    @JvmStatic
    fun skynetScopes(leaves: Int): Long = runBlocking { scopes(0, leaves) }

    private suspend fun scopes(first: Int, leaves: Int): Long {
        if (leaves == 1) {
            return first.toLong()
        }
        val part = leaves / 10
        return coroutineScope {
            val all = List(10) { i -> async { scopes(first + i * part, part) } }
            var sum = 0L
            for (task in all) {
                sum += task.await()
            }
            sum
        }
    }

    @JvmStatic
    fun pingPong(rounds: Int): Int = runBlocking {
        val there = Channel<Int>(1)
        val back = Channel<Int>(1)
        launch {
            for (i in 0 until rounds) {
                back.send(there.receive() + 1)
            }
        }
        var ball = 0
        for (i in 0 until rounds) {
            there.send(ball)
            ball = back.receive()
        }
        ball
    }

    @JvmStatic
    fun throughput(capacity: Int, items: Int): Long = runBlocking {
        val queue = Channel<Int>(capacity)
        launch {
            for (i in 0 until items) {
                queue.send(i and 63)
            }
        }
        var sum = 0L
        for (i in 0 until items) {
            sum += queue.receive()
        }
        sum
    }

    @JvmStatic
    fun lockFree(times: Int): Int = runBlocking {
        val lock = Mutex()
        var count = 0
        for (i in 0 until times) {
            lock.withLock { count++ }
        }
        count
    }

    /** [tasks] tasks take the lock [times] times each, and give way while they hold it. */
    @JvmStatic
    fun lockContended(tasks: Int, times: Int): Int {
        var count = 0
        runBlocking {
            val lock = Mutex()
            for (task in 0 until tasks) {
                launch {
                    for (i in 0 until times) {
                        lock.withLock {
                            yield()
                            count++
                        }
                    }
                }
            }
        }
        return count
    }

    @JvmStatic
    fun semaphoreFree(times: Int): Int = runBlocking {
        val semaphore = Semaphore(2)
        var count = 0
        for (i in 0 until times) {
            semaphore.withPermit { count++ }
        }
        count
    }

    @JvmStatic
    fun semaphoreContended(permits: Int, tasks: Int, times: Int): Int {
        var count = 0
        runBlocking {
            val semaphore = Semaphore(permits)
            for (task in 0 until tasks) {
                launch {
                    for (i in 0 until times) {
                        semaphore.withPermit {
                            yield()
                            count++
                        }
                    }
                }
            }
        }
        return count
    }

    /** Kotlin has no event; what comes next to one that is set is a completed Deferred. */
    @JvmStatic
    fun eventSet(times: Int): Int = runBlocking {
        val event = CompletableDeferred<Unit>()
        event.complete(Unit)
        var count = 0
        for (i in 0 until times) {
            event.await()
            count++
        }
        count
    }

    /** One task sets what [tasks] others wait for, [rounds] times; a Deferred for each round, since none can be cleared. */
    @JvmStatic
    fun eventAwaited(tasks: Int, rounds: Int): Int {
        var count = 0
        runBlocking {
            val events = Array(rounds) { CompletableDeferred<Unit>() }
            for (task in 0 until tasks) {
                launch {
                    for (event in events) {
                        event.await()
                        count++
                    }
                }
            }
            yield()
            for (event in events) {
                event.complete(Unit)
                yield()
            }
        }
        return count
    }

    @JvmStatic
    fun group(children: Int, times: Int): Int {
        var count = 0
        runBlocking {
            for (i in 0 until times) {
                coroutineScope {
                    for (child in 0 until children) {
                        launch { count++ }
                    }
                }
            }
        }
        return count
    }

    @JvmStatic
    fun timeout(times: Int): Int = runBlocking {
        var count = 0
        for (i in 0 until times) {
            count += withTimeout(3_600_000) { leaf(1) }
        }
        count
    }

    @JvmStatic
    fun toThread(times: Int, call: Callable<Int>): Int = runBlocking {
        var count = 0
        for (i in 0 until times) {
            count += withContext(Dispatchers.IO) { call.call() }
        }
        count
    }

    private class Name(val value: String) : AbstractCoroutineContextElement(Name) {
        companion object Key : CoroutineContext.Key<Name>
    }

    /** An element of the context, which is Kotlin's own way to hand values to callees. */
    @JvmStatic
    fun localRead(times: Int): Int = runBlocking(Name("a")) {
        var count = 0
        for (i in 0 until times) {
            count += coroutineContext[Name]!!.value.length
        }
        count
    }

    @JvmStatic
    fun localSet(times: Int): Int = runBlocking(Name("a")) {
        var count = 0
        for (i in 0 until times) {
            count += withContext(Name("b")) { leaf(1) }
        }
        count
    }

    /** [count] coroutines that sleep between 0 and [spread] milliseconds; none ends before all have begun. */
    @JvmStatic
    fun sleep(count: Int, spread: Int, seed: Long): Int {
        var woken = 0
        runBlocking {
            val random = SplittableRandom(seed)
            for (i in 0 until count) {
                val time = random.nextInt(spread) + 1L
                launch {
                    delay(time)
                    woken++
                }
            }
        }
        return woken
    }

    /** [count] coroutines that sleep for an hour, and are cancelled. */
    @JvmStatic
    fun cancelledSleep(count: Int): Int {
        var cancelled = 0
        runBlocking {
            val all = ArrayList<Job>(count)
            for (i in 0 until count) {
                all.add(
                    launch {
                        try {
                            delay(3_600_000)
                        } finally {
                            cancelled++
                        }
                    },
                )
            }
            yield()
            for (job in all) {
                job.cancel()
            }
        }
        return cancelled
    }

    /** What one of [count] sleeping coroutines adds to the heap, of which [used] says how much is in use. */
    @JvmStatic
    fun heapOfSleepers(count: Int, used: LongSupplier): Double = runBlocking {
        yield()
        val before = used.asLong
        for (i in 0 until count) {
            launch { delay(36_000_000) }
        }
        yield()
        val bytes = (used.asLong - before).toDouble() / count
        coroutineContext.cancelChildren()
        bytes
    }

    /** A thread with a dispatcher, to which other threads launch coroutines. */
    class Thread : AutoCloseable {
        private val dispatcher: ExecutorCoroutineDispatcher =
            Executors.newSingleThreadExecutor { java.lang.Thread(it).apply { isDaemon = true } }.asCoroutineDispatcher()
        private val scope = CoroutineScope(dispatcher)

        fun launch(body: Runnable) {
            scope.launch { body.run() }
        }

        override fun close() = dispatcher.close()
    }

    @JvmStatic
    fun hello() = runBlocking {
        val task = async {
            yield()
            "hello"
        }
        println(task.await())
    }
}
