package dev.fermata.internal.signals;

import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * A handler of a signal of this process, which replaces the previous one. This is the only class that needs
 * {@code jdk.unsupported}: without that module, or without the JVM's own signal handling ({@code -Xrs}), a handler cannot
 * be installed.
 *
 * <p>Handlers may be installed one above the other and removed in any order. One that is removed while another is above it
 * is skipped when that one is removed. Installed and removed on the loop's thread. A signal arrives on a thread of the
 * JVM, where {@link #passOn} also removes the handler.
 */
final class ProcessSignal implements SignalHandler {
    private final Signal signal;

    /** Called on a thread that the JVM creates. */
    private final Runnable received;

    /** Written by {@link #install}. */
    private volatile SignalHandler before = SignalHandler.SIG_DFL;

    /** Whether this handler was removed. */
    private volatile boolean over;

    /**
     * Creates a handler that is not installed yet.
     *
     * @param name without {@code SIG}
     * @param received called on a thread that the JVM creates for it
     * @throws IllegalArgumentException if this system has no such signal
     */
    ProcessSignal(String name, Runnable received) {
        this.signal = new Signal(name);
        this.received = received;
    }

    /**
     * Installs this in place of the current handler.
     *
     * @throws IllegalArgumentException if the JVM or the system keeps the signal to itself
     */
    void install() {
        before = Signal.handle(signal, this);
    }

    /**
     * Whether the signal does not arrive although this is installed. A JVM leaves INT, TERM and HUP ignored if they were when
     * the process was started, and says so only by what it returns: that they are ignored, again and again.
     */
    boolean isIgnored() {
        return before == SIG_IGN && Signal.handle(signal, this) != this;
    }

    /**
     * Installs this in place of the JVM's own handler.
     *
     * @return false if another handler is set, which then stays
     */
    boolean installInPlaceOfTheDefault() {
        install();
        SignalHandler found = before;
        if (found == SIG_DFL || found == SIG_IGN || isOfTheJdk(found)) {
            return true;
        }
        uninstall();
        return false;
    }

    /** Whether a handler is the JVM's own, which ends the process. The JDK returns those in a wrapper of its own. */
    private static boolean isOfTheJdk(SignalHandler handler) {
        return handler.getClass().getModule() == Signal.class.getModule();
    }

    /** Restores the previous handler, if this one is still installed. */
    void uninstall() {
        over = true;
        SignalHandler current = Signal.handle(signal, firstThatIsNotOver());
        if (current != this) {
            Signal.handle(signal, current); // another handler is above, and will skip this one
        }
    }

    private SignalHandler firstThatIsNotOver() {
        SignalHandler handler = before;
        while (handler instanceof ProcessSignal below && below.over) {
            handler = below.before;
        }
        return handler;
    }

    /** Lets the process treat the signal as if this handler had never been installed. */
    void passOn() {
        uninstall();
        Signal.raise(signal);
    }

    @Override
    public void handle(Signal received) {
        if (over) {
            passOn(); // another handler has restored this one
        } else {
            this.received.run();
        }
    }
}
