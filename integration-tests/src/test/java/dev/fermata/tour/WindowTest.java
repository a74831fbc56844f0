package dev.fermata.tour;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.sleep;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import java.awt.GraphicsEnvironment;
import java.lang.reflect.InvocationTargetException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.swing.JDialog;
import javax.swing.SwingUtilities;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIf;

/** A real window, under a display. The test plays the user from its own thread. */
@Timeout(60)
@DisabledIf("headless")
final class WindowTest {
    private final List<String> statuses = new CopyOnWriteArrayList<>();
    private final List<String> elsewhere = new CopyOnWriteArrayList<>();
    private Window window;

    static boolean headless() {
        return GraphicsEnvironment.isHeadless();
    }

    @BeforeEach
    void open() {
        window = onEventThread(Window::new);
        window.status.addPropertyChangeListener("text", event -> {
            statuses.add((String) event.getNewValue());
            if (!SwingUtilities.isEventDispatchThread()) {
                elsewhere.add(Thread.currentThread().getName());
            }
        });
    }

    @AfterEach
    void close() {
        onEventThread(() -> {
            window.frame.dispose();
            return true;
        });
    }

    private static <T> T onEventThread(Callable<T> action) {
        CompletableFuture<T> result = new CompletableFuture<>();
        try {
            SwingUtilities.invokeAndWait(() -> {
                try {
                    result.complete(action.call());
                } catch (Throwable thrown) {
                    result.completeExceptionally(thrown);
                }
            });
        } catch (InterruptedException | InvocationTargetException e) {
            throw new AssertionError(e);
        }
        return result.join();
    }

    private void click(javax.swing.JButton button) {
        onEventThread(() -> {
            assertTrue(button.isEnabled(), button.getText() + " is greyed out");
            button.doClick(0);
            return true;
        });
    }

    private void awaitStatus(String text) throws InterruptedException {
        while (!statuses.contains(text)) {
            Thread.sleep(5);
        }
    }

    @Test
    void the_countdown_runs_on_the_event_thread() throws InterruptedException {
        click(window.start);
        awaitStatus("lift-off");
        assertEquals(List.of("in 3", "in 2", "in 1", "lift-off"), statuses);
        assertEquals(List.of(), elsewhere);
    }

    @Test
    void buttons_stay_alive_while_a_coroutine_waits() throws InterruptedException {
        click(window.start);
        awaitStatus("in 3");
        click(window.count);
        click(window.count);
        assertFalse(statuses.contains("lift-off"), "the clicks were handled while the countdown was running");
        assertEquals("clicks: 2", onEventThread(window.clicks::getText));
        assertFalse(onEventThread(window.start::isEnabled));
        awaitStatus("lift-off");
        click(window.count);
        assertEquals("clicks: 3", onEventThread(window.clicks::getText));
    }

    @Test
    void a_button_cancels_the_countdown_which_cleans_up() throws InterruptedException {
        click(window.start);
        awaitStatus("in 2");
        click(window.cancel);
        awaitStatus("cancelled");
        assertFalse(statuses.contains("lift-off"));
        assertTrue(onEventThread(window.start::isEnabled));
        statuses.clear();
        click(window.start);
        awaitStatus("in 3");
    }

    @Test
    void a_modal_dialog_inside_a_coroutine_lets_the_others_run() throws Exception {
        List<String> log = new CopyOnWriteArrayList<>();
        JDialog dialog = onEventThread(() -> new JDialog(window.frame, "modal", true));
        CompletableFuture<Void> asked = window.loop.runThreadsafe(() -> ask(dialog, log));
        CompletableFuture<Void> answered = window.loop.runThreadsafe(() -> answer(dialog, log));
        answered.get();
        asked.get();
        assertEquals(
                List.of("opens", "another task: true", "another task: true", "answers", "closed by the other one"),
                log);
    }

    /** Stands in the dialog until that is closed, as any listener that opens one. */
    @Async
    private static Coroutine<Void> ask(JDialog dialog, List<String> log) {
        await(sleep(Duration.ofMillis(1)));
        log.add("opens");
        dialog.setVisible(true);
        log.add("closed by the other one");
        await(sleep(Duration.ofMillis(1)));
        return done();
    }

    @Async
    private static Coroutine<Void> answer(JDialog dialog, List<String> log) {
        while (!dialog.isShowing()) {
            await(sleep(Duration.ofMillis(5)));
        }
        for (int i = 0; i < 2; i++) {
            await(sleep(Duration.ofMillis(5)));
            log.add("another task: " + dialog.isShowing());
        }
        log.add("answers");
        dialog.dispose();
        return done();
    }

    @Test
    void closing_the_window_cancels_the_countdown_and_closes_the_loop() throws InterruptedException {
        click(window.start);
        awaitStatus("in 3");
        onEventThread(() -> {
            window.frame.dispose();
            return true;
        });
        awaitStatus("cancelled");
        while (!onEventThread(window.loop::isClosed)) {
            Thread.sleep(5);
        }
        assertEquals(List.of(), elsewhere);
    }

    @Test
    void the_tour_s_visit_plays_with_the_window() {
        Console console = new Console();
        Window.demonstrate(console.out);
        List<String> lines = console.lines();
        assertEquals("started again and cancelled: cancelled", lines.get(5));
        assertTrue(lines.get(0).startsWith("status: in "), lines.get(0));
        assertEquals("status: lift-off, and meanwhile clicks: 5", lines.get(4));
        assertTrue(lines.get(6).contains("AWT-EventQueue"), lines.get(6));
    }
}
