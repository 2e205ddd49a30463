package dev.tributary.vector;

import dev.tributary.failure.ServiceException;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Port to the system of record: the one store that keeps every chunk whole, that other stores are
 * derived from, and that searches words.
 *
 * <p><b>Every call joins the transaction that runs in the calling thread</b>, if there is one: its
 * writes are committed and rolled back with that transaction, and its reads see what the
 * transaction has written. Without one, each call is a transaction of its own. {@link #create} and
 * {@link #drop} join as well.
 *
 * <p>Beyond what {@link VectorStore} promises, a key belongs to one id: of two chunks with the same
 * key in one {@link #upsert}, the later one fails; so does one whose key another id has. The key of
 * an id may change. Outcomes tell created, updated and unchanged chunks apart; an unchanged chunk
 * keeps its {@link StoredChunk#updatedAt()}. Each {@link #delete(Rows, List)} is atomic.
 */
public interface RecordStore extends VectorStore {
    /** Returns what the rows are and what their collection takes up, counted and not estimated. */
    CollectionStats stats(Rows rows);

    /**
     * Makes these the chunks of a source, and deletes its others. All or nothing: no reader sees a
     * part of it, and of two replacements at once one wins as a whole. Chunks may change places.
     *
     * @param chunks all of that source; may be empty, and has no maximum
     * @throws ServiceException {@code INVALID} if a chunk is of another source, has the id or the
     *     key of another one, or text against {@link TextRules}; {@code DENIED} if its tenant lies
     *     outside of the rows; {@code CONFLICT} if its id or key is taken, by a chunk of another
     *     source or outside of the rows; {@code IMPOSSIBLE} if its embedding does not fit
     */
    ReplaceOutcome replaceSource(Rows rows, String sourceType, String sourceId, List<Chunk> chunks);

    /**
     * Deletes the matching chunks, all or none.
     *
     * @return how many there were
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
     * Hands over every chunk, in order of id, as they all were at one moment. Takes as long as the
     * receiver does; the timeout applies to each fetch.
     *
     * @param receiver what it throws ends the walk, and is thrown on
     */
    void forEach(Rows rows, Set<Include> include, Consumer<StoredChunk> receiver);

    /**
     * Returns chunks picked at random, each once, in any order. All of them if there are no more
     * than that; else each about as likely as any other, though of a large collection the pick may
     * be of neighbours in storage.
     *
     * @param limit how many, 1 to {@link #BATCH_MAX}
     */
    List<StoredChunk> sample(Rows rows, int limit, Set<Include> include);

    /**
     * Returns the fused candidates of the vector leg and the text leg, best first; ties by id. The
     * text leg ranks by BM25 (Robertson and Zaragoza, 2009) with the numbers of {@link TextSpec},
     * and the rarity of a word in the whole collection. A boost multiplies the fused score. Ties
     * within a leg are broken by id too. A fusion without a vector leg gives the text leg alone.
     *
     * <p>A text leg that finds nothing is not an error: the vector leg answers alone, with a
     * warning that says whether the text has no word to search for, or no chunk has any. A phrase
     * that no chunk matching the filter has is not asked for, with a warning; a text of such
     * phrases alone finds nothing. What is excluded is on neither leg.
     *
     * <p>{@link SearchResult#complete()} is true if the answer is full, or each leg that is
     * switched on handed in every row it could: for the text leg, every row that has a word.
     */
    SearchResult hybrid(Rows rows, HybridQuery query);
}
