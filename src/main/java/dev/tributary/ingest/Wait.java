package dev.tributary.ingest;

import dev.tributary.failure.ServiceException;
import java.time.Duration;

/** What a write waits for before it is answered. */
public enum Wait {
    /** Until every row that was written is in the approximate index. */
    INDEXED;

    private static final long TIMEOUT_MS_MAX = 3_600_000;

    /** Validates the timeout. */
    public static Duration timeout(long milliseconds) {
        if (milliseconds < 0 || milliseconds > TIMEOUT_MS_MAX) {
            throw ServiceException.invalid(
                    "wait_timeout_ms",
                    "is %,d, must be 0 to %,d".formatted(milliseconds, TIMEOUT_MS_MAX));
        }
        return Duration.ofMillis(milliseconds);
    }
}
