package com.acme.offers;

import static dev.fermata.Asyncio.*;

import dev.fermata.Async;
import dev.fermata.CapacityLimiter;
import dev.fermata.Coroutine;
import dev.fermata.TimeoutException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
class OfferController {
    private final Suppliers suppliers;
    private final CapacityLimiter connections;

    OfferController(Suppliers suppliers, CapacityLimiter connections) {
        this.suppliers = suppliers;
        this.connections = connections;
    }

    /** Hot: begins on Tomcat's thread, continues on the one that completes the price. It may await stages. */
    @Async
    @GetMapping("/prices/{item}")
    CompletableFuture<String> price(@PathVariable("item") String item) {
        int price = await(suppliers.price("north", item));
        return CompletableFuture.completedFuture(item + " costs " + price);
    }

    /** A coroutine: runs on the loop, and may await everything. */
    @Async
    @GetMapping("/offers/{item}")
    Coroutine<Offer> offer(@PathVariable("item") String item) {
        // Both at once. If one fails, the other is cancelled.
        List<Integer> prices = await(map(List.of("north", "south"), 2, supplier -> ask(supplier, item)));
        return done(new Offer(item, Collections.min(prices)));
    }

    @Async
    private Coroutine<Integer> ask(String supplier, String item) {
        await(sleep(Duration.ofMillis(10))); // the loop runs other requests meanwhile
        return done(await(suppliers.price(supplier, item)));
    }

    /** Has a limit of its own, and answers 504 after it. */
    @GetMapping("/offers/{item}/soon")
    Coroutine<Offer> offerSoon(@PathVariable("item") String item) {
        return waitFor(offer(item), Duration.ofMillis(100));
    }

    @ExceptionHandler(TimeoutException.class)
    @ResponseStatus(HttpStatus.GATEWAY_TIMEOUT)
    String tooLate() {
        return "the suppliers do not answer";
    }

    /** Status and headers are known at the end: the coroutine returns the ResponseEntity, not the other way round. */
    @Async
    @GetMapping("/offers/{item}/if-cheap")
    Coroutine<ResponseEntity<Offer>> offerIfCheap(@PathVariable("item") String item) {
        Offer offer = await(offer(item));
        return done(offer.price() < 10 ? ResponseEntity.ok(offer) : ResponseEntity.notFound().build());
    }

    /** Blocking calls leave the loop's thread. */
    @Async
    @GetMapping("/names/{item}")
    Coroutine<String> name(@PathVariable("item") String item) {
        return done(await(toThread(connections, () -> suppliers.nameOf(item))));
    }
}
