package dev.tributary.search;

import static java.util.Comparator.comparing;
import static java.util.Comparator.naturalOrder;
import static java.util.Comparator.nullsFirst;

import dev.tributary.failure.ServiceException;
import dev.tributary.failure.ServiceException.Kind;
import dev.tributary.rerank.Reranker;
import dev.tributary.rerank.Rerankers;
import dev.tributary.search.Terms.Rerank;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Orders hits by what a reranker says of their contents. */
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
     * Hits in their new order.
     *
     * @param warning why it is the former order; null if it is not
     */
    record Reranked(List<Candidate> candidates, @Nullable String warning) {}

    /**
     * Chooses the reranker, before anything is searched.
     *
     * @throws ServiceException {@code IMPOSSIBLE} or {@code INVALID} on the field {@code
     *     rerank.model} if there is none of this name, or none to choose unnamed
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
     * Orders the hits by their new scores; equal ones, and those without content behind all others,
     * as they were. Groups stay together, and are ordered by their best hit. If the reranker is
     * away or busy, all stays as it is.
     */
    Reranked apply(List<Candidate> candidates) {
        List<Candidate> readable =
                candidates.stream().filter(it -> it.hit().content() != null).toList();
        if (readable.isEmpty()) {
            return new Reranked(candidates, null);
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
            return new Reranked(
                    candidates,
                    "the hits were not reranked: %s (%s)".formatted(e.getMessage(), e.code()));
        }
        List<Candidate> scored = new ArrayList<>();
        int next = 0;
        for (Candidate candidate : candidates) {
            scored.add(
                    candidate.hit().content() == null
                            ? candidate
                            : candidate.withRerankScore(scores[next++]));
        }
        scored.sort(comparing(Candidate::rerankScore, nullsFirst(naturalOrder())).reversed());
        return new Reranked(grouped(scored), null);
    }

    private static List<Candidate> grouped(List<Candidate> sorted) {
        Map<Object, List<Candidate>> groups = new LinkedHashMap<>();
        for (Candidate candidate : sorted) {
            groups.computeIfAbsent(candidate.group(), _ -> new ArrayList<>()).add(candidate);
        }
        return groups.values().stream().flatMap(List::stream).toList();
    }

    /** The hits of the first groups; where they are not grouped, the first hits. */
    static List<Candidate> first(List<Candidate> candidates, int groupsMax) {
        List<Object> kept = candidates.stream().map(Candidate::group).distinct().toList();
        List<Object> first = kept.subList(0, Math.min(groupsMax, kept.size()));
        Set<Object> wanted = Set.copyOf(first);
        return candidates.stream().filter(it -> wanted.contains(it.group())).toList();
    }
}
