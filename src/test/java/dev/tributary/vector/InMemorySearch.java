package dev.tributary.vector;

import static java.util.Comparator.comparingDouble;
import static java.util.Objects.requireNonNull;

import dev.tributary.vector.Hit.Legs;
import dev.tributary.vector.Hit.TextRank;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Exact searches over rows in memory. */
final class InMemorySearch {
    private static final Comparator<Hit> BEST_FIRST =
            comparingDouble(Hit::score).reversed().thenComparing(Hit::id, ChunkIds.ORDER);

    /** A row and its value in one leg: a distance in the vector leg, a score in the text leg. */
    private record Ranked(StoredChunk chunk, double value) {}

    /** The best candidates of a leg, and whether there are no others. */
    private record Leg(List<Ranked> candidates, boolean all) {
        static final Leg OFF = new Leg(List.of(), true);
    }

    private InMemorySearch() {}

    static SearchResult search(Metric metric, List<StoredChunk> rows, VectorQuery query) {
        SearchOptions options = query.options();
        Leg leg = vectorLeg(metric, rows, query.embedding(), options.threshold(), rows.size());
        List<Hit> hits =
                leg.candidates().stream()
                        .map(r -> {
                            double score = boosted(options, r.chunk(), metric.score(r.value()));
                            return hit(r.chunk(), score, r.value(), null);
                        })
                        .sorted(BEST_FIRST)
                        .limit(options.topK())
                        .map(hit -> only(options.include(), hit))
                        .toList();
        return new SearchResult(hits, true, List.of(), explanation(options, rows));
    }

    static SearchResult hybrid(
            CollectionRef collection, List<StoredChunk> rows, HybridQuery query) {
        Fusion fusion = query.fusion();
        SearchOptions options = query.options();
        List<StoredChunk> matching =
                rows.stream().filter(c -> FilterMatcher.matches(options.filter(), c)).toList();
        var words = new TextLeg(query.text(), new Bm25(collection.text(), rows), matching);
        List<StoredChunk> kept = matching.stream().filter(c -> !words.excludes(c)).toList();
        int candidates = Math.max(fusion.candidates(), options.topK());
        Embedding embedding = query.embedding();
        Leg vector =
                fusion.hasVectorLeg() && embedding != null
                        ? vectorLeg(
                                collection.metric(),
                                kept,
                                embedding,
                                options.threshold(),
                                candidates)
                        : Leg.OFF;
        Leg text = fusion.hasTextLeg() ? textLeg(words, kept, candidates) : Leg.OFF;
        List<Hit> hits =
                fuse(query, vector.candidates(), text.candidates()).stream()
                        .limit(options.topK())
                        .map(hit -> only(options.include(), hit))
                        .toList();
        return new SearchResult(
                hits,
                hits.size() == options.topK() || (vector.all() && text.all()),
                fusion.hasTextLeg() ? words.warnings(text.candidates().isEmpty()) : List.of(),
                explanation(options, rows));
    }

    private static double boosted(SearchOptions options, StoredChunk chunk, double score) {
        String boost = options.boost();
        // Adding 0 makes the 0 of a negative score one that is equal to others.
        return boost == null ? score : score * chunk.boosts().getOrDefault(boost, 1.0) + 0.0;
    }

    private static @Nullable Explanation explanation(
            SearchOptions options, List<StoredChunk> rows) {
        return options.explain()
                ? new Explanation(
                        List.of(
                                new Explanation.Step(
                                        "exact",
                                        "every row in memory is compared",
                                        rows.size(),
                                        0,
                                        Map.of(),
                                        Map.of())))
                : null;
    }

    private static Leg vectorLeg(
            Metric metric,
            List<StoredChunk> rows,
            Embedding embedding,
            @Nullable Double threshold,
            int limit) {
        List<Ranked> ranked =
                rows.stream()
                        .map(row -> new Ranked(row, distance(metric, row, embedding)))
                        .filter(r -> threshold == null || metric.score(r.value()) >= threshold)
                        .toList();
        return best(ranked, comparingDouble(Ranked::value), limit);
    }

    private static Leg textLeg(TextLeg words, List<StoredChunk> rows, int limit) {
        List<Ranked> ranked =
                rows.stream()
                        .map(row -> new Ranked(row, words.score(row)))
                        .filter(r -> r.value() > 0)
                        .toList();
        return best(ranked, comparingDouble(Ranked::value).reversed(), limit);
    }

    private static Leg best(List<Ranked> ranked, Comparator<Ranked> order, int limit) {
        List<Ranked> candidates =
                ranked.stream()
                        .sorted(order.thenComparing(r -> r.chunk().id(), ChunkIds.ORDER))
                        .limit(limit)
                        .toList();
        return new Leg(candidates, candidates.size() == ranked.size());
    }

    private static List<Hit> fuse(HybridQuery query, List<Ranked> vector, List<Ranked> text) {
        var chunks = new HashMap<UUID, StoredChunk>();
        List<Hit> near = new ArrayList<>();
        for (Ranked ranked : vector) {
            chunks.put(ranked.chunk().id(), ranked.chunk());
            near.add(hit(ranked.chunk(), 0, ranked.value(), null));
        }
        List<Hit> worded = new ArrayList<>();
        for (Ranked ranked : text) {
            chunks.put(ranked.chunk().id(), ranked.chunk());
            var rank = new TextRank(worded.size() + 1, ranked.value());
            worded.add(hit(ranked.chunk(), 0, null, new Legs(null, rank)));
        }
        return RankFusion.fuse(
                query.fusion(),
                near,
                worded,
                id -> boosted(query.options(), requireNonNull(chunks.get(id)), 1));
    }

    private static Hit hit(
            StoredChunk chunk, double score, @Nullable Double distance, @Nullable Legs legs) {
        return new Hit(
                chunk.id(),
                chunk.key(),
                score,
                distance,
                chunk.content(),
                chunk.metadata(),
                chunk.embedding(),
                legs,
                chunk.parent() == null ? null : chunk.parent().index());
    }

    private static Hit only(Set<Include> include, Hit hit) {
        return new Hit(
                hit.id(),
                hit.key(),
                hit.score(),
                hit.distance(),
                include.contains(Include.CONTENT) ? hit.content() : null,
                include.contains(Include.METADATA) ? hit.metadata() : null,
                include.contains(Include.EMBEDDING) ? hit.embedding() : null,
                hit.legs(),
                hit.parentIndex());
    }

    private static double distance(Metric metric, StoredChunk chunk, Embedding to) {
        Embedding from = chunk.embedding();
        return from == null ? Double.NaN : Distances.between(metric, from, to);
    }
}
