package sun.misc;

/** See {@link Signal}. */
public interface SignalHandler {
    SignalHandler SIG_DFL = null;
    SignalHandler SIG_IGN = null;

    void handle(Signal signal);
}
