package dev.tributary.collection;

import dev.tributary.vector.CollectionStats;
import dev.tributary.vector.Metric;
import dev.tributary.vector.UpkeepStats;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A collection and what it holds now.
 *
 * @param namespace the namespace it is in
 * @param name its own name, also where it was asked for by an alias
 * @param model embedding model; left out if the caller brings the embeddings
 * @param dimension components of every embedding
 * @param metric how embeddings are compared
 * @param language text search configuration that words are read with, or cjk
 * @param text how words are ranked
 * @param description for people; left out if there is none
 * @param metadata as it was put
 * @param index the approximate index
 * @param chunks rows in it
 * @param bytes on disk, indexes included
 * @param storage how tidy its storage is; left out of lists
 * @param aliases that lead to it, by name
 * @param createdAt when it was made
 * @param updatedAt when its description, metadata, text or index last changed; not its chunks
 */
record CollectionAnswer(
        String namespace,
        String name,
        @Nullable String model,
        int dimension,
        Metric metric,
        String language,
        TextAnswer text,
        @Nullable String description,
        Map<String, @Nullable Object> metadata,
        IndexAnswer index,
        long chunks,
        long bytes,
        @Nullable StorageAnswer storage,
        List<String> aliases,
        Instant createdAt,
        Instant updatedAt) {
    static CollectionAnswer of(
            CatalogueRow row,
            CollectionStats stats,
            @Nullable UpkeepStats storage,
            List<String> aliases) {
        Collection collection = row.collection();
        return new CollectionAnswer(
                collection.namespace(),
                collection.name(),
                collection.model(),
                collection.ref().dimension(),
                collection.ref().metric(),
                collection.ref().text().language(),
                TextAnswer.of(collection.ref().text()),
                collection.description(),
                collection.metadata(),
                IndexAnswer.of(collection.ref().index(), row.indexTarget(), stats),
                stats.chunks(),
                stats.bytes(),
                storage == null ? null : StorageAnswer.of(storage),
                aliases,
                collection.createdAt(),
                collection.updatedAt());
    }
}
