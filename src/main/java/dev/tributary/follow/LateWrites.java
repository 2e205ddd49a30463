package dev.tributary.follow;

import dev.tributary.sync.ChangeLog;
import java.util.Collection;
import java.util.UUID;

/**
 * What to do after a worker has written to a store although another one had its place already: it
 * may have been stopped for long between its last look at the lease and the write. Such a write
 * never replaces a newer chunk, but it can bring back one that was deleted.
 */
final class LateWrites {
    private LateWrites() {}

    /**
     * Logs the chunks once more, so that whoever has the place now applies their current state.
     *
     * @param cause what the late worker has noticed; gets what fails here as suppressed
     */
    static void repeat(
            ChangeLog log, long collection, Collection<UUID> chunks, RuntimeException cause) {
        // The late worker is interrupted, and no connection is to be had with that.
        boolean isInterrupted = Thread.interrupted();
        try {
            log.repeat(collection, chunks);
        } catch (RuntimeException e) {
            cause.addSuppressed(e);
        } finally {
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
