package dev.fermata;

import javax.swing.SwingUtilities;
import javax.swing.Timer;

/**
 * Swing's event dispatch thread as the host of a guest loop: {@code EventLoop.guest(new SwingHost())}. Coroutines of that
 * loop may touch components, and the window stays responsive while they wait. This is the only class that needs
 * {@code java.desktop}.
 */
public final class SwingHost implements GuestHost {
    private static final long NANOS_PER_MILLI = 1_000_000;

    /** Creates a host. There is one event dispatch thread, so all such hosts are equivalent. */
    public SwingHost() {}

    @Override
    public void execute(Runnable tick) {
        SwingUtilities.invokeLater(tick);
    }

    @Override
    public void executeLater(Runnable tick, long nanos) {
        long millis = Math.min(Integer.MAX_VALUE, (nanos + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI);
        Timer timer = new Timer((int) millis, event -> tick.run());
        timer.setRepeats(false);
        timer.start();
    }

    @Override
    public boolean isHostThread() {
        return SwingUtilities.isEventDispatchThread();
    }
}
