package dev.fermata.tour;

import static dev.fermata.Asyncio.*;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fermata.Async;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.Task;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.time.Duration;

/** A worker prints in the background while a command line is read, in a thread, because reading blocks. */
final class CommandLine {
    private final BufferedReader in;
    private final PrintStream out;
    private final Duration period;

    CommandLine(BufferedReader in, PrintStream out, Duration period) {
        this.in = in;
        this.out = out;
        this.period = period;
    }

    @Async
    Coroutine<Void> work() {
        for (int i = 1; ; i++) {
            out.println("worker: still here, " + i);
            await(sleep(period));
        }
    }

    @Async
    Coroutine<Void> readCommands() throws IOException {
        Task<Void> worker = createTask(work(), "worker");
        EventLoop loop = EventLoop.running();
        out.println("Type something, or quit.");
        while (true) {
            String command = await(loop.runInExecutor(null, in::readLine), IOException.class);
            if (command == null || command.equals("quit")) {
                break;
            }
            out.println("you typed: " + command);
        }
        worker.cancel();
        try {
            await(worker);
        } catch (CancelledError e) {
            out.println("worker: cancelled");
        }
        out.println("bye");
        return done();
    }

    public static void main(String[] args) {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        run(() -> new CommandLine(in, System.out, Duration.ofSeconds(2)).readCommands());
    }
}
