package dev.tributary.search;

/** Measures time from its creation. */
final class Stopwatch {
    private final long start = System.nanoTime();

    /** Milliseconds so far, with two decimals. */
    double ms() {
        return Math.round((System.nanoTime() - start) / 10_000.0) / 100.0;
    }
}
