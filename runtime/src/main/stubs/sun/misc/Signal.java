package sun.misc;

/** What Fermata uses of the JDK's class: see the execution "signals" in pom.xml. Not part of the jar. */
public final class Signal {
    public Signal(String name) {
        throw new UnsupportedOperationException(name);
    }

    public static SignalHandler handle(Signal signal, SignalHandler handler) {
        throw new UnsupportedOperationException();
    }

    public static void raise(Signal signal) {
        throw new UnsupportedOperationException();
    }
}
