package dev.fermata;

/** Skeleton. */
final class UnreadFailures {
    void add(Deferred<?> deferred, Deferred.Failed failed) {}
}
