package dev.tributary.rerank;

import java.time.Duration;

/** The moment by which a call must have its answer, on the clock of {@link System#nanoTime()}. */
record Deadline(long nanos) {
    /** The moment after this time from now. */
    static Deadline in(Duration time) {
        return new Deadline(System.nanoTime() + time.toNanos());
    }

    /** The time that is left; zero after the deadline. */
    Duration left() {
        return Duration.ofNanos(Math.max(0, nanos - System.nanoTime()));
    }

    boolean isOver() {
        return nanos - System.nanoTime() <= 0;
    }
}
