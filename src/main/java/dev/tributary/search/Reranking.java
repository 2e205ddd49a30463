package dev.tributary.search;

import static java.util.Comparator.comparing;
import static java.util.Comparator.naturalOrder;
import static java.util.Comparator.nullsFirst;

import dev.tributary.failure.ServiceException;
import dev.tributary.failure.ServiceException.Kind;
import dev.tributary.rerank.Reranker;
import dev.tributary.rerank.Rerankers;
import dev.tributary.search.SearchSpec.Rerank;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Orders hits by the scores that a reranker gives their content. */
final class Reranking {
    private final Reranker reranker;
    private final String query;
    private final Duration timeout;

    private Reranking(Reranker reranker, String query, Duration timeout) {
        this.reranker = reranker;
        this.query = query;
        this.timeout = timeout;
    }

    /**
     * Chooses the reranker. Called before the search, so that an unknown model fails early.
     *
     * @throws ServiceException {@code IMPOSSIBLE} or {@code INVALID} for the field {@code
     *     rerank.model} if no reranker has this name, or no name is given and there is not exactly
     *     one
     */
    static Reranking of(Rerankers rerankers, Rerank rerank) {
        String model = rerank.model();
        try {
            Reranker reranker = model == null ? rerankers.only() : rerankers.get(model);
            return new Reranking(reranker, rerank.query(), rerankers.timeout());
        } catch (ServiceException e) {
            throw withinRerank(e);
        }
    }

    private static ServiceException withinRerank(ServiceException e) {
        if (e.errors().isEmpty()) {
            return e;
        }
        String message = e.errors().getFirst().message();
        ServiceException named =
                e.kind() == Kind.INVALID
                        ? ServiceException.invalid("rerank.model", message)
                        : ServiceException.impossible(e.code(), "rerank.model", message);
        String hint = e.hint();
        return hint == null ? named : named.withHint(hint);
    }

    /**
     * Orders the hits by the scores of the reranker; hits with equal scores keep their order. Hits
     * without content come last, in their order. Groups stay together and are ordered by their best
     * hit. If the reranker is unavailable, the hits keep their order, and a warning is reported.
     */
    List<RankedHit> apply(List<RankedHit> hits, SearchReport report) {
        List<RankedHit> readable = hits.stream().filter(it -> it.hit().content() != null).toList();
        if (readable.isEmpty()) {
            return hits;
        }
        double[] scores;
        try {
            scores =
                    reranker.score(
                            query,
                            readable.stream()
                                    .map(it -> Objects.requireNonNull(it.hit().content()))
                                    .toList(),
                            timeout);
        } catch (ServiceException e) {
            if (e.kind() != Kind.UNAVAILABLE) {
                throw e;
            }
            report.warn("the hits were not reranked: %s (%s)".formatted(e.getMessage(), e.code()));
            return hits;
        }
        List<RankedHit> scored = new ArrayList<>();
        int next = 0;
        for (RankedHit hit : hits) {
            scored.add(hit.hit().content() == null ? hit : hit.withRerankScore(scores[next++]));
        }
        scored.sort(comparing(RankedHit::rerankScore, nullsFirst(naturalOrder())).reversed());
        return grouped(scored);
    }

    private static List<RankedHit> grouped(List<RankedHit> sorted) {
        Map<Object, List<RankedHit>> groups = new LinkedHashMap<>();
        for (RankedHit hit : sorted) {
            groups.computeIfAbsent(hit.group(), _ -> new ArrayList<>()).add(hit);
        }
        return groups.values().stream().flatMap(List::stream).toList();
    }

    /** The hits of the first groups; the first hits if they are not grouped. */
    static List<RankedHit> first(List<RankedHit> hits, int groupsMax) {
        List<Object> kept = hits.stream().map(RankedHit::group).distinct().toList();
        List<Object> first = kept.subList(0, Math.min(groupsMax, kept.size()));
        Set<Object> wanted = Set.copyOf(first);
        return hits.stream().filter(it -> wanted.contains(it.group())).toList();
    }
}
