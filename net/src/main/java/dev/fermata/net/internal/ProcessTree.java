package dev.fermata.net.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Ends a child and its descendants: asks them to terminate, and kills those that have not ended in time. A descendant whose
 * own parent has ended before belongs to the system, and is not found.
 *
 * <p>It polls in a thread, because the JDK looks after a process that is not its child only every third of a second. From
 * any thread.
 */
public final class ProcessTree {
    /** How often a kill is repeated, also for processes that were started meanwhile. */
    private static final int KILLS = 5;

    private static final Duration AFTER_KILL = Duration.ofSeconds(1);

    /** What is for ever: more would be too many nanoseconds. */
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private final Process root;
    private final Object name;
    private final Set<ProcessHandle> members = new LinkedHashSet<>();

    /** Set by whoever wants the grace to end. */
    private volatile boolean isHurried;

    /**
     * Prepares to end a child.
     *
     * @param name for messages
     */
    public ProcessTree(Process root, Object name) {
        this.root = root;
        this.name = name;
    }

    /** Ends the processes in a thread. The future is completed when all have ended. Called once. */
    public CompletableFuture<Void> end(Duration grace) {
        if (!root.isAlive()) {
            return CompletableFuture.completedFuture(null); // its descendants have other parents now
        }
        return BlockingCalls.call("ends " + name, () -> {
            endNow(grace);
            return null;
        });
    }

    /** Ends the grace. */
    public void hurry() {
        isHurried = true;
    }

    private void endNow(Duration grace) throws IOException, InterruptedException {
        members.add(root.toHandle()); // the first, before it sees that its children end and does something else
        findMore();
        if (grace.compareTo(Duration.ZERO) > 0 && !isHurried) {
            members.forEach(ProcessHandle::destroy);
            waitForAll(grace, true);
        }
        for (int i = 0; i < KILLS && !living().isEmpty(); i++) {
            findMore();
            living().forEach(ProcessHandle::destroyForcibly);
            waitForAll(AFTER_KILL, false);
        }
        List<ProcessHandle> living = living();
        if (!living.isEmpty()) {
            throw new IOException("Ending " + name + ": these processes could not be killed: "
                    + living.stream().map(it -> "" + it.pid()).collect(Collectors.joining(", ")));
        }
        root.waitFor(AFTER_KILL.toMillis(), TimeUnit.MILLISECONDS); // until the JDK has its exit code
    }

    private void findMore() {
        for (ProcessHandle each : List.copyOf(members)) {
            each.descendants().forEach(members::add);
        }
    }

    private void waitForAll(Duration limit, boolean endsInHurry) throws InterruptedException {
        long deadline = System.nanoTime() + (limit.compareTo(LONGEST) < 0 ? limit : LONGEST).toNanos();
        long pause = 1;
        while (!living().isEmpty() && System.nanoTime() - deadline < 0 && !(endsInHurry && isHurried)) {
            Thread.sleep(pause);
            pause = Math.min(20, pause + 1);
        }
    }

    private List<ProcessHandle> living() {
        return members.stream()
                .filter(each -> each.isAlive() && !isZombie(each))
                .toList();
    }

    /**
     * Whether a process has ended and its parent has not asked for its exit code. For the JDK it is alive. A descendant may stay
     * like that for ever: where process 1 is some program that does not look after children, as in many containers.
     */
    private static boolean isZombie(ProcessHandle process) {
        try {
            String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
            return stat.startsWith(") Z", stat.lastIndexOf(')'));
        } catch (IOException noSuchFile) {
            return false; // it is gone, which the next look sees, or the system has no such files
        }
    }
}
