package com.acme.app;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.run;

import com.acme.library.Shop;
import dev.fermata.Async;
import dev.fermata.Coroutine;

class Street {
    @Async
    static Coroutine<String> walk() {
        return done(await(Shop.buy("egg")) + " is at home");
    }

    public static void main(String[] arguments) {
        System.out.println(run(walk()));
    }
}
