package dev.tributary.vector;

import static java.util.Comparator.comparingDouble;

import dev.tributary.vector.Hit.Legs;
import dev.tributary.vector.Hit.TextRank;
import dev.tributary.vector.Hit.VectorRank;
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
    private static final String NO_WORDS =
            "the query has no word that is searched for; ranked by vector alone";

    /** A row and its value in one leg: a distance in the vector leg, a score in the text leg. */
    private record Ranked(StoredChunk chunk, double value) {}

    /** The best candidates of a leg, and whether there are no others. */
    private record Leg(List<Ranked> candidates, boolean all) {
        static final Leg OFF = new Leg(List.of(), true);
    }

    private InMemorySearch() {}

    static SearchResult search(Metric metric, List<StoredChunk> rows, VectorQuery query) {
        Leg leg = vectorLeg(metric, rows, query.embedding(), query.threshold(), query.topK());
        List<Hit> hits =
                leg.candidates().stream()
                        .map(r -> hit(r.chunk(), metric.score(r.value()), r.value(), null))
                        .map(hit -> only(query.include(), hit))
                        .toList();
        return new SearchResult(hits, true, List.of());
    }

    static SearchResult hybrid(
            CollectionRef collection, List<StoredChunk> rows, HybridQuery query) {
        Fusion fusion = query.fusion();
        List<StoredChunk> matching =
                rows.stream().filter(c -> FilterMatcher.matches(query.filter(), c)).toList();
        int candidates = Math.max(fusion.candidates(), query.topK());
        var words = new Bm25(collection.language(), rows);
        Set<String> terms = words.terms(query.text());
        Leg vector =
                fusion.hasVectorLeg() && query.embedding() != null
                        ? vectorLeg(
                                collection.metric(),
                                matching,
                                query.embedding(),
                                query.threshold(),
                                candidates)
                        : Leg.OFF;
        Leg text = fusion.hasTextLeg() ? textLeg(words, terms, matching, candidates) : Leg.OFF;
        List<Hit> hits =
                fuse(fusion, vector.candidates(), text.candidates()).stream()
                        .limit(query.topK())
                        .map(hit -> only(query.include(), hit))
                        .toList();
        return new SearchResult(
                hits,
                hits.size() == query.topK() || (vector.all() && text.all()),
                fusion.hasTextLeg() && terms.isEmpty() ? List.of(NO_WORDS) : List.of());
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

    private static Leg textLeg(Bm25 words, Set<String> terms, List<StoredChunk> rows, int limit) {
        List<Ranked> ranked =
                rows.stream()
                        .map(row -> new Ranked(row, words.score(terms, row)))
                        .filter(r -> r.value() > 0)
                        .toList();
        return best(ranked, comparingDouble(Ranked::value).reversed(), limit);
    }

    private static Leg best(List<Ranked> ranked, Comparator<Ranked> order, int limit) {
        List<Ranked> candidates =
                ranked.stream()
                        .sorted(order.thenComparing(r -> r.chunk().id(), FilterMatcher.ID_ORDER))
                        .limit(limit)
                        .toList();
        return new Leg(candidates, candidates.size() == ranked.size());
    }

    private static List<Hit> fuse(Fusion fusion, List<Ranked> vector, List<Ranked> text) {
        var vectorRanks = new HashMap<UUID, VectorRank>();
        var textRanks = new HashMap<UUID, TextRank>();
        var chunks = new HashMap<UUID, StoredChunk>();
        for (Ranked ranked : vector) {
            UUID id = ranked.chunk().id();
            chunks.put(id, ranked.chunk());
            vectorRanks.put(id, new VectorRank(vectorRanks.size() + 1, ranked.value()));
        }
        for (Ranked ranked : text) {
            UUID id = ranked.chunk().id();
            chunks.put(id, ranked.chunk());
            textRanks.put(id, new TextRank(textRanks.size() + 1, ranked.value()));
        }
        List<Hit> hits = new ArrayList<>();
        for (Map.Entry<UUID, StoredChunk> entry : chunks.entrySet()) {
            VectorRank near = vectorRanks.get(entry.getKey());
            TextRank worded = textRanks.get(entry.getKey());
            double score =
                    (near == null ? 0 : fusion.vectorWeight() / (fusion.k() + near.rank()))
                            + (worded == null
                                    ? 0
                                    : fusion.textWeight() / (fusion.k() + worded.rank()));
            Double distance = near == null ? null : near.distance();
            hits.add(hit(entry.getValue(), score, distance, new Legs(near, worded)));
        }
        hits.sort(
                comparingDouble(Hit::score)
                        .reversed()
                        .thenComparing(Hit::id, FilterMatcher.ID_ORDER));
        return hits;
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
                legs);
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
                hit.legs());
    }

    private static double distance(Metric metric, StoredChunk chunk, Embedding to) {
        Embedding from = chunk.embedding();
        return from == null ? Double.NaN : Distances.between(metric, from, to);
    }
}
