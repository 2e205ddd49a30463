package dev.tributary.vector;

import static dev.tributary.vector.StoreFixture.HNSW;
import static dev.tributary.vector.StoreFixture.assertRefused;
import static dev.tributary.vector.StoreFixture.query;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.failure.ServiceException.Kind;
import dev.tributary.vector.ChunkOutcome.Status;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the parts of the contract for any {@link VectorStore} are written with. {@link StoreFixture}
 * keeps the collections; the test of a store says what the store is, and what it cannot do.
 */
interface StoreCalls {
    /** A call of a store on a collection. */
    interface Operation<S> {
        void run(S store, CollectionRef collection);
    }

    /** The store to be tested; may be the same one for every test. */
    VectorStore store();

    /** A collection that was never created. It is dropped after the test, if it is by then. */
    CollectionRef unborn(int dimension, Metric metric, TextSpec text, IndexSpec index);

    /** What the store reports of a new chunk; {@code UPDATED} if it cannot tell it from others. */
    default Status statusOfNew() {
        return Status.CREATED;
    }

    /** Whether the store cannot answer a query, and must say so. */
    default boolean refuses(VectorQuery query) {
        return false;
    }

    /** Does what makes the store search as it does in production, such as building an index. */
    default void settle(CollectionRef collection) {}

    default CollectionRef unborn(int dimension, Metric metric, String language, IndexSpec index) {
        return unborn(dimension, metric, TextSpec.of(language), index);
    }

    /** A new empty collection, dropped after the test. */
    default CollectionRef collection(
            int dimension, Metric metric, String language, IndexSpec index) {
        var collection = unborn(dimension, metric, language, index);
        store().create(collection);
        return collection;
    }

    default CollectionRef collection(int dimension, Metric metric, IndexSpec index) {
        return collection(dimension, metric, "english", index);
    }

    default CollectionRef collection(int dimension, Metric metric) {
        return collection(dimension, metric, HNSW);
    }

    /** Two dimensions under Euclidean distance: enough for most tests. */
    default CollectionRef plane() {
        return collection(2, Metric.L2);
    }

    /** Stores any number of chunks, all of which must be new. */
    default void fill(CollectionRef collection, List<Chunk> chunks) {
        for (int from = 0; from < chunks.size(); from += VectorStore.BATCH_MAX) {
            int to = Math.min(chunks.size(), from + VectorStore.BATCH_MAX);
            assertThat(store().upsert(collection.allRows(), chunks.subList(from, to)))
                    .allSatisfy(o -> assertThat(o.status()).as(o.error()).isEqualTo(statusOfNew()));
        }
    }

    default void fill(CollectionRef collection, Chunk... chunks) {
        fill(collection, List.of(chunks));
    }

    default Status put(CollectionRef collection, Chunk chunk) {
        return store().upsert(collection.allRows(), List.of(chunk)).getFirst().status();
    }

    default StoredChunk stored(CollectionRef collection, UUID id) {
        return store().get(collection.allRows(), List.of(id), StoreFixture.EVERYTHING).getFirst();
    }

    /**
     * Searches every row. Where the store refuses the query, asserts that this is declared, that
     * the search refuses it as announced, and ends the test.
     */
    default SearchResult search(CollectionRef collection, VectorQuery query) {
        Optional<String> refusal = store().refusal(collection, query);
        assertThat(refusal.isPresent()).as("refusal of " + query).isEqualTo(refuses(query));
        if (refusal.isPresent()) {
            assertRefused(
                    Kind.IMPOSSIBLE,
                    "query_unsupported",
                    () -> store().search(collection.allRows(), query));
            throw new RefusalAsserted(refusal.get());
        }
        return store().search(collection.allRows(), query);
    }

    default SearchResult nearest(CollectionRef collection, int topK, float... to) {
        return search(collection, query(topK, null, to));
    }

    default List<String> matchingJson(CollectionRef collection, String filter) {
        return matching(collection, Filter.parse(Json.read(filter)));
    }

    /** The source ids of the chunks that match, once every way to ask gave the same. */
    default List<String> matching(CollectionRef collection, @Nullable Filter filter) {
        SearchResult result = search(collection, query(VectorStore.TOP_K_MAX, filter, 1, 0));
        List<String> found =
                result.hits().stream()
                        .sorted(java.util.Comparator.comparing(Hit::id, ChunkIds.ORDER))
                        .map(hit -> hit.key().sourceId())
                        .toList();
        String as = String.valueOf(filter);
        assertThat(result.complete()).as("search of " + as).isTrue();
        assertThat(store().count(collection.allRows(), filter))
                .as("count of " + as)
                .isEqualTo(found.size());
        return found;
    }
}
