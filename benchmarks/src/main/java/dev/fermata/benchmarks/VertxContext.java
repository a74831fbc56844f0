package dev.fermata.benchmarks;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One event loop of Vert.x. */
@State(Scope.Benchmark)
public class VertxContext {
    final Vertx vertx = Vertx.vertx();
    final Context context = vertx.getOrCreateContext();

    @TearDown
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
