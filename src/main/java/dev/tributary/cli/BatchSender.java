package dev.tributary.cli;

import dev.tributary.cli.exit.CommandException;
import java.io.IOException;

/** Sends the records of a source, one batch per request. Not for use by several threads. */
final class BatchSender {
    private final ServiceClient service;
    private final String collection;
    private final Retries retries;
    private ImportCounts counts = ImportCounts.NONE;

    BatchSender(ServiceClient service, String collection, Retries retries) {
        this.service = service;
        this.collection = collection;
        this.retries = retries;
    }

    /** The outcomes that the service has acknowledged so far. */
    ImportCounts counts() {
        return counts;
    }

    /**
     * Sends all records, but stops after the first batch if nothing of it could be stored.
     *
     * @throws CommandException if the service refuses, or is unavailable for longer than the
     *     retries last
     * @throws IOException if the temporary file cannot be created
     */
    void send(Records records, int linesMax, boolean isGzip, Progress progress) throws IOException {
        try (var batch = new Batch(records, linesMax, isGzip, progress)) {
            while (records.peek() != null) {
                batch.begin();
                ImportCounts next = retries.run(() -> store(batch, isGzip));
                counts = counts.plus(next, batch.sentBefore());
                if (counts.stored() == 0 && counts.failed() >= linesMax) {
                    return;
                }
            }
        }
    }

    private ImportCounts store(Batch batch, boolean isGzip) {
        try {
            return service.store(collection, batch::open, isGzip);
        } catch (CommandException e) {
            batch.requireSound();
            throw e;
        }
    }
}
