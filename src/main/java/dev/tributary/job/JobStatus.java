package dev.tributary.job;

import java.util.Locale;

/** Where a job stands. */
public enum JobStatus {
    /** Waits for a worker, or for its next attempt. */
    QUEUED,
    /** A worker has it, or had it until its lease ends. */
    RUNNING,
    /** Done to the end; single items may have failed. */
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

    /** As it is in the table and on the wire. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static JobStatus parse(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
