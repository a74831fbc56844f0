package dev.fermata.transformer.folder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FolderLockTest {
    @TempDir
    private Path folder;

    @Test
    void second_run_in_this_jvm_says_that_it_waits_and_waits() throws Exception {
        FolderLock first = FolderLock.acquire(folder, line -> {});
        assertSecondWaitsFor(first::close);
    }

    @Test
    void run_in_another_process_is_waited_for() throws Exception {
        Process other = KilledRun.start(LockHolder.class, folder.toString());
        try (BufferedReader output = other.inputReader(StandardCharsets.UTF_8)) {
            assertEquals("locked", output.readLine());
            assertSecondWaitsFor(() -> other.getOutputStream().close());
        } finally {
            other.destroyForcibly();
        }
    }

    @Test
    void process_that_is_killed_leaves_no_lock() throws Exception {
        Process other = KilledRun.start(LockHolder.class, folder.toString());
        try (BufferedReader output = other.inputReader(StandardCharsets.UTF_8)) {
            assertEquals("locked", output.readLine());
            assertSecondWaitsFor(other::destroyForcibly);
        }
    }

    private interface Release {
        void run() throws Exception;
    }

    private void assertSecondWaitsFor(Release release) throws Exception {
        CountDownLatch waits = new CountDownLatch(1);
        List<String> log = new ArrayList<>();
        CompletableFuture<Boolean> second = CompletableFuture.supplyAsync(() -> {
            try {
                FolderLock.acquire(folder, line -> {
                            log.add(line);
                            waits.countDown();
                        })
                        .close();
                return true;
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        waits.await();
        assertEquals(List.of("Fermata: another build is using " + folder + "; waiting for it"), log);
        assertEquals(false, second.isDone());
        release.run();
        assertTrue(second.join());
    }

    @Test
    void folder_that_cannot_be_locked_is_told_of() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        List<String> log = new ArrayList<>();
        FolderLock.acquire(file, log::add).close();
        assertEquals(1, log.size());
        assertTrue(log.get(0).startsWith("Fermata: " + file + " cannot be locked (" + file), log.get(0));
    }

    @Test
    void two_builds_of_one_folder_at_once_both_end_right() throws Exception {
        Project project = new Project(folder.resolve("target"));
        Scenario.FRESH.prepare(project, 0);
        Project other = new Project(folder.resolve("target"));
        CompletableFuture<WeaveSummary> summary = CompletableFuture.supplyAsync(() -> {
            try {
                return other.weave();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        List<String> lines = List.of(project.weave().line(), summary.join().line());
        assertEquals(
                List.of("Fermata: nothing woven; 3 classes up to date", "Fermata: wove 4 async methods in 3 classes"),
                lines.stream().sorted().toList());
    }

    /** A process with a lock, until its input ends. */
    static final class LockHolder {
        public static void main(String[] arguments) throws IOException {
            try (FolderLock lock = FolderLock.acquire(Path.of(arguments[0]), line -> {})) {
                System.out.println("locked");
                while (System.in.read() >= 0) {
                    // until it is closed
                }
            }
        }
    }
}
