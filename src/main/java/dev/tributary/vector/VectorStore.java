package dev.tributary.vector;

import dev.tributary.failure.ServiceException;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Port to a vector database. Safe for use by many threads.
 *
 * <p>Every call ends within the store's statement timeout (30 s unless configured), and throws
 * {@link ServiceException} with {@code MISSING} if the collection was dropped, {@code UNAVAILABLE}
 * if the store is away, too busy or too slow and nothing was written, and {@code OUTCOME_UNKNOWN}
 * if the connection was lost while a write was being committed. Every write is safe to repeat.
 *
 * <p>Ids are ordered by their 128 bits, unsigned, which is how their text sorts; {@link
 * UUID#compareTo} is signed and orders them otherwise. A count of chunks, ids or rows over its
 * maximum is {@code INVALID}. A write is seen by every read that begins after it returned.
 *
 * <p>Embeddings must have the collection's dimension, and a direction where its metric is cosine:
 * {@code IMPOSSIBLE} otherwise.
 */
public interface VectorStore {
    /** Most hits of one search. */
    int TOP_K_MAX = 1_000;

    /** Most chunks of one upsert, lookup or page. */
    int BATCH_MAX = 1_000;

    /** The store's name in answers and metrics, such as {@code pgvector}. */
    String name();

    /**
     * Makes room for a collection, with its index. Does nothing if it is there already. Searches of
     * other collections do not wait for it.
     *
     * <p>An HNSW index is there from the start, and takes in rows by {@link #advanceIndex}; an
     * IVFFlat index is there once that, or {@link #buildIndex}, had rows to learn from.
     *
     * @throws ServiceException {@code IMPOSSIBLE} if the store does not know the language
     */
    void create(CollectionRef collection);

    /**
     * Drops a collection with all its rows. Does nothing if it is not there. Calls on it that are
     * under way end as if they came before, or with {@code MISSING}.
     */
    void drop(CollectionRef collection);

    /** Returns what the collection holds now, counted and not estimated. */
    CollectionStats stats(CollectionRef collection);

    /**
     * Builds the index that {@code collection.index()} names, unless it is there already, while
     * reads and writes go on. Takes minutes on large collections: the statement timeout does not
     * apply. Searches are right before, while and after, whichever index the reference they are
     * given names.
     *
     * @return false if there is too little to build it from yet: an IVFFlat index learns from rows;
     *     true if it is there, or none is wanted
     */
    boolean buildIndex(CollectionRef collection);

    /**
     * Brings rows that were written since into the index that {@code collection.index()} names: a
     * step of it, which takes a second, or minutes where the index is built anew. Searches and
     * writes go on meanwhile, and searches are right before, while and after.
     */
    IndexAdvance advanceIndex(CollectionRef collection);

    /** Returns a mark that comes after every write which has returned, for {@link #isIndexed}. */
    long writeMark(CollectionRef collection);

    /**
     * Whether every row written before a mark is in the index, or none is wanted.
     *
     * @param mark from {@link #writeMark}
     */
    boolean isIndexed(CollectionRef collection, long mark);

    /** Returns how tidy the storage of a collection is. */
    StorageStats storage(CollectionRef collection);

    /**
     * Clears away dead rows, renews the planner's statistics, and builds the index anew, each if it
     * is worth it, while reads and writes go on. Takes minutes on large collections.
     *
     * @return what was done, for people; empty if there was nothing to do
     */
    List<String> tidy(CollectionRef collection);

    /** Drops every approximate index but the one that {@code collection.index()} names. */
    void dropOtherIndexes(CollectionRef collection);

    /**
     * Stores chunks, each replacing the whole of the one with the same id, whose key may change.
     * One that cannot be stored fails alone: another dimension, no direction under cosine, text
     * against {@link TextRules}, numbers that are not finite. Of two chunks with the same id or the
     * same key in one call, the later one fails; so does one whose key another id already has. An
     * unchanged chunk keeps its {@link StoredChunk#updatedAt()}.
     *
     * <p>Not atomic as a whole. Calls that write the same chunks at once do not fail each other:
     * each chunk ends as one of them wrote it.
     *
     * @param chunks at most {@link #BATCH_MAX}
     * @return an outcome for each chunk, in order
     */
    List<ChunkOutcome> upsert(CollectionRef collection, List<Chunk> chunks);

    /**
     * Makes these the chunks of a source, and deletes its others. All or nothing: no reader sees a
     * part of it, and of two replacements at once one wins as a whole. Chunks may change places.
     *
     * @param chunks all of that source; may be empty, and has no maximum
     * @throws ServiceException {@code INVALID} if a chunk is of another source, has the id or the
     *     key of another one, or text against {@link TextRules}; {@code CONFLICT} if a chunk of
     *     another source has its id; {@code IMPOSSIBLE} if its embedding does not fit
     */
    ReplaceOutcome replaceSource(
            CollectionRef collection, String sourceType, String sourceId, List<Chunk> chunks);

    /**
     * Returns the chunks that exist, each once, in the order of the ids asked for.
     *
     * @param ids at most {@link #BATCH_MAX}
     */
    List<StoredChunk> get(CollectionRef collection, List<UUID> ids, Set<Include> include);

    /**
     * Returns chunks in order of id. A chunk that is there from the first page to the last is
     * returned exactly once, whatever is written meanwhile.
     *
     * @param filter null matches every chunk
     * @param after the previous page's {@link Page#next()}; null for the first page
     * @param limit 1 to {@link #BATCH_MAX}
     */
    Page scroll(
            CollectionRef collection,
            @Nullable Filter filter,
            @Nullable UUID after,
            int limit,
            Set<Include> include);

    /**
     * Hands over every chunk, in order of id, as they all were at one moment. Takes as long as the
     * receiver does; the statement timeout holds for a part of it.
     *
     * @param receiver what it throws ends the walk, and is thrown on
     */
    void forEach(CollectionRef collection, Set<Include> include, Consumer<StoredChunk> receiver);

    /**
     * Returns chunks picked at random, each once, in any order. All of them if there are no more
     * than that; else each about as likely as any other, though of a large collection the pick may
     * be of neighbours in storage.
     *
     * @param limit how many, 1 to {@link #BATCH_MAX}
     */
    List<StoredChunk> sample(CollectionRef collection, int limit, Set<Include> include);

    /**
     * Deletes the matching chunks, all or none.
     *
     * @return how many there were
     */
    long delete(CollectionRef collection, Filter filter);

    /**
     * Returns how many chunks match.
     *
     * @param filter null matches every chunk
     */
    long count(CollectionRef collection, @Nullable Filter filter);

    /**
     * Returns the chunks nearest to a vector, nearest first; ties by id. With {@link
     * SearchOptions#boost()} those of the highest boosted score.
     *
     * <p>Approximate unless {@link SearchOptions#exact()}: a hit may be missing although it is
     * nearer than one returned. Never fewer than exist, unless {@link SearchResult#complete()} is
     * false.
     */
    SearchResult search(CollectionRef collection, VectorQuery query);

    /**
     * Returns the fused candidates of the vector leg and the text leg, best first; ties by id. The
     * text leg ranks by BM25 (Robertson and Zaragoza, 2009) with the numbers of {@link TextSpec},
     * and the rarity of a word in the whole collection. A boost multiplies the fused score. Ties
     * within a leg are broken by id too.
     *
     * <p>A text leg that finds nothing is not an error: the vector leg answers alone, with a
     * warning that says whether the text has no word to search for, or no chunk has any. A phrase
     * that no chunk matching the filter has is not asked for, with a warning; a text of such
     * phrases alone finds nothing. What is excluded is on neither leg.
     *
     * <p>{@link SearchResult#complete()} is true if the answer is full, or each leg that is
     * switched on handed in every row it could: for the text leg, every row that has a word.
     */
    SearchResult hybrid(CollectionRef collection, HybridQuery query);
}
