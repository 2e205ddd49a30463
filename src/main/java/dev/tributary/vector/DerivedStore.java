package dev.tributary.vector;

import dev.tributary.failure.ServiceException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Port to a store that is derived from the {@link RecordStore}, and can be rebuilt from it: it
 * keeps embeddings and what filters need, and finds the ids of near chunks. It may be behind, so
 * the record store has the last word on each id that it finds. Safe for use by many threads.
 *
 * <p>A chunk has a version, and an older one never replaces a newer one, in whatever order calls
 * arrive. So every write is safe to repeat while the chunk exists. Nothing is kept of a deleted
 * chunk: an older write that arrives later brings it back, until {@link #hashes} are compared.
 * Lists have at most {@link VectorStore#BATCH_MAX} entries.
 *
 * <p>Every call ends within the store's timeout. It throws {@link ServiceException} with {@code
 * MISSING} if the generation does not exist, {@code UNAVAILABLE} if the store is unavailable, too
 * busy or too slow, and {@code IMPOSSIBLE} if the store refuses what it is asked for.
 */
public interface DerivedStore {
    /** The store's name in answers and metrics. */
    String name();

    /**
     * Checks that the store can keep a collection in this way. Asks no server.
     *
     * @throws ServiceException {@code IMPOSSIBLE} if not
     */
    void requirePossible(CollectionRef collection, DerivedSettings settings);

    /**
     * Creates an empty generation with its indexes. One that exists stays as it is, and may have
     * points.
     *
     * @return whether it did not exist
     * @throws ServiceException {@code IMPOSSIBLE} if the store cannot hold such embeddings, or has
     *     as many collections as it should
     */
    boolean create(Generation generation);

    /**
     * Drops a generation of a collection, which may be gone itself. Does nothing if it does not
     * exist.
     *
     * @param collection id of the collection
     * @param number number of the generation
     */
    void drop(long collection, int number);

    /**
     * Keeps a snapshot of a generation in the store, which takes as much disk again.
     *
     * @throws ServiceException {@code CONFLICT} with the code {@code snapshot_slow} if it was not
     *     finished in time: another attempt would make a second one
     */
    void snapshot(Generation generation);

    /**
     * Makes this generation the one that the collection's name leads to in the store, in one step,
     * for those who look at the store itself. Searches name a generation. If it does not exist, the
     * name leads to the one before.
     */
    void use(Generation generation);

    /** Stores chunks that the generation does not have; leaves those alone that it has. */
    void add(Generation generation, List<DerivedChunk> chunks);

    /** Stores chunks, each instead of an older version of itself. */
    void put(Generation generation, List<DerivedChunk> chunks);

    /** Deletes chunks, each if it is not newer than this version. */
    void delete(Generation generation, Map<UUID, Long> versions);

    /** Returns how many chunks a generation has. */
    long count(Generation generation);

    /**
     * Returns the hashes of a page of chunks, in the order of ids.
     *
     * @param after the last id of the previous page; null for the first page
     * @param limit 1 to {@link VectorStore#BATCH_MAX}; only the last page has fewer
     * @return hashes by id
     */
    Map<UUID, String> hashes(Generation generation, @Nullable UUID after, int limit);

    /** Returns the hashes of those of these chunks that the generation has. */
    Map<UUID, String> hashes(Generation generation, List<UUID> ids);

    /**
     * Returns the embeddings of those of these chunks that the generation has, as the store keeps
     * them, which may be at another length: for comparing directions only.
     */
    Map<UUID, Embedding> embeddings(Generation generation, List<UUID> ids);

    /**
     * Tells in advance whether the store can answer a query exactly as asked. A store never answers
     * a different query instead, such as one without the part of the filter that it cannot
     * evaluate.
     *
     * @return why the store would refuse the query, in a few words; empty if it would not
     */
    Optional<String> refusal(CollectionRef collection, VectorQuery query);

    /**
     * Finds the chunks nearest to a vector, at most {@code topK}. The threshold is not applied:
     * what is below it comes last.
     *
     * @return ids, nearest first
     * @throws ServiceException {@code IMPOSSIBLE} with the code {@code query_unsupported} for a
     *     query that has a {@link #refusal}
     */
    List<UUID> nearest(Generation generation, VectorQuery query);
}
