package dev.tributary.search;

/** Measures time from when it is made. */
final class Stopwatch {
    private final long start = System.nanoTime();

    /** Milliseconds so far, to two digits. */
    double ms() {
        return Math.round((System.nanoTime() - start) / 10_000.0) / 100.0;
    }
}
