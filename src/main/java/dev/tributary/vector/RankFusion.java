package dev.tributary.vector;

import dev.tributary.failure.ServiceException;
import dev.tributary.vector.Hit.Legs;
import dev.tributary.vector.Hit.TextRank;
import dev.tributary.vector.Hit.VectorRank;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Fuses legs that come from two stores: the vector leg from any store, the text leg from the record
 * store. On the same data, the result equals that of {@link RecordStore#hybrid}, ties included.
 * Pure functions, except {@link #search}.
 */
public final class RankFusion {
    private static final Comparator<Hit> BEST_FIRST =
            Comparator.comparingDouble(Hit::score)
                    .reversed()
                    .thenComparing(Hit::id, ChunkIds.ORDER);

    private RankFusion() {}

    /** Finds the candidates of a vector leg. */
    @FunctionalInterface
    public interface VectorLeg {
        SearchResult search(VectorQuery query);
    }

    /**
     * Answers a hybrid query with the vector leg of one store and the text leg of another.
     *
     * <p>The record store is authoritative: it supplies contents, metadata and boosts, and a
     * candidate that it no longer has is left out. It also runs the vector leg if the text excludes
     * words, as only a store that has the words can exclude them.
     *
     * @param vectors finds candidates among the rows
     * @param aside runs the text leg, at the same time as the vector leg if it can
     */
    public static SearchResult search(
            VectorLeg vectors, RecordStore records, Rows rows, HybridQuery query, Executor aside) {
        SearchOptions options = query.options();
        Fusion fusion = query.fusion();
        int candidates = Math.max(fusion.candidates(), options.topK());
        SearchOptions leg = options.withTopK(candidates).withBoost(null).withInclude(Set.of());
        var text =
                new FutureTask<>(() ->
                        fusion.hasTextLeg()
                                ? records.hybrid(
                                        rows, query.legAlone(0, 1, leg.withThreshold(null)))
                                : none());
        aside.execute(text);
        SearchResult near = vectorLeg(vectors, records, rows, query, leg);
        SearchResult worded = await(text);
        List<Hit> fused =
                fuse(
                        fusion,
                        near.hits(),
                        worded.hits(),
                        boosts(records, rows, options, near, worded));
        List<Hit> page = page(records, rows, fused, options);
        boolean isComplete =
                page.size() == options.topK()
                        || (isWhole(near, candidates) && isWhole(worded, candidates));
        List<String> warnings =
                Stream.concat(worded.warnings().stream(), near.warnings().stream()).toList();
        return new SearchResult(
                page, isComplete, warnings, explanation(near, worded), near.store());
    }

    private static @Nullable Explanation explanation(SearchResult near, SearchResult worded) {
        List<Explanation.Step> steps =
                Stream.of(near, worded)
                        .map(SearchResult::explanation)
                        .filter(Objects::nonNull)
                        .flatMap(explanation -> explanation.steps().stream())
                        .toList();
        return steps.isEmpty() ? null : new Explanation(steps);
    }

    private static SearchResult await(Future<SearchResult> leg) {
        try {
            return leg.get();
        } catch (InterruptedException e) {
            leg.cancel(true);
            Thread.currentThread().interrupt();
            throw ServiceException.unavailable(
                    "interrupted", "interrupted while a text was searched", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException("the text leg failed", e);
        }
    }

    private static SearchResult vectorLeg(
            VectorLeg vectors,
            RecordStore records,
            Rows rows,
            HybridQuery query,
            SearchOptions leg) {
        Embedding embedding = query.embedding();
        if (embedding == null || !query.fusion().hasVectorLeg()) {
            return none();
        }
        return query.text().excluded().isEmpty()
                ? vectors.search(new VectorQuery(embedding, leg))
                : records.hybrid(rows, query.legAlone(1, 0, leg));
    }

    private static SearchResult none() {
        return new SearchResult(List.of(), true, List.of());
    }

    /** Whether a leg contributed every row that it could. */
    private static boolean isWhole(SearchResult leg, int candidates) {
        return leg.hits().size() < candidates && leg.complete();
    }

    /**
     * Fuses two legs. A hit's score is the sum of {@code weight / (k + rank)}, rank from 1, over
     * the legs that have the hit, multiplied by its boost.
     *
     * @param vectorLeg best first, each hit with its distance
     * @param textLeg best first, each hit with its {@link Legs#text()}
     * @param boost factor by id; 1 for no boost
     * @return each hit once, best first, ties by id
     */
    public static List<Hit> fuse(
            Fusion fusion, List<Hit> vectorLeg, List<Hit> textLeg, ToDoubleFunction<UUID> boost) {
        Map<UUID, Hit> hits = new LinkedHashMap<>();
        Map<UUID, VectorRank> near = new LinkedHashMap<>();
        Map<UUID, TextRank> worded = new LinkedHashMap<>();
        for (Hit hit : vectorLeg) {
            double distance = Objects.requireNonNull(hit.distance());
            near.put(hit.id(), new VectorRank(near.size() + 1, distance));
            hits.put(hit.id(), hit);
        }
        for (Hit hit : textLeg) {
            double score =
                    Objects.requireNonNull(Objects.requireNonNull(hit.legs()).text()).score();
            worded.put(hit.id(), new TextRank(worded.size() + 1, score));
            hits.putIfAbsent(hit.id(), hit);
        }
        List<Hit> fused = new ArrayList<>();
        hits.forEach((id, hit) ->
                fused.add(
                        fused(fusion, hit, near.get(id), worded.get(id), boost.applyAsDouble(id))));
        fused.sort(BEST_FIRST);
        return fused;
    }

    private static Hit fused(
            Fusion fusion,
            Hit hit,
            @Nullable VectorRank near,
            @Nullable TextRank worded,
            double boost) {
        double score =
                (near == null ? 0 : fusion.vectorWeight() / (fusion.k() + near.rank()))
                        + (worded == null ? 0 : fusion.textWeight() / (fusion.k() + worded.rank()));
        return new Hit(
                hit.id(),
                hit.key(),
                score * boost,
                near == null ? null : near.distance(),
                hit.content(),
                hit.metadata(),
                hit.embedding(),
                new Legs(near, worded),
                hit.parentIndex());
    }

    private static ToDoubleFunction<UUID> boosts(
            RecordStore records,
            Rows rows,
            SearchOptions options,
            SearchResult near,
            SearchResult worded) {
        String name = options.boost();
        if (name == null) {
            return _ -> 1;
        }
        Map<UUID, StoredChunk> chunks = new LinkedHashMap<>();
        for (SearchResult leg : List.of(near, worded)) {
            List<UUID> ids = leg.hits().stream().map(Hit::id).toList();
            chunks.putAll(byId(records.get(rows, ids, Set.of())));
        }
        return id -> {
            StoredChunk chunk = chunks.get(id);
            return chunk == null ? 1 : chunk.boosts().getOrDefault(name, 1.0);
        };
    }

    /** The first hits that the record store still has, with the requested parts. */
    private static List<Hit> page(
            RecordStore records, Rows rows, List<Hit> fused, SearchOptions options) {
        List<Hit> page = new ArrayList<>();
        for (int from = 0; from < fused.size() && page.size() < options.topK(); ) {
            int to = Math.min(fused.size(), from + options.topK() - page.size());
            List<Hit> some = fused.subList(from, to);
            Map<UUID, StoredChunk> chunks =
                    byId(records.get(rows, some.stream().map(Hit::id).toList(), options.include()));
            for (Hit hit : some) {
                StoredChunk chunk = chunks.get(hit.id());
                if (chunk != null) {
                    page.add(hit.with(chunk.content(), chunk.metadata(), chunk.embedding()));
                }
            }
            from = to;
        }
        return page;
    }

    private static Map<UUID, StoredChunk> byId(List<StoredChunk> chunks) {
        return chunks.stream().collect(Collectors.toMap(StoredChunk::id, Function.identity()));
    }
}
