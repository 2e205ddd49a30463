package dev.tributary.search;

import dev.tributary.vector.Embedding;
import dev.tributary.vector.Explanation;
import dev.tributary.vector.Fusion;
import dev.tributary.vector.HybridQuery;
import dev.tributary.vector.Include;
import dev.tributary.vector.RecordStore;
import dev.tributary.vector.Rows;
import dev.tributary.vector.SearchOptions;
import dev.tributary.vector.SearchResult;
import dev.tributary.vector.StoredChunk;
import dev.tributary.vector.TextQuery;
import dev.tributary.vector.VectorQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Searches for one thing in one collection, with different options as often as it takes, and keeps
 * what the store says beside the hits. Not for use by several threads.
 */
final class StoreSearch {
    private final RecordStore store;
    private final Rows rows;
    private final Query query;
    private final List<Explanation.Step> steps = new ArrayList<>();
    private List<String> warnings = List.of();
    private int calls;

    /**
     * What is searched for.
     *
     * @param embedding null only in a hybrid search without a vector leg
     * @param words null unless the search is hybrid
     */
    record Query(@Nullable Embedding embedding, @Nullable Words words) {}

    /** The text leg's part, and how it is put together with the other one. */
    record Words(TextQuery text, Fusion fusion) {}

    StoreSearch(RecordStore store, Rows rows, Query query) {
        this.store = store;
        this.rows = rows;
        this.query = query;
    }

    boolean isHybrid() {
        return query.words() != null;
    }

    SearchResult ask(SearchOptions options) {
        Words words = query.words();
        SearchResult result =
                words == null
                        ? store.search(
                                rows,
                                new VectorQuery(Objects.requireNonNull(query.embedding()), options))
                        : store.hybrid(
                                rows,
                                new HybridQuery(
                                        query.embedding(), words.text(), words.fusion(), options));
        if (calls++ == 0) {
            warnings = result.warnings();
        }
        Explanation explanation = result.explanation();
        if (explanation != null) {
            steps.addAll(explanation.steps());
        }
        return result;
    }

    /** How often the store was asked. */
    int calls() {
        return calls;
    }

    /** What the store warned of when it was asked first, and for the whole. */
    List<String> warnings() {
        return warnings;
    }

    /** How the store ran the searches, if that was asked for. */
    List<Explanation.Step> steps() {
        return List.copyOf(steps);
    }

    /** The chunks of these ids with none of their heavy parts; at most 1,000. */
    List<StoredChunk> lookUp(List<UUID> ids) {
        return store.get(rows, ids, Set.of());
    }

    /** The chunks of these ids with their contents; at most 1,000. */
    List<StoredChunk> contents(List<UUID> ids) {
        return store.get(rows, ids, Set.of(Include.CONTENT));
    }

    /**
     * Gives the hits, at most 1,000, their heavy parts. A chunk that was deleted meanwhile is left
     * out.
     */
    List<Candidate> fill(List<Candidate> candidates, Set<Include> include) {
        if (include.isEmpty()) {
            return candidates;
        }
        List<UUID> ids = candidates.stream().map(candidate -> candidate.hit().id()).toList();
        Map<UUID, StoredChunk> chunks =
                store.get(rows, ids, include).stream()
                        .collect(Collectors.toMap(StoredChunk::id, Function.identity()));
        List<Candidate> filled = new ArrayList<>();
        for (Candidate candidate : candidates) {
            StoredChunk chunk = chunks.get(candidate.hit().id());
            if (chunk != null) {
                filled.add(
                        candidate.withHit(
                                candidate
                                        .hit()
                                        .with(
                                                chunk.content(),
                                                chunk.metadata(),
                                                chunk.embedding())));
            }
        }
        return filled;
    }
}
