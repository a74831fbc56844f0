package dev.fermata.tour;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Fetching pages from a real server on loopback. */
@Timeout(60)
final class FetchTest {
    private static final int PAGES = 20;
    private final Console console = new Console();

    private static List<URI> pages(PageServer server) {
        List<URI> pages = new ArrayList<>();
        for (int i = 1; i <= PAGES; i++) {
            pages.add(server.page(i));
        }
        return pages;
    }

    @Test
    void all_pages_are_fetched_at_once_in_the_order_of_asking() throws IOException {
        try (PageServer server = new PageServer(Duration.ofMillis(500))) {
            List<String> texts = run(FetchPages.fetchAll(pages(server), console.out));
            for (int i = 0; i < PAGES; i++) {
                assertEquals("200 This is page " + (i + 1) + ".", texts.get(i));
            }
            assertEquals(PAGES, server.served());
            assertTrue(server.mostAtOnce() > 3, "only " + server.mostAtOnce() + " at once");
            assertEquals("the last:  200 This is page 20.", console.lines().get(2));
        }
    }

    @Test
    void no_more_than_three_run_at_a_time() throws IOException {
        try (PageServer server = new PageServer(Duration.ofMillis(40))) {
            FetchThreeAtATime client = new FetchThreeAtATime();
            List<String> texts = run(client.fetchAll(pages(server), console.out));
            assertEquals("This is page 20.", texts.get(PAGES - 1));
            assertEquals(PAGES, server.served());
            assertEquals(3, client.mostAtOnce());
            assertTrue(server.mostAtOnce() <= 3, "the server saw " + server.mostAtOnce() + " at once");
            assertEquals(List.of("20 pages, the last: This is page 20."), console.lines());
        }
    }

    @Test
    void the_session_is_closed_when_a_fetch_fails() throws IOException {
        URI nobody;
        try (PageServer server = new PageServer(Duration.ZERO)) {
            nobody = server.page(1);
        }
        Session session = new Session();
        assertThrows(
                IOException.class,
                () -> run(() -> {
                    try (session) {
                        return done(await(FetchPages.fetch(session, nobody)));
                    }
                }));
        assertTrue(session.closed());
    }

    @Test
    void the_session_is_open_inside_its_block_and_closed_behind_it() throws IOException {
        try (PageServer server = new PageServer(Duration.ZERO)) {
            Session session = new Session();
            boolean inside = run(() -> {
                try (session) {
                    await(FetchPages.fetch(session, server.page(1)));
                    return done(session.closed());
                }
            });
            assertEquals(false, inside);
            assertTrue(session.closed());
        }
    }
}
