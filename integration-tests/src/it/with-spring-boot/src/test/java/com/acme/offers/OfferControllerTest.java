package com.acme.offers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.LoopThread;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

@Timeout(60)
class OfferControllerTest {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private static ConfigurableApplicationContext application;

    @BeforeAll
    static void start() {
        application = SpringApplication.run(
                Application.class, "--server.port=0", "--spring.mvc.async.request-timeout=1s");
    }

    @AfterAll
    static void stop() {
        LoopThread loop = application.getBean(LoopThread.class);
        application.close();
        IllegalStateException closed =
                assertThrows(IllegalStateException.class, () -> loop.run(() -> dev.fermata.Asyncio.done()));
        assertEquals("The loop thread offers is closed", closed.getMessage());
        assertTrue(Thread.getAllStackTraces().keySet().stream()
                .noneMatch(it -> it.getName().equals("offers")));
    }

    private static HttpRequest to(String path) {
        String port = application.getEnvironment().getProperty("local.server.port");
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).build();
    }

    private static HttpResponse<String> get(String path) throws Exception {
        return CLIENT.send(to(path), BodyHandlers.ofString());
    }

    private static void answers(int status, String body, String path) throws Exception {
        HttpResponse<String> response = get(path);
        assertEquals(body, response.body());
        assertEquals(status, response.statusCode());
    }

    @Test
    void a_hot_method_awaits_a_stage() throws Exception {
        answers(200, "tea costs 12", "/prices/tea");
    }

    @Test
    void a_coroutine_gathers_and_sleeps() throws Exception {
        answers(200, "{\"item\":\"tea\",\"price\":11}", "/offers/tea");
    }

    @Test
    void many_requests_share_the_loop() throws Exception {
        Thread loopThread = application
                .getBean(LoopThread.class)
                .run(() -> dev.fermata.Asyncio.done(Thread.currentThread()))
                .get();
        Set<Thread> askedOn = application.getBean(Suppliers.class).askedOn;
        askedOn.clear();
        List<CompletableFuture<HttpResponse<String>>> responses = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            responses.add(CLIENT.sendAsync(to("/offers/tea"), BodyHandlers.ofString()));
        }
        for (CompletableFuture<HttpResponse<String>> response : responses) {
            assertEquals("{\"item\":\"tea\",\"price\":11}", response.get().body());
        }
        assertEquals(Set.of(loopThread), askedOn);
    }

    @Test
    void a_limit_of_its_own_becomes_a_504() throws Exception {
        answers(504, "the suppliers do not answer", "/offers/glue/soon");
        answersWereCancelled("north/glue", "south/glue");
    }

    @Test
    void a_request_that_times_out_is_a_503_and_its_task_is_cancelled() throws Exception {
        assertEquals(503, get("/offers/salt").statusCode());
        answersWereCancelled("north/salt", "south/salt");
    }

    private static void answersWereCancelled(String... asked) {
        Suppliers suppliers = application.getBean(Suppliers.class);
        for (String each : asked) {
            assertThrows(
                    CancellationException.class, () -> suppliers.unanswered.get(each).get(30, TimeUnit.SECONDS), each);
        }
    }

    @Test
    void a_coroutine_chooses_the_status() throws Exception {
        answers(404, "", "/offers/tea/if-cheap");
    }

    @Test
    void a_blocking_call_runs_beside_the_loop() throws Exception {
        answers(200, "tea, read on another thread", "/names/tea");
    }
}
