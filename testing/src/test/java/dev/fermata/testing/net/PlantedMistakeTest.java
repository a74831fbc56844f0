package dev.fermata.testing.net;

import static dev.fermata.Asyncio.*;
import static dev.fermata.net.Net.*;
import static org.junit.jupiter.api.Assertions.*;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.TimeoutException;
import dev.fermata.net.Connection;
import dev.fermata.testing.AsyncTest;
import dev.fermata.testing.Explore;
import dev.fermata.testing.Explorer;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A client repeats a request that was carried out, because a partition has kept the answer from it. A test finds that. */
final class PlantedMistakeTest {
    /** Keeps an account. Who sends an amount gets the balance. */
    private static final class Bank {
        int balance;

        @Async
        Coroutine<Void> main() {
            try (var server = await(startServer(this::serve, null, 7777))) {
                await(server.serveForever());
            }
            return done();
        }

        @Async
        Coroutine<Void> serve(Connection peer) {
            for (String line; (line = await(peer.readLine())) != null; ) {
                balance += Integer.parseInt(line);
                await(peer.write(balance + "\n"));
            }
            return done();
        }
    }

    /** Tries until there is an answer. */
    @Async
    private static Coroutine<Integer> deposit(int amount) {
        while (true) {
            try (var time = timeout(Duration.ofSeconds(5));
                    var peer = await(openConnection("bank", 7777), IOException.class)) {
                await(peer.write(amount + "\n"), IOException.class);
                String balance = await(peer.readLine(), IOException.class);
                if (balance != null) {
                    return done(Integer.parseInt(balance));
                }
            } catch (IOException | TimeoutException e) {
                await(sleep(Duration.ofSeconds(1)));
            }
        }
    }

    @Async
    private static Coroutine<Void> partitionDuringDeposit() {
        try (var net =
                new SimulatedNetwork(LinkOptions.defaults().latency(Duration.ofMillis(1), Duration.ofMillis(20)))) {
            Host bank = net.host("bank");
            Host customer = net.host("customer");
            Bank account = new Bank();
            bank.createTask(() -> account.main());
            var deposit = customer.createTask(() -> deposit(100));
            await(sleep(Duration.ofMillis(EventLoop.running().random().nextInt(500))));
            net.partition(customer, bank);
            await(sleep(Duration.ofSeconds(10)));
            net.heal();
            await(deposit);
            await(sleep(Duration.ofMinutes(2)));
            assertEquals(100, account.balance);
        }
        return done();
    }

    @Test
    void is_found_with_a_seed_that_finds_it_again() {
        AssertionError found =
                assertThrows(AssertionError.class, () -> new Explorer().run(() -> partitionDuringDeposit()));
        Matcher seed = Pattern.compile(
                        "With seed (\\d+): expected: <100> but was: <200>\n"
                                + "To repeat only this run: -Dfermata.seed=(\\d+)\n.*",
                        Pattern.DOTALL)
                .matcher(found.getMessage());
        assertTrue(seed.matches(), found.getMessage());
        assertTrue(travelled(found).contains("customer → bank partition"), travelled(found));
        if (Boolean.getBoolean("fermata.show")) {
            System.out.println(found.getMessage() + "\n" + travelled(found));
        }

        System.setProperty("fermata.seed", seed.group(1));
        try {
            AssertionError again =
                    assertThrows(AssertionError.class, () -> new Explorer().run(() -> partitionDuringDeposit()));
            assertEquals(found.getMessage(), again.getMessage());
            assertEquals(travelled(found), travelled(again));
        } finally {
            System.clearProperty("fermata.seed");
        }
    }

    private static String travelled(Throwable failure) {
        return failure.getSuppressed()[0].toString();
    }

    /** As {@link Bank}, but a request has a number, and one that was carried out is only answered again. */
    private static final class CarefulBank {
        int balance;
        private final Map<String, Integer> answers = new HashMap<>();

        @Async
        Coroutine<Void> main() {
            try (var server = await(startServer(this::serve, null, 7777))) {
                await(server.serveForever());
            }
            return done();
        }

        @Async
        Coroutine<Void> serve(Connection peer) {
            for (String line; (line = await(peer.readLine())) != null; ) {
                String[] request = line.split(" ");
                int answer = answers.computeIfAbsent(request[0], number -> balance += Integer.parseInt(request[1]));
                await(peer.write(answer + "\n"));
            }
            return done();
        }
    }

    /** As {@link #deposit(int)}, with a number that each attempt has. */
    @Async
    private static Coroutine<Integer> depositOnce(int amount) {
        String number = Long.toHexString(EventLoop.running().random().nextLong());
        while (true) {
            try (var time = timeout(Duration.ofSeconds(5));
                    var peer = await(openConnection("bank", 7777), IOException.class)) {
                await(peer.write(number + " " + amount + "\n"), IOException.class);
                String balance = await(peer.readLine(), IOException.class);
                if (balance != null) {
                    return done(Integer.parseInt(balance));
                }
            } catch (IOException | TimeoutException e) {
                await(sleep(Duration.ofSeconds(1)));
            }
        }
    }

    @AsyncTest
    @Explore(cancels = true)
    void is_not_found_where_it_was_mended() {
        try (var net =
                new SimulatedNetwork(LinkOptions.defaults().latency(Duration.ofMillis(1), Duration.ofMillis(20)))) {
            Host bank = net.host("bank");
            Host customer = net.host("customer");
            CarefulBank account = new CarefulBank();
            bank.createTask(() -> account.main());
            var deposit = customer.createTask(() -> depositOnce(100));
            await(sleep(Duration.ofMillis(EventLoop.running().random().nextInt(500))));
            net.partition(customer, bank);
            await(sleep(Duration.ofSeconds(10)));
            net.heal();
            assertEquals(100, await(deposit));
            await(sleep(Duration.ofMinutes(2)));
            assertEquals(100, account.balance);
        }
    }
}
