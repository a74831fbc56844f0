package dev.fermata;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** The callbacks that a loop has for signals of the process: {@link EventLoop#addSignalHandler}. On the loop's thread. */
final class LoopSignals {
    private record Entry(ProcessSignal signal, Callback callback) {}

    private final EventLoop loop;
    private final Map<String, Entry> entries = new HashMap<>();

    LoopSignals(EventLoop loop) {
        this.loop = loop;
    }

    void add(String name, Runnable handler) {
        String key = key(name);
        Callback callback = new Callback(loop, Objects.requireNonNull(handler, "handler"));
        ProcessSignal signal;
        try {
            signal = new ProcessSignal(key, () -> loop.offer(callback));
        } catch (LinkageError e) {
            throw new UnsupportedOperationException("Signals need the module jdk.unsupported, which is not there", e);
        }
        remove(key);
        signal.install();
        entries.put(key, new Entry(signal, callback));
    }

    boolean remove(String name) {
        Entry entry = entries.remove(key(name));
        return entry != null && end(entry);
    }

    /** The loop closes. */
    void removeAll() {
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
