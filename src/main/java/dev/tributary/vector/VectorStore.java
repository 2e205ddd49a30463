package dev.tributary.vector;

import dev.tributary.failure.ServiceException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Port to a vector database: what every such database can do. Safe for use by many threads.
 *
 * <p>Calls that read or write rows take the {@link Rows} that the caller is confined to. Every call
 * ends within the store's timeout. It throws {@link ServiceException} with {@code MISSING} if the
 * collection does not exist, {@code UNAVAILABLE} if the store is unavailable, too busy or too slow
 * and nothing was written, and {@code OUTCOME_UNKNOWN} if the connection was lost during a write.
 * Every write is safe to repeat.
 *
 * <p>Ids are ordered by their 128 bits, unsigned ({@link ChunkIds#ORDER}), as their text sorts;
 * {@link UUID#compareTo} is signed and orders them differently. More chunks or ids than the maximum
 * are {@code INVALID}. Every read that begins after a write has returned sees that write.
 *
 * <p>Embeddings must have the collection's dimension, and a direction if its metric is cosine;
 * otherwise the call throws {@code IMPOSSIBLE}.
 */
public interface VectorStore {
    /** Most hits of one search. */
    int TOP_K_MAX = 1_000;

    /** Most chunks in one upsert, look-up, deletion or page. */
    int BATCH_MAX = 1_000;

    /** The store's name in answers and metrics. */
    String name();

    /**
     * Creates the storage of a collection. Does nothing if it exists. Does not block searches of
     * other collections.
     *
     * @throws ServiceException {@code IMPOSSIBLE} if the store does not know the language, or
     *     cannot store such embeddings
     */
    void create(CollectionRef collection);

    /**
     * Drops a collection with all its rows. Does nothing if it does not exist. Concurrent calls on
     * it end as if they had come before, or with {@code MISSING}.
     */
    void drop(CollectionRef collection);

    /**
     * Stores chunks, each replacing the whole chunk with the same id. A chunk that cannot be stored
     * fails alone: a different dimension, no direction under cosine, text that violates {@link
     * TextRules}, numbers that are not finite, an id or a tenant outside the rows. Of two chunks
     * with the same id in one call, the later one fails.
     *
     * <p>Not atomic as a whole. Concurrent calls that write the same chunks do not make each other
     * fail: each chunk ends up as one of them wrote it.
     *
     * @param chunks at most {@link #BATCH_MAX}
     * @return an outcome for each chunk, in order; a store that cannot tell a new chunk from a
     *     replaced one reports {@link ChunkOutcome.Status#UPDATED}
     */
    List<ChunkOutcome> upsert(Rows rows, List<Chunk> chunks);

    /**
     * Deletes the chunks with these ids. Ids that do not exist are ignored. Not atomic as a whole.
     *
     * @param ids at most {@link #BATCH_MAX}
     */
    void delete(Rows rows, List<UUID> ids);

    /**
     * Returns the chunks that exist, each once, in the order of the requested ids.
     *
     * @param ids at most {@link #BATCH_MAX}
     */
    List<StoredChunk> get(Rows rows, List<UUID> ids, Set<Include> include);

    /**
     * Returns a page of ids, in order. The id of a chunk that exists from the first page to the
     * last is returned exactly once, whatever is written meanwhile.
     *
     * @param after the last id of the previous page; null for the first page
     * @param limit 1 to {@link #BATCH_MAX}; only the last page has fewer ids
     */
    List<UUID> ids(Rows rows, @Nullable UUID after, int limit);

    /**
     * Returns the exact number of chunks that match.
     *
     * @param filter null matches every chunk
     */
    long count(Rows rows, @Nullable Filter filter);

    /**
     * Tells in advance whether the store can answer a query exactly as asked. A store never answers
     * a different query instead, such as one without the part of the filter that it cannot
     * evaluate.
     *
     * @return why {@link #search} would refuse the query, in a few words; empty if it would not
     */
    Optional<String> refusal(CollectionRef collection, VectorQuery query);

    /**
     * Returns the chunks nearest to a vector, nearest first, ties by id. With {@link
     * SearchOptions#boost()}, returns the chunks with the highest boosted score.
     *
     * <p>Approximate unless {@link SearchOptions#exact()}: a chunk may be missing although it is
     * nearer than one returned. Never returns fewer hits than exist, unless {@link
     * SearchResult#complete()} is false.
     *
     * @throws ServiceException {@code IMPOSSIBLE} with the code {@code query_unsupported} for a
     *     query that has a {@link #refusal}
     */
    SearchResult search(Rows rows, VectorQuery query);
}
