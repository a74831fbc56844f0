package com.acme.shop;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.acme.shop.store.Item;
import dev.fermata.AsyncCallable;
import dev.fermata.EventLoop;
import dev.fermata.testing.AsyncTest;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ToolsTest {
    private static <T> T virtually(AsyncCallable<T> main) {
        return run(main, EventLoop::virtualTime);
    }

    @Test
    void everything_is_in_its_named_module() {
        assertEquals("com.acme.shop", Item.class.getModule().getName());
        assertEquals("com.acme.shop", ToolsTest.class.getModule().getName());
        assertEquals("dev.fermata", EventLoop.class.getModule().getName());
        assertTrue(Item.class.getModule().isExported("com.acme.shop"));
        assertTrue(!Item.class.getModule().isExported("com.acme.shop.store"));
    }

    @Test
    void awaits_cross_packages_of_the_module() {
        Item item = virtually(() -> done(await(Item.find("tea"))));
        assertEquals("Item(name=tea, count=3)", item.toString());
        assertEquals(9, virtually(item::price));
    }

    @AsyncTest
    void tests_of_a_module_await() {
        Item item = await(Item.find("tea"));
        assertEquals(9, await(item.price()));
    }

    @Test
    void lombok_s_exceptions_and_clean_ups_are_woven() {
        assertEquals("calm", virtually(() -> Item.sneaky(false)));
        Exception thrown = assertThrows(Exception.class, () -> virtually(() -> Item.sneaky(true)));
        assertTrue(thrown instanceof IOException || thrown.getCause() instanceof IOException, thrown.toString());
        StringBuilder log = new StringBuilder();
        assertEquals("true", virtually(() -> Item.cleanedUp(log)));
        assertEquals(" used closed", log.toString());
    }

    @Test
    void what_is_covered() {
        assertEquals("before wide01", virtually(() -> Coverage.suspending(true)));
        assertEquals("before narrow01", virtually(() -> Coverage.suspending(false)));
        assertEquals(2, virtually(() -> Coverage.calm(3)));
        assertEquals(1, virtually(Coverage::both));
        assertEquals("failed", virtually(Coverage::failing));
        assertEquals(3, virtually(() -> done(await(Coverage.lambda(2)))));
    }
}
