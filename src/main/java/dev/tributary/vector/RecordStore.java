package dev.tributary.vector;

import dev.tributary.failure.ServiceException;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Port to the system of record: the one store that keeps every chunk whole, from which other stores
 * are derived, and which searches words.
 *
 * <p><b>Every call joins the transaction that runs in the calling thread</b>, if there is one: its
 * writes are committed or rolled back with that transaction, and its reads see what the transaction
 * has written. Otherwise each call is a transaction of its own. {@link #create} and {@link #drop}
 * join as well.
 *
 * <p>Beyond what {@link VectorStore} promises, a key belongs to one id. Of two chunks with the same
 * key in one {@link #upsert}, the later one fails; so does a chunk whose key belongs to another id.
 * The key of an id may change. Outcomes tell created, updated and unchanged chunks apart; an
 * unchanged chunk keeps its {@link StoredChunk#updatedAt()}. Each {@link #delete(Rows, List)} is
 * atomic.
 */
public interface RecordStore extends VectorStore {
    /** Most changes whose chunks are compared beside given ones. */
    int CHANGED_MAX = 20_000;

    /**
     * The names that {@link SearchOptions#store} may have: its own, and those of derived stores.
     */
    Set<String> names();

    /**
     * Returns the nearest of these chunks and of those that have changed since a position, of those
     * that exist and meet the filter, with their exact distances. Boosts are not applied. {@link
     * SearchResult#complete()} is about these chunks alone.
     *
     * @param ids at most {@link #TOP_K_MAX}, of which some may not exist
     * @param since of a follower of the collection, of the last 10 seconds: older changes that it
     *     was told of may be missing
     */
    Compared nearestOf(Rows rows, VectorQuery query, List<UUID> ids, ChangePosition since);

    /** Returns the number of rows and the size of their collection, counted, not estimated. */
    CollectionStats stats(Rows rows);

    /**
     * Replaces all chunks of a source. Atomic: no reader sees a partial replacement, and of two
     * concurrent replacements one wins as a whole. Chunks may swap positions.
     *
     * @param chunks all chunks of the source; may be empty, and has no maximum
     * @throws ServiceException {@code INVALID} if a chunk belongs to another source, has the id or
     *     the key of another chunk in the list, or has text that violates {@link TextRules}; {@code
     *     DENIED} if its tenant is outside the rows; {@code CONFLICT} if its id or key is taken, by
     *     a chunk of another source or outside the rows; {@code IMPOSSIBLE} if its embedding does
     *     not fit
     */
    ReplaceOutcome replaceSource(Rows rows, String sourceType, String sourceId, List<Chunk> chunks);

    /**
     * Changes metadata, tenant, ACL digest and boosts of stored chunks; their contents and
     * embeddings stay. A chunk that is not among the rows, or would leave them, fails alone; of two
     * patches of the same chunk in one call, the later one fails.
     *
     * <p>Not atomic as a whole, but each chunk is: no write of it comes between what a patch is
     * given and what it returns.
     *
     * @param patches at most {@link #BATCH_MAX}
     * @return an outcome for each patch, in order; none is {@link ChunkOutcome.Status#CREATED}
     */
    List<ChunkOutcome> patch(Rows rows, List<ChunkPatch> patches);

    /**
     * Deletes the matching chunks. Atomic.
     *
     * @return how many were deleted
     */
    long delete(Rows rows, Filter filter);

    /**
     * Returns chunks in order of id. A chunk that exists from the first page to the last is
     * returned exactly once, whatever is written meanwhile.
     *
     * @param filter null matches every chunk
     * @param after the previous page's {@link Page#next()}; null for the first page
     * @param limit 1 to {@link #BATCH_MAX}
     */
    Page scroll(
            Rows rows,
            @Nullable Filter filter,
            @Nullable UUID after,
            int limit,
            Set<Include> include);

    /**
     * Lists the sources that have chunks among these rows, in order of source type and source id,
     * by code points. Takes time linear in the chunks of the sources that it returns, not in those
     * of the collection, unless the rows are confined to a tenant.
     */
    List<SourceSummary> sources(Rows rows, SourceQuery query);

    /**
     * Passes every chunk to the receiver, in order of id, from one consistent snapshot. Takes as
     * long as the receiver does; the timeout applies to each fetch.
     *
     * @param receiver an exception that it throws ends the iteration and is rethrown
     */
    void forEach(Rows rows, Set<Include> include, Consumer<StoredChunk> receiver);

    /**
     * Returns chunks picked at random, each once, in any order. Returns all chunks if there are no
     * more than {@code limit}; otherwise each chunk is about equally likely, though in a large
     * collection the picked chunks may be neighbours in storage.
     *
     * @param limit how many chunks, 1 to {@link #BATCH_MAX}
     */
    List<StoredChunk> sample(Rows rows, int limit, Set<Include> include);

    /**
     * Returns the fused candidates of the vector leg and the text leg, best first; ties by id. The
     * text leg ranks by BM25 (Robertson and Zaragoza, 2009) with the parameters of {@link
     * TextSpec}; the rarity of a word is measured over the whole collection. A boost multiplies the
     * fused score. Ties within a leg are also broken by id. A fusion without a vector leg returns
     * the text leg alone.
     *
     * <p>A text leg that finds nothing is not an error: the vector leg answers alone, and a warning
     * says whether the text has no word to search for, or no chunk has any of its words. A phrase
     * that no chunk matching the filter has is ignored, with a warning; a text made only of such
     * phrases finds nothing. Excluded words and phrases apply to both legs.
     *
     * <p>{@link SearchResult#complete()} is true if the result has {@code topK} hits, or if each
     * leg that is switched on contributed every row it could: for the text leg, every row that has
     * one of the words.
     */
    SearchResult hybrid(Rows rows, HybridQuery query);
}
