package dev.fermata.tour;

import static dev.fermata.Asyncio.*;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.Task;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Fetches many pages at once: a task for each, and a {@code gather} over them. */
final class FetchPages {
    private FetchPages() {}

    @Async
    static Coroutine<String> fetch(Session session, URI page) throws IOException {
        try (Session.Response response = await(session.get(page))) {
            return done(response.status() + " " + await(response.text()));
        }
    }

    @Async
    static Coroutine<List<String>> fetchAll(List<URI> pages, PrintStream out) {
        long start = EventLoop.running().time();
        try (Session session = new Session()) {
            List<Task<String>> tasks = new ArrayList<>();
            for (URI page : pages) {
                tasks.add(createTask(() -> fetch(session, page)));
            }
            List<String> texts = await(gather(tasks));
            Duration taken = Duration.ofNanos(EventLoop.running().time() - start);
            out.println(texts.size() + " pages after " + taken.toMillis() + " ms");
            out.println("the first: " + texts.get(0));
            out.println("the last:  " + texts.get(texts.size() - 1));
            return done(texts);
        }
    }

    public static void main(String[] args) throws IOException {
        try (PageServer server = new PageServer(Duration.ofMillis(300))) {
            List<URI> pages = new ArrayList<>();
            for (int i = 1; i <= 20; i++) {
                pages.add(server.page(i));
            }
            run(fetchAll(pages, System.out));
            System.out.println("the server worked on " + server.mostAtOnce()
                    + " at once; one after another they would have taken 6000 ms");
        }
    }
}
