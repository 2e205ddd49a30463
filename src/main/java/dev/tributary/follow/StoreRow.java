package dev.tributary.follow;

import dev.tributary.vector.DerivedSettings;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A derived store that is to follow a collection.
 *
 * @param collection id of the collection
 * @param settings how its next generation is made
 * @param job the job that fills or has filled its last generation; null before the first
 * @param verification result of the last comparison, as JSON; null before the first
 * @param verifiedAt when that began
 */
record StoreRow(
        long collection,
        String store,
        String namespace,
        DerivedSettings settings,
        @Nullable UUID job,
        @Nullable Map<String, @Nullable Object> verification,
        @Nullable Instant verifiedAt,
        Instant createdAt) {}
