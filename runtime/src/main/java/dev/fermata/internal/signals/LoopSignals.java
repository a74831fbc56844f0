package dev.fermata.internal.signals;

import dev.fermata.internal.base.FailureLog;
import dev.fermata.internal.engine.Callback;
import dev.fermata.internal.engine.Engine;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The callbacks of a loop for signals of the process: {@link dev.fermata.EventLoop#addSignalHandler}. On the loop's thread.
 */
public final class LoopSignals {
    private record Entry(ProcessSignal signal, Callback callback) {}

    private final Engine engine;
    private final Map<String, Entry> entries = new HashMap<>();

    /** Creates the callbacks of a loop; there are none yet. */
    public LoopSignals(Engine engine) {
        this.engine = engine;
    }

    /** Implements {@link dev.fermata.EventLoop#addSignalHandler}. */
    public void add(String name, Runnable handler) {
        String key = key(name);
        Callback callback = new Callback(engine, Objects.requireNonNull(handler, "handler"));
        ProcessSignal signal;
        try {
            signal = new ProcessSignal(key, () -> engine.offer(callback));
        } catch (LinkageError e) {
            throw new UnsupportedOperationException("Signals need the module jdk.unsupported, which is missing", e);
        }
        remove(key);
        signal.install();
        if (signal.isIgnored()) {
            FailureLog.warn(
                    "The handler of SIG" + key + " will not be called, because the process was started with the signal"
                            + " ignored, as nohup (HUP) and shells without job control (cmd &, INT) do, and a JVM leaves that"
                            + " as it is. Send the process another signal, such as TERM, or start it with the signal as it is by"
                            + " default: env --default-signal=" + key + " java ...");
        }
        entries.put(key, new Entry(signal, callback));
    }

    /** Implements {@link dev.fermata.EventLoop#removeSignalHandler}. */
    public boolean remove(String name) {
        Entry entry = entries.remove(key(name));
        return entry != null && end(entry);
    }

    /** Removes all handlers, because the loop closes. */
    public void removeAll() {
        for (Entry entry : entries.values()) {
            end(entry);
        }
        entries.clear();
    }

    private static boolean end(Entry entry) {
        entry.callback.cancel();
        entry.signal.uninstall();
        return true;
    }

    private static String key(String name) {
        return name.startsWith("SIG") ? name.substring(3) : name;
    }
}
