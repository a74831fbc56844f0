package com.acme.offers;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;

/** Stands for a client of other services, such as {@code java.net.http}. */
@Component
class Suppliers {
    private static final Map<String, Integer> PRICES = Map.of("north/tea", 12, "south/tea", 11, "north/jam", 7);

    /** What was asked for and is never answered. */
    final Map<String, CompletableFuture<Integer>> unanswered = new ConcurrentHashMap<>();

    /** The threads that asked for a price. */
    final Set<Thread> askedOn = ConcurrentHashMap.newKeySet();

    CompletionStage<Integer> price(String supplier, String item) {
        askedOn.add(Thread.currentThread());
        String asked = supplier + "/" + item;
        Integer price = PRICES.get(asked);
        return price != null
                ? new CompletableFuture<Integer>().completeOnTimeout(price, 5, TimeUnit.MILLISECONDS)
                : unanswered.computeIfAbsent(asked, it -> new CompletableFuture<>());
    }

    /** A call that blocks, such as a query by JDBC. */
    String nameOf(String item) {
        return item + ", read on " + (Thread.currentThread().getName().equals("offers") ? "the loop" : "another thread");
    }
}
