package dev.fermata.tour;

import static dev.fermata.Asyncio.*;

import dev.fermata.Async;
import dev.fermata.AsyncSemaphore;
import dev.fermata.Coroutine;
import dev.fermata.Task;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The same fetch with at most three requests at a time, and the proof: client and server count them. */
final class FetchThreeAtATime {
    private final AsyncSemaphore limit = new AsyncSemaphore(3);

    // Plain fields: all tasks of a loop run on its one thread.
    private int running;
    private int most;

    int mostAtOnce() {
        return most;
    }

    @Async
    Coroutine<String> fetch(Session session, URI page) throws IOException {
        try (var permit = await(limit.acquire())) {
            return done(await(read(session, page)));
        }
    }

    @Async
    private Coroutine<String> read(Session session, URI page) throws IOException {
        most = Math.max(most, ++running);
        try (Session.Response response = await(session.get(page))) {
            return done(await(response.text()));
        } finally {
            running--;
        }
    }

    @Async
    Coroutine<List<String>> fetchAll(List<URI> pages, PrintStream out) {
        try (Session session = new Session()) {
            List<Task<String>> tasks = new ArrayList<>();
            for (URI page : pages) {
                tasks.add(createTask(() -> fetch(session, page)));
            }
            List<String> texts = await(gather(tasks));
            out.println(texts.size() + " pages, the last: " + texts.get(texts.size() - 1));
            return done(texts);
        }
    }

    public static void main(String[] args) throws IOException {
        try (PageServer server = new PageServer(Duration.ofMillis(100))) {
            List<URI> pages = new ArrayList<>();
            for (int i = 1; i <= 20; i++) {
                pages.add(server.page(i));
            }
            FetchThreeAtATime client = new FetchThreeAtATime();
            run(client.fetchAll(pages, System.out));
            System.out.println("at most at once: " + client.mostAtOnce() + " says the client, " + server.mostAtOnce()
                    + " says the server");
        }
    }
}
