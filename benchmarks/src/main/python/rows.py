"""The rows of the benchmarks in CPython's asyncio. Started by dev.fermata.benchmarks.CPython.

Prints one line of JSON a row: the work as the Java side names it, the form "cpython", the nanoseconds of an operation (the
median of the repeats) and the version. Arguments are regular expressions that choose rows; "--quick" makes a fiftieth of
the work, to look around.
"""

import asyncio
import contextvars
import json
import platform
import random
import re
import statistics
import sys
import threading
import time

ROWS = []
QUICK = "--quick" in sys.argv


def size(count):
    return max(100, count // 50) if QUICK else count


def row(work, repeats=5):
    """Registers a coroutine function that does the work once and returns its number of operations."""

    def register(function):
        ROWS.append((work, function, repeats))
        return function

    return register


def check(expected, found):
    if expected != found:
        raise AssertionError(f"expected {expected} and found {found}")


async def fib(n):
    if n < 2:
        return n
    return (await fib(n - 1) + await fib(n - 2)) & 63


@row("AwaitDirect")
async def await_direct():
    check(6765 & 63, await fib(20))
    return 21891


class Cheap:
    async def price(self, n):
        return (n + 1) & 63


class Dear:
    async def price(self, n):
        return (n + 7) & 63


class Fair:
    async def price(self, n):
        return (n + 3) & 63


class Free:
    async def price(self, n):
        return n & 63


def await_virtual(classes):
    async def run():
        calls = 1000
        all_priced = [classes[i % len(classes)]() for i in range(calls)]
        total = 0
        for _ in range(10):
            for priced in all_priced:
                total = (total + await priced.price(total)) & 63
        return calls * 10

    return run


row("AwaitVirtual implementations=1")(await_virtual([Cheap]))
row("AwaitVirtual implementations=4")(await_virtual([Cheap, Dear, Fair, Free]))


async def give_way(depth, times):
    if depth > 1:
        await give_way(depth - 1, times)
    else:
        for _ in range(times):
            await asyncio.sleep(0)


async def crowd(tasks, depth, times):
    await asyncio.gather(*(give_way(depth, times) for _ in range(tasks)))
    return tasks * times


@row("Switch")
async def switch():
    return await crowd(1000, 1, 100)


@row("SwitchAlone")
async def switch_alone():
    await give_way(1, 10_000)
    return 10_000


@row("ResumeDepth depth=1")
async def resume_depth_1():
    return await crowd(100, 1, 1000)


@row("ResumeDepth depth=100")
async def resume_depth_100():
    return await crowd(100, 100, 1000)


async def descend(depth):
    if depth > 1:
        return (await descend(depth - 1) + 1) & 63
    await asyncio.sleep(0)
    return 1


@row("DeepSuspension")
async def deep_suspension():
    total = 0
    for _ in range(100):
        total += await descend(100)
    check(100 * (100 & 63), total)
    return 100


async def following(i, seldom):
    if i % seldom == 0:
        await asyncio.sleep(0)
    return i & 63


@row("SeldomSuspends")
async def seldom_suspends():
    count = 100_000
    total = 0
    for i in range(1, count + 1):
        total += await following(i, 1000)
    check(sum(i & 63 for i in range(1, count + 1)), total)
    return count


async def fall(depth):
    if depth > 1:
        return await fall(depth - 1) + 1
    await asyncio.sleep(0)
    raise ValueError("at the bottom")


def throwing(read):
    async def run():
        import traceback

        for _ in range(100):
            try:
                await fall(64)
            except ValueError as failure:
                if read:
                    check(65, len(traceback.extract_tb(failure.__traceback__)))
        return 100

    return run


row("Throwing read=false")(throwing(False))
row("Throwing read=true")(throwing(True))


async def leaf(i):
    return i


@row("SpawnAndJoin", repeats=1)
async def spawn_and_join():
    tasks = size(1_000_000)
    started = [asyncio.create_task(leaf(i)) for i in range(tasks)]
    total = 0
    for task in started:
        total += await task
    check(tasks * (tasks - 1) // 2, total)
    return tasks


@row("GatherMillion", repeats=1)
async def gather_million():
    tasks = size(1_000_000)
    check(tasks * (tasks - 1) // 2, sum(await asyncio.gather(*(leaf(i) for i in range(tasks)))))
    return tasks


def gather(tasks):
    async def run():
        for _ in range(20):
            check(tasks * (tasks - 1) // 2, sum(await asyncio.gather(*(leaf(i) for i in range(tasks)))))
        return 20

    return run


row("Gather tasks=10")(gather(10))
row("Gather tasks=1000")(gather(1000))


async def skynet_tasks(first, leaves):
    if leaves == 1:
        return first
    part = leaves // 10
    tasks = [asyncio.create_task(skynet_tasks(first + i * part, part)) for i in range(10)]
    total = 0
    for task in tasks:
        total += await task
    return total


async def skynet_groups(first, leaves):
    if leaves == 1:
        return first
    part = leaves // 10
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(skynet_groups(first + i * part, part)) for i in range(10)]
    return sum(task.result() for task in tasks)


def skynet(function):
    async def run():
        leaves = 10_000 if QUICK else 1_000_000
        check(leaves * (leaves - 1) // 2, await function(0, leaves))
        return leaves

    return run


row("Skynet", repeats=1)(skynet(skynet_tasks))
row("SkynetGroup", repeats=1)(skynet(skynet_groups))


@row("QueuePingPong")
async def queue_ping_pong():
    rounds = 10_000
    there = asyncio.Queue(1)
    back = asyncio.Queue(1)

    async def echo():
        for _ in range(rounds):
            await back.put(await there.get() + 1)

    task = asyncio.create_task(echo())
    ball = 0
    for _ in range(rounds):
        await there.put(ball)
        ball = await back.get()
    await task
    check(rounds, ball)
    return rounds


def queue_throughput(capacity):
    async def run():
        items = 10_000
        queue = asyncio.Queue(capacity)

        async def produce():
            for i in range(items):
                await queue.put(i & 63)

        task = asyncio.create_task(produce())
        total = 0
        for _ in range(items):
            total += await queue.get()
        await task
        check(sum(i & 63 for i in range(items)), total)
        return items

    return run


row("QueueThroughput capacity=1")(queue_throughput(1))
row("QueueThroughput capacity=100")(queue_throughput(100))


def uncontended(kind):
    async def run():
        times = 10_000
        primitive = kind()
        count = 0
        for _ in range(times):
            async with primitive:
                count += 1
        check(times, count)
        return times

    return run


def contended(kind):
    async def run():
        tasks, times = 10, 1000
        primitive = kind()
        count = 0

        async def turns():
            nonlocal count
            for _ in range(times):
                async with primitive:
                    await asyncio.sleep(0)
                    count += 1

        await asyncio.gather(*(turns() for _ in range(tasks)))
        check(tasks * times, count)
        return tasks * times

    return run


row("LockFree")(uncontended(asyncio.Lock))
row("LockContended")(contended(asyncio.Lock))
row("SemaphoreFree")(uncontended(lambda: asyncio.Semaphore(2)))
row("SemaphoreContended")(contended(lambda: asyncio.Semaphore(2)))


@row("EventSet")
async def event_set():
    event = asyncio.Event()
    event.set()
    for _ in range(10_000):
        await event.wait()
    return 10_000


@row("EventAwaited")
async def event_awaited():
    tasks, rounds = 10, 1000
    event = asyncio.Event()
    count = 0

    async def waits():
        nonlocal count
        for _ in range(rounds):
            await event.wait()
            count += 1

    waiting = [asyncio.create_task(waits()) for _ in range(tasks)]
    await asyncio.sleep(0)
    for _ in range(rounds):
        event.set()
        event.clear()
        await asyncio.sleep(0)
    await asyncio.gather(*waiting)
    check(tasks * rounds, count)
    return tasks * rounds


@row("ConditionSignalled")
async def condition_signalled():
    rounds = 5000
    condition = asyncio.Condition()
    turn = 0

    async def turns(mine):
        nonlocal turn
        for _ in range(rounds):
            async with condition:
                while turn % 2 != mine:
                    await condition.wait()
                turn += 1
                condition.notify()

    await asyncio.gather(turns(0), turns(1))
    check(2 * rounds, turn)
    return 2 * rounds


@row("Group")
async def group():
    times, children = 100, 10
    count = 0

    async def child():
        nonlocal count
        count += 1

    for _ in range(times):
        async with asyncio.TaskGroup() as opened:
            for _ in range(children):
                opened.create_task(child())
    check(times * children, count)
    return times


@row("TimeoutThatDoesNotFire")
async def timeout_that_does_not_fire():
    count = 0
    for _ in range(1000):
        async with asyncio.timeout(3600):
            count += await leaf(1)
    check(1000, count)
    return 1000


@row("ToThread")
async def to_thread():
    count = 0
    for _ in range(100):
        count += await asyncio.to_thread(lambda: 1)
    check(100, count)
    return 100


def cross_thread(threads):
    async def run():
        calls = 96_000
        loop = asyncio.get_running_loop()
        all_made = asyncio.Event()
        count = 0

        def call():
            nonlocal count
            count += 1
            if count == calls:
                all_made.set()

        def submit():
            for _ in range(calls // threads):
                loop.call_soon_threadsafe(call)

        submitters = [threading.Thread(target=submit) for _ in range(threads)]
        for submitter in submitters:
            submitter.start()
        await all_made.wait()
        for submitter in submitters:
            submitter.join()
        return calls

    return run


for number in (1, 4, 16):
    row(f"CrossThread threads={number}", repeats=3)(cross_thread(number))


LOCAL = contextvars.ContextVar("benchmark")


@row("TaskLocalRead")
async def task_local_read():
    LOCAL.set("a")
    count = 0
    for _ in range(10_000):
        count += len(LOCAL.get())
    check(10_000, count)
    return 10_000


@row("TaskLocalSet")
async def task_local_set():
    LOCAL.set("aa")
    for _ in range(10_000):
        token = LOCAL.set("b")
        LOCAL.reset(token)
    check("aa", LOCAL.get())
    return 10_000


@row("TimersFire", repeats=1)
async def timers_fire():
    timers = size(1_000_000)
    loop = asyncio.get_running_loop()
    all_fired = asyncio.Event()
    count = 0

    def fire():
        nonlocal count
        count += 1
        if count == timers:
            all_fired.set()

    source = random.Random(1)
    delays = [source.randrange(50_000) / 1e6 for _ in range(timers)]
    for delay in delays:
        loop.call_later(delay, fire)
    await all_fired.wait()
    return timers


@row("TimersCancel", repeats=1)
async def timers_cancel():
    timers = size(1_000_000)
    loop = asyncio.get_running_loop()
    source = random.Random(1)
    delays = [3600 + source.randrange(3_600_000) / 1e3 for _ in range(timers)]

    def never_called():
        raise AssertionError("a cancelled timer has fired")

    handles = [loop.call_later(delay, never_called) for delay in delays]
    for handle in handles:
        handle.cancel()
    check(timers, sum(handle.cancelled() for handle in handles))
    return timers


@row("SleepFire", repeats=1)
async def sleep_fire():
    tasks = size(1_000_000)
    source = random.Random(1)
    woken = 0

    async def nap(seconds):
        nonlocal woken
        await asyncio.sleep(seconds)
        woken += 1

    started = [asyncio.create_task(nap((source.randrange(50) + 1) / 1e3)) for _ in range(tasks)]
    for task in started:
        await task
    check(tasks, woken)
    return tasks


@row("SleepCancel", repeats=1)
async def sleep_cancel():
    tasks = size(1_000_000)
    ended = 0

    async def nap():
        nonlocal ended
        try:
            await asyncio.sleep(3600)
        finally:
            ended += 1

    started = [asyncio.create_task(nap()) for _ in range(tasks)]
    await asyncio.sleep(0)
    for task in started:
        task.cancel()
    await asyncio.wait(started)
    check(tasks, ended)
    return tasks


def nanos(function):
    """The time of one operation. The loop that runs it exists before the clock starts, as on the Java side."""
    with asyncio.Runner() as runner:
        runner.get_loop()
        start = time.perf_counter_ns()
        operations = runner.run(function())
        return (time.perf_counter_ns() - start) / operations


def main():
    if sys.version_info < (3, 11):
        sys.exit("asyncio has groups and timeouts from Python 3.11 on; this is " + platform.python_version())
    chosen = [argument for argument in sys.argv[1:] if argument != "--quick"]
    for work, function, repeats in ROWS:
        if chosen and not any(re.search(pattern, work) for pattern in chosen):
            continue
        times = [nanos(function) for _ in range(1 if QUICK else repeats)]
        print(
            json.dumps(
                {
                    "work": work,
                    "form": "cpython",
                    "nanos": statistics.median(times),
                    "repeats": len(times),
                    "version": platform.python_version(),
                }
            ),
            flush=True,
        )


main()
