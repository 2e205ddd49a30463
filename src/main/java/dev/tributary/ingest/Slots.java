package dev.tributary.ingest;

import dev.tributary.failure.ServiceException;
import java.util.concurrent.Semaphore;

/** Limits how many operations of a kind run at once. Safe for use by many threads. */
final class Slots {
    private final String what;
    private final int max;
    private final Semaphore free;

    /**
     * @param what what runs, in the plural, such as {@code imports}
     */
    Slots(String what, int max) {
        this.what = what;
        this.max = max;
        free = new Semaphore(max);
    }

    /**
     * Takes a slot, to be returned by {@link #free}.
     *
     * @throws ServiceException {@code UNAVAILABLE} if no slot is free
     */
    void take(String code) {
        if (!free.tryAcquire()) {
            throw ServiceException.unavailable(
                            code, "%,d %s are running, the most allowed".formatted(max, what))
                    .withHint("send the same request again later");
        }
    }

    void free() {
        free.release();
    }
}
