package dev.tributary.recall;

import dev.tributary.collection.Catalogue;
import dev.tributary.collection.Collection;
import dev.tributary.failure.ServiceException;
import dev.tributary.security.Caller;
import dev.tributary.vector.Include;
import dev.tributary.vector.RecordStore;
import dev.tributary.vector.Rows;
import dev.tributary.vector.StoredChunk;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.springframework.stereotype.Component;

/**
 * Measures the recall of collections, one at a time: exact searches read whole collections, and
 * concurrent measurements would disturb each other. Safe for use by many threads.
 */
@Component
class Recalls {
    /** A chunk, and another one to find. */
    private static final int CHUNKS_MIN = 2;

    private final Catalogue catalogue;
    private final RecordStore store;
    private final RecallProperties properties;
    private final Semaphore turn = new Semaphore(1);

    Recalls(Catalogue catalogue, RecordStore store, RecallProperties properties) {
        this.catalogue = catalogue;
        this.store = store;
        this.properties = properties;
    }

    /**
     * Measures the recall of one collection.
     *
     * @throws ServiceException {@code INVALID}; {@code MISSING}; {@code IMPOSSIBLE} for fewer than
     *     two chunks; {@code CONFLICT} while another collection is measured; {@code UNAVAILABLE} if
     *     the timeout came before any query was done
     */
    RecallAnswer measure(Caller caller, String name, RecallRequest request) {
        RecallTerms terms = RecallTerms.of(request, store.names());
        Collection collection = catalogue.resolve(caller, name);
        if (!turn.tryAcquire()) {
            throw ServiceException.conflict(
                            "recall_busy", "the recall of a collection is being measured already")
                    .withHint(
                            "one is measured at a time, for about %d s at most"
                                    .formatted(properties.timeout().toSeconds()));
        }
        try {
            return measure(collection.name(), collection.rows(caller), terms);
        } finally {
            turn.release();
        }
    }

    private RecallAnswer measure(String name, Rows rows, RecallTerms terms) {
        List<StoredChunk> sample =
                store.sample(rows, Math.max(CHUNKS_MIN, terms.sample()), Set.of(Include.EMBEDDING));
        if (sample.size() < CHUNKS_MIN) {
            throw ServiceException.impossible(
                            "too_few_chunks",
                            "collection",
                            "has %d, must have at least %d chunks"
                                    .formatted(sample.size(), CHUNKS_MIN))
                    .withHint("recall is measured by searching for stored chunks: put more chunks");
        }
        var measurement =
                new RecallMeasurement(query -> store.search(rows, query), terms, System::nanoTime);
        return measurement.run(
                name,
                sample.subList(0, Math.min(terms.sample(), sample.size())),
                properties.timeout());
    }
}
