package dev.fermata.tour;

import static dev.fermata.Asyncio.*;
import static dev.fermata.net.Pipes.standardInput;

import dev.fermata.Async;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.Task;
import dev.fermata.net.StreamReader;
import java.io.PrintStream;
import java.time.Duration;

/** A worker prints in the background while a command line is read. */
final class CommandLine {
    private final PrintStream out;
    private final Duration period;

    CommandLine(PrintStream out, Duration period) {
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
    Coroutine<Void> readCommands(StreamReader in) {
        Task<Void> worker = createTask(work(), "worker");
        out.println("Type something, or quit.");
        while (true) {
            String command = await(in.readLine());
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
        run(() -> new CommandLine(System.out, Duration.ofSeconds(2)).readCommands(standardInput()));
    }
}
