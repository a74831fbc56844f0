package dev.fermata.tour;

import static dev.fermata.net.Pipes.connectReadPipe;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fermata.Asyncio;
import java.awt.GraphicsEnvironment;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.time.Duration;

/** Runs the tour, in real time: {@code mvn -q -Ptour}. Each of the programs can also be run on its own. */
public final class Tour {
    private static final String[] NONE = {};

    private final PrintStream out;
    private int stop;

    private Tour(PrintStream out) {
        this.out = out;
    }

    public static void main(String[] args) throws IOException {
        new Tour(System.out).run();
    }

    private void run() throws IOException {
        out.println("Fermata: asyncio for Java. A tour of nine programs; their sources are in integration-tests.");

        heading("Hello", "one coroutine that sleeps for a second");
        Hello.main(NONE);

        heading("Breakfast", "two tasks that sleep, in a gather: the longer, not the sum");
        Breakfast.main(NONE);

        heading("FailingTask", "a task in a gather fails: try/catch around the await");
        FailingTask.main(NONE);

        heading(
                "FetchPages",
                "twenty pages at once over HTTP; session and responses closed by async try-with-resources");
        FetchPages.main(NONE);

        heading("CancelWithCleanup", "a task is cancelled, cleans up, and says so");
        CancelWithCleanup.main(NONE);

        heading("CommandLine", "a worker in the background while a command line is read; here a script types");
        commandLine();

        heading("FetchThreeAtATime", "the same fetch, at most three at a time");
        FetchThreeAtATime.main(NONE);

        heading("Chat", "a server and three people who talk over it; each column is what one of them sees");
        Chat.main(NONE);

        heading("Window", "buttons that stay alive while coroutines run on the window's own thread");
        if (GraphicsEnvironment.isHeadless()) {
            out.println("skipped: there is no display");
        } else {
            Window.demonstrate(out);
        }
    }

    private void heading(String program, String what) {
        out.println();
        out.println("--- " + ++stop + ". " + program + ": " + what);
    }

    private void commandLine() throws IOException {
        PipedOutputStream keyboard = new PipedOutputStream();
        PipedInputStream in = new PipedInputStream(keyboard);
        Thread typist = new Thread(() -> type(keyboard, "hello", "what time is it?", "quit"), "typist");
        typist.start();
        Asyncio.run(() -> new CommandLine(out, Duration.ofMillis(400)).readCommands(connectReadPipe(in)));
    }

    private static void type(PipedOutputStream keyboard, String... lines) {
        try (keyboard) {
            for (String line : lines) {
                Thread.sleep(500);
                keyboard.write((line + "\n").getBytes(UTF_8));
                keyboard.flush();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
