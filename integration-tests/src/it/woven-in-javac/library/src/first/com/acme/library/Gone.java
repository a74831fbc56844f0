package com.acme.library;

import dev.fermata.Async;
import dev.fermata.Asyncio;
import dev.fermata.Coroutine;

class Gone {
    @Async
    static Coroutine<String> soon() {
        return Asyncio.done("soon");
    }
}
