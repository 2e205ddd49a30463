package dev.tributary.follow;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A generation that this instance has a lease on. Safe for use by many threads. */
final class Held {
    /** A write begins only with this part of the lease left, so that it ends within it. */
    private static final int MARGIN = 3;

    private final GenerationKey key;
    private final ChunkMirror mirror;
    private final Duration lease;
    private final Semaphore turn = new Semaphore(1);
    private volatile long untilNanos;
    private volatile long pausedUntilNanos = System.nanoTime();
    private volatile long retriedNanos = System.nanoTime();
    private volatile boolean isEnded;
    private final AtomicInteger failures = new AtomicInteger();

    /**
     * @param isTroubled whether the one before failed last, so that a success is to be noted
     */
    Held(GenerationKey key, ChunkMirror mirror, Duration lease, boolean isTroubled) {
        this.key = key;
        this.mirror = mirror;
        this.lease = lease;
        failures.set(isTroubled ? 1 : 0);
    }

    GenerationKey key() {
        return key;
    }

    ChunkMirror mirror() {
        return mirror;
    }

    /**
     * Notes that the lease was renewed.
     *
     * @param askedNanos when that was asked for, which is before the database did it
     */
    void renewed(long askedNanos) {
        untilNanos = askedNanos + lease.toNanos();
    }

    /** Whether a write may begin now. */
    boolean isSafe() {
        return !isEnded && untilNanos - System.nanoTime() > lease.toNanos() / MARGIN;
    }

    /** Whether another instance may have it. */
    boolean isLost() {
        return isEnded || untilNanos - System.nanoTime() <= 0;
    }

    void end() {
        isEnded = true;
    }

    /** Begins a turn, unless one is running or it pauses. */
    boolean begin() {
        return System.nanoTime() - pausedUntilNanos >= 0 && isSafe() && turn.tryAcquire();
    }

    void finish() {
        turn.release();
    }

    /** Waits until no turn is running, and lets none begin; returns whether that was in time. */
    boolean await(Duration most) throws InterruptedException {
        return turn.tryAcquire(most.toNanos(), TimeUnit.NANOSECONDS);
    }

    boolean isBusy() {
        return turn.availablePermits() == 0;
    }

    /**
     * Pauses after a failure, longer after each that follows another.
     *
     * @return whether it is the first after a success
     */
    boolean failed(Duration first, Duration most) {
        int before = failures.getAndIncrement();
        Duration pause = first.multipliedBy(1L << Math.min(before, 16));
        pausedUntilNanos = System.nanoTime() + (pause.compareTo(most) < 0 ? pause : most).toNanos();
        return before == 0;
    }

    /** Notes a success; returns whether a failure came before it. */
    boolean succeeded() {
        return failures.getAndSet(0) > 0;
    }

    /**
     * Whether what was set aside is to be tried again; at most once in an interval, and not after a
     * failure.
     */
    boolean isRetryDue(Duration interval) {
        long now = System.nanoTime();
        if (failures.get() > 0 || now - retriedNanos < interval.toNanos()) {
            return false;
        }
        retriedNanos = now;
        return true;
    }
}
