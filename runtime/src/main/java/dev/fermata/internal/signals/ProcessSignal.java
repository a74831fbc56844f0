package dev.fermata.internal.signals;

import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * A handler of a signal of this process, in the place of the one before. The only class that needs {@code jdk.unsupported}:
 * where that module is not there, or without the JVM's own signal handling ({@code -Xrs}), it cannot be installed.
 *
 * <p>Handlers may be installed one above the other and taken away in any order: one that is taken away while another stands
 * above it is passed over when that one leaves.
 */
final class ProcessSignal implements SignalHandler {
    private final Signal signal;

    /** Called on a thread that the JVM makes. */
    private final Runnable received;

    /** Written by {@link #install}. */
    private volatile SignalHandler before = SignalHandler.SIG_DFL;

    /** It was taken away. */
    private volatile boolean over;

    /**
     * A handler that is not installed yet.
     *
     * @param name without {@code SIG}
     * @param received called on a thread that the JVM makes for it
     * @throws IllegalArgumentException if this system has no such signal
     */
    ProcessSignal(String name, Runnable received) {
        this.signal = new Signal(name);
        this.received = received;
    }

    /**
     * Puts this in the place of the handler there is.
     *
     * @throws IllegalArgumentException if the JVM or the system keeps the signal to itself
     */
    void install() {
        before = Signal.handle(signal, this);
    }

    /** Puts this in the place of the JVM's own handler. @return false if there is another one, which then stays */
    boolean installInPlaceOfTheDefault() {
        install();
        SignalHandler found = before;
        if (found == SIG_DFL || found == SIG_IGN || isOfTheJdk(found)) {
            return true;
        }
        uninstall();
        return false;
    }

    /** The JVM's own handlers, which end the process, are given in a wrapper of the JDK's. */
    private static boolean isOfTheJdk(SignalHandler handler) {
        return handler.getClass().getModule() == Signal.class.getModule();
    }

    /** Puts the handler before back, if this one is still in its place. */
    void uninstall() {
        over = true;
        SignalHandler current = Signal.handle(signal, firstThatIsNotOver());
        if (current != this) {
            Signal.handle(signal, current); // somebody stands above, who will pass over this one
        }
    }

    private SignalHandler firstThatIsNotOver() {
        SignalHandler handler = before;
        while (handler instanceof ProcessSignal below && below.over) {
            handler = below.before;
        }
        return handler;
    }

    /** Has the process treat the signal as if this handler had never been there. */
    void passOn() {
        uninstall();
        Signal.raise(signal);
    }

    @Override
    public void handle(Signal received) {
        if (over) {
            passOn(); // a handler of somebody else has put this one back
        } else {
            this.received.run();
        }
    }
}
