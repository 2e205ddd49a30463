package dev.tributary.job;

import java.util.Locale;

/** The status of a job. */
public enum JobStatus {
    /** Waits for a worker, or for its next attempt. */
    QUEUED,
    /** A worker has it; or a worker had it, and its lease has not yet expired. */
    RUNNING,
    /** Done; individual items may have failed. */
    SUCCEEDED,
    /** Given up; {@code error} says why. */
    FAILED,
    /** Cancelled by a call, or replaced by a newer job for the same thing. */
    CANCELLED;

    /** True if it never changes again. */
    public boolean isFinished() {
        return switch (this) {
            case QUEUED, RUNNING -> false;
            case SUCCEEDED, FAILED, CANCELLED -> true;
        };
    }

    /** The status in the table and in JSON. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static JobStatus parse(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
