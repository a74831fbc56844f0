package dev.fermata.tour;

import static dev.fermata.Asyncio.*;

import dev.fermata.Async;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.SwingHost;
import dev.fermata.Task;
import java.awt.FlowLayout;
import java.awt.event.WindowAdapter;
import java.awt.event.WindowEvent;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import javax.swing.JButton;
import javax.swing.JFrame;
import javax.swing.JLabel;
import javax.swing.SwingUtilities;
import javax.swing.WindowConstants;
import org.jspecify.annotations.Nullable;

/**
 * A window whose buttons stay alive while a coroutine counts down, on the window's own event thread: the event loop is a
 * guest of Swing's, so coroutines may touch components.
 */
final class Window {
    final JFrame frame = new JFrame("Fermata");
    final JButton start = new JButton("Start");
    final JButton cancel = new JButton("Cancel");
    final JButton count = new JButton("Count");
    final JLabel status = new JLabel("ready");
    final JLabel clicks = new JLabel("clicks: 0");

    final EventLoop loop = EventLoop.guest(new SwingHost());
    private @Nullable Task<Void> countdown;
    private int clicked;

    /** Opens the window. On the event dispatch thread, as ever. */
    Window() {
        start.addActionListener(event -> countdown = loop.createTask(countDown(3, Duration.ofMillis(300))));
        cancel.addActionListener(event -> {
            if (countdown != null) {
                countdown.cancel();
            }
        });
        count.addActionListener(event -> clicks.setText("clicks: " + ++clicked));
        frame.setLayout(new FlowLayout());
        frame.add(start);
        frame.add(cancel);
        frame.add(count);
        frame.add(status);
        frame.add(clicks);
        frame.setDefaultCloseOperation(WindowConstants.DISPOSE_ON_CLOSE);
        frame.addWindowListener(new WindowAdapter() {
            @Override
            public void windowClosed(WindowEvent event) {
                loop.close();
            }
        });
        frame.setSize(480, 120);
        frame.setVisible(true);
    }

    @Async
    Coroutine<Void> countDown(int from, Duration beat) {
        start.setEnabled(false);
        try {
            for (int i = from; i > 0; i--) {
                status.setText("in " + i);
                await(sleep(beat));
            }
            status.setText("lift-off");
        } catch (CancelledError e) {
            status.setText("cancelled");
            throw e;
        } finally {
            start.setEnabled(true);
        }
        return done();
    }

    /** Plays a user: clicks, looks, and closes the window. */
    @Async
    Coroutine<Void> play(PrintStream out) {
        start.doClick();
        for (int i = 0; i < 5; i++) {
            await(sleep(Duration.ofMillis(250)));
            count.doClick();
            out.println("status: " + status.getText() + ", and meanwhile " + clicks.getText());
        }
        start.doClick();
        await(sleep(Duration.ofMillis(250)));
        cancel.doClick();
        await(sleep(Duration.ofMillis(50)));
        out.println("started again and cancelled: " + status.getText());
        out.println("all of it on " + Thread.currentThread().getName());
        return done();
    }

    /** Opens the window, plays with it, closes it, and waits for that. Not on the event dispatch thread. */
    static void demonstrate(PrintStream out) {
        CompletableFuture.supplyAsync(Window::new, SwingUtilities::invokeLater)
                .thenComposeAsync(window -> window.playAndClose(out), SwingUtilities::invokeLater)
                .join();
    }

    private CompletableFuture<Void> playAndClose(PrintStream out) {
        return loop.createTask(play(out)).toCompletableFuture().whenComplete((nothing, failure) -> frame.dispose());
    }

    public static void main(String[] args) {
        SwingUtilities.invokeLater(Window::new);
    }
}
