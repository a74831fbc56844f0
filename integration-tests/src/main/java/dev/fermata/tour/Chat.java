package dev.fermata.tour;

import static dev.fermata.Asyncio.*;
import static dev.fermata.net.Net.*;

import dev.fermata.Async;
import dev.fermata.AsyncQueue;
import dev.fermata.Coroutine;
import dev.fermata.TaskGroup;
import dev.fermata.TaskStatus;
import dev.fermata.net.Connection;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A chat server, and people who talk to each other over it. */
final class Chat {
    /** The server's side: what somebody says is sent to everybody. The first line that comes is a name. */
    static final class Room {
        private final Map<String, AsyncQueue<String>> people = new LinkedHashMap<>();

        @Async
        Coroutine<Void> serve(Connection peer) {
            String name = await(peer.readLine());
            if (name == null || people.containsKey(name)) {
                await(peer.write("This name is taken.\n"));
                return done();
            }
            var letters = new AsyncQueue<String>(100);
            people.put(name, letters);
            try (var tasks = new TaskGroup()) {
                tasks.createTask(deliver(letters, peer));
                tell(name + " joins");
                for (String line; (line = await(peer.readLine())) != null; ) {
                    tell(name + ": " + line);
                }
                tasks.cancel(); // what is left in the queue nobody wants to read
            } finally {
                people.remove(name);
                tell(name + " leaves");
            }
            return done();
        }

        /** A task of its own for each of them, so that nobody waits for one whose network is slow. */
        @Async
        private Coroutine<Void> deliver(AsyncQueue<String> letters, Connection peer) {
            while (true) {
                await(peer.write(await(letters.get()) + "\n"));
            }
        }

        private void tell(String line) {
            for (AsyncQueue<String> letters : people.values()) {
                if (!letters.full()) { // otherwise they do not keep up, and miss it
                    letters.putNowait(line);
                }
            }
        }
    }

    /** What somebody says when they have seen a line. */
    record Answer(String to, String line) {}

    private final PrintStream out;
    private int columns;

    Chat(PrintStream out) {
        this.out = out;
    }

    /** Somebody who joins, gives their answers in turn, and leaves when somebody says goodbye. */
    @Async
    private Coroutine<Void> talk(int port, String name, List<Answer> answers, TaskStatus<String> joined) {
        int column = columns++;
        try (var peer = await(openConnection("localhost", port))) {
            await(peer.write(name + "\n"));
            int given = 0;
            for (String line; (line = await(peer.readLine())) != null; ) {
                out.println(" ".repeat(26 * column) + line);
                if (line.equals(name + " joins")) {
                    joined.started(name);
                }
                if (given < answers.size() && line.equals(answers.get(given).to)) {
                    await(peer.write(answers.get(given++).line + "\n"));
                }
                if (line.endsWith(": Goodbye!")) {
                    break;
                }
            }
        }
        return done();
    }

    @Async
    Coroutine<Void> chat() {
        try (var server = await(startServer(new Room()::serve, "localhost", 0));
                var people = new TaskGroup()) {
            int port = server.port();
            List<Answer> ada =
                    List.of(new Answer("eve joins", "Who has my keys?"), new Answer("eve: The cat.", "Goodbye!"));
            List<Answer> bob = List.of(new Answer("ada: Who has my keys?", "Not me."));
            List<Answer> eve = List.of(new Answer("bob: Not me.", "The cat."));
            // One after the other: each start waits until somebody has joined, and they go on talking in the group.
            await(people.<String>start(joined -> talk(port, "ada", ada, joined)));
            await(people.<String>start(joined -> talk(port, "bob", bob, joined)));
            await(people.<String>start(joined -> talk(port, "eve", eve, joined)));
        }
        return done();
    }

    public static void main(String[] args) {
        run(new Chat(System.out).chat());
    }
}
