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
 * @param namespace the namespace of the collection
 * @param name the collection's own name, even if it was requested by an alias
 * @param model embedding model; absent if the caller provides the embeddings
 * @param dimension number of components of every embedding
 * @param metric how embeddings are compared
 * @param language text search configuration that parses words, or cjk
 * @param text how words are ranked
 * @param description for humans; absent if there is none
 * @param metadata the metadata, as it was stored
 * @param index the approximate index
 * @param chunks number of chunks
 * @param bytes size on disk, including indexes
 * @param storage the state of its storage; absent in lists
 * @param aliases its aliases, by name
 * @param createdAt when it was created
 * @param updatedAt when its description, metadata, text or index last changed; changes of chunks do
 *     not count
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
