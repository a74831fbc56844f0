package dev.fermata.internal.signals;

import dev.fermata.internal.engine.Callback;
import dev.fermata.internal.engine.Engine;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** The callbacks that a loop has for signals of the process: {@link dev.fermata.EventLoop#addSignalHandler}. On the loop's thread. */
public final class LoopSignals {
    private record Entry(ProcessSignal signal, Callback callback) {}

    private final Engine engine;
    private final Map<String, Entry> entries = new HashMap<>();

    /** Those of the loop of {@code engine}; none yet. */
    public LoopSignals(Engine engine) {
        this.engine = engine;
    }

    /** {@link dev.fermata.EventLoop#addSignalHandler}. */
    public void add(String name, Runnable handler) {
        String key = key(name);
        Callback callback = new Callback(engine, Objects.requireNonNull(handler, "handler"));
        ProcessSignal signal;
        try {
            signal = new ProcessSignal(key, () -> engine.offer(callback));
        } catch (LinkageError e) {
            throw new UnsupportedOperationException("Signals need the module jdk.unsupported, which is not there", e);
        }
        remove(key);
        signal.install();
        entries.put(key, new Entry(signal, callback));
    }

    /** {@link dev.fermata.EventLoop#removeSignalHandler}. */
    public boolean remove(String name) {
        Entry entry = entries.remove(key(name));
        return entry != null && end(entry);
    }

    /** The loop closes. */
    public void removeAll() {
        entries.values().forEach(LoopSignals::end);
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
