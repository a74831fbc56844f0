package dev.fermata;

import java.util.concurrent.CompletionStage;

/** Skeleton. */
final class StageOrigin {
    private StageOrigin() {}

    static Promise<?> promiseOf(EventLoop loop, CompletionStage<?> stage) {
        throw new UnsupportedOperationException();
    }
}
