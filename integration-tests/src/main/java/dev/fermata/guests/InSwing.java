package dev.fermata.guests;

import static dev.fermata.Asyncio.*;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.SwingHost;
import java.awt.event.WindowAdapter;
import java.awt.event.WindowEvent;
import java.time.Duration;
import javax.swing.JButton;
import javax.swing.JFrame;
import javax.swing.JOptionPane;
import javax.swing.SwingUtilities;
import javax.swing.WindowConstants;

final class InSwing {
    private final EventLoop loop = EventLoop.guest(new SwingHost());
    private final JFrame frame = new JFrame("Count down");
    private final JButton button = new JButton("Start");

    @Async
    private Coroutine<Void> countDown() {
        button.setEnabled(false);
        for (int i = 3; i > 0; i--) {
            button.setText("in " + i); // on the event dispatch thread
            await(sleep(Duration.ofSeconds(1))); // which handles clicks meanwhile
        }
        JOptionPane.showMessageDialog(frame, "Lift-off"); // other coroutines run while it is open
        button.setText("Start");
        button.setEnabled(true);
        return done();
    }

    private void open() {
        button.addActionListener(event -> loop.createTask(countDown()));
        frame.add(button);
        frame.setDefaultCloseOperation(WindowConstants.DISPOSE_ON_CLOSE);
        frame.addWindowListener(new WindowAdapter() {
            @Override
            public void windowClosed(WindowEvent event) {
                loop.close(); // cancels what is left
            }
        });
        frame.pack();
        frame.setVisible(true);
    }

    public static void main(String[] args) {
        SwingUtilities.invokeLater(() -> new InSwing().open());
    }
}
