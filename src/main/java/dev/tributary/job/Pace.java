package dev.tributary.job;

import org.jspecify.annotations.Nullable;

/**
 * The speed of a run.
 *
 * @param ratePerSecond items per second, above 0; null if that is not known
 */
record Pace(@Nullable Double ratePerSecond) {
    private static final Pace UNKNOWN = new Pace(null);

    /**
     * Computes the speed.
     *
     * @param done items since the run began
     * @param seconds seconds since then; null if there is no run
     */
    static Pace of(long done, @Nullable Double seconds) {
        return seconds == null || seconds <= 0 || done <= 0 ? UNKNOWN : new Pace(done / seconds);
    }

    /** Seconds that the remaining items take, rounded up; null if the rate is not known. */
    @Nullable Long etaSeconds(long left) {
        return ratePerSecond == null ? null : (long) Math.ceil(Math.max(0, left) / ratePerSecond);
    }
}
