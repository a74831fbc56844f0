package dev.fermata.benchmarks.kotlin

import kotlin.coroutines.Continuation
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.coroutines.intrinsics.COROUTINE_SUSPENDED
import kotlin.coroutines.intrinsics.startCoroutineUninterceptedOrReturn
import kotlin.coroutines.intrinsics.suspendCoroutineUninterceptedOrReturn
import kotlin.coroutines.resume

/**
 * What Kotlin's compiler makes of a suspend function, on the least that can be a loop. There is no kotlinx.coroutines:
 * no cancellation, no names, no parents, no dispatcher, no stack traces of the suspended callers.
 */
class BareLoop {
    private var ring = arrayOfNulls<Continuation<Unit>>(1 shl 11)
    private var head = 0
    private var tail = 0

    fun add(continuation: Continuation<Unit>) {
        if (tail - head == ring.size) {
            grow()
        }
        ring[tail++ and (ring.size - 1)] = continuation
    }

    private fun grow() {
        val larger = arrayOfNulls<Continuation<Unit>>(ring.size * 2)
        val count = tail - head
        for (i in 0 until count) {
            larger[i] = ring[head + i and (ring.size - 1)]
        }
        ring = larger
        head = 0
        tail = count
    }

    fun isIdle() = head == tail

    fun turn() {
        val slot = head++ and (ring.size - 1)
        val next = ring[slot]!!
        ring[slot] = null
        next.resume(Unit)
    }

    fun turns(count: Int) {
        for (i in 0 until count) {
            turn()
        }
    }

    suspend fun giveWay(): Unit = suspendCoroutineUninterceptedOrReturn {
        add(it)
        COROUTINE_SUSPENDED
    }

    /** Starts [body] at once; a task of this loop is started in its first turn instead. */
    fun <T> start(body: suspend () -> T): Ending<T> {
        val ending = Ending<T>()
        val result = body.startCoroutineUninterceptedOrReturn(ending)
        if (result !== COROUTINE_SUSPENDED) {
            @Suppress("UNCHECKED_CAST")
            ending.resumeWith(Result.success(result as T))
        }
        return ending
    }

    /** Starts [body] in its first turn. */
    fun <T> task(body: suspend () -> T): Ending<T> {
        val ending = Ending<T>()
        add(First(body, ending))
        return ending
    }

    private class First<T>(private val body: suspend () -> T, private val ending: Ending<T>) : Continuation<Unit> {
        override val context: CoroutineContext
            get() = EmptyCoroutineContext

        override fun resumeWith(result: Result<Unit>) {
            val returned = try {
                body.startCoroutineUninterceptedOrReturn(ending)
            } catch (failure: Throwable) {
                ending.resumeWith(Result.failure(failure))
                return
            }
            if (returned !== COROUTINE_SUSPENDED) {
                @Suppress("UNCHECKED_CAST")
                ending.resumeWith(Result.success(returned as T))
            }
        }
    }

    /** Makes turns until [body] has ended. */
    fun <T> run(body: suspend () -> T): T {
        val ending = start(body)
        while (!ending.done) {
            turn()
        }
        return ending.result()
    }

    /** Where a coroutine ends, and what one other may await. */
    inner class Ending<T> : Continuation<T> {
        private var outcome: Result<T>? = null
        private var waiter: Continuation<Unit>? = null

        val done: Boolean
            get() = outcome != null

        override val context: CoroutineContext
            get() = EmptyCoroutineContext

        override fun resumeWith(result: Result<T>) {
            outcome = result
            waiter?.let { add(it) }
        }

        fun result(): T = outcome!!.getOrThrow()

        suspend fun await(): T {
            if (outcome == null) {
                suspendCoroutineUninterceptedOrReturn<Unit> {
                    waiter = it
                    COROUTINE_SUSPENDED
                }
            }
            return result()
        }
    }

    /** A queue of one item between two coroutines. */
    inner class Slot<T : Any> {
        private var item: T? = null
        private var waiter: Continuation<Unit>? = null

        private suspend fun untilChanged() = suspendCoroutineUninterceptedOrReturn<Unit> {
            waiter = it
            COROUTINE_SUSPENDED
        }

        private fun changed() {
            waiter?.let {
                waiter = null
                add(it)
            }
        }

        suspend fun put(next: T) {
            while (item != null) {
                untilChanged()
            }
            item = next
            changed()
        }

        suspend fun get(): T {
            while (true) {
                val found = item
                if (found != null) {
                    item = null
                    changed()
                    return found
                }
                untilChanged()
            }
        }
    }
}
