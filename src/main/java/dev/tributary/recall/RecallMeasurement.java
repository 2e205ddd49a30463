package dev.tributary.recall;

import dev.tributary.failure.ServiceException;
import dev.tributary.recall.RecallAnswer.AtBreadth;
import dev.tributary.recall.RecallAnswer.Latency;
import dev.tributary.vector.Embedding;
import dev.tributary.vector.Hit;
import dev.tributary.vector.SearchOptions;
import dev.tributary.vector.SearchResult;
import dev.tributary.vector.StoredChunk;
import dev.tributary.vector.VectorQuery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Searches for stored chunks exactly and approximately, one after the other, and compares the
 * results. A query counts only if all of its searches are done, so every value of ef_search is
 * measured with the same queries. For one measurement.
 */
final class RecallMeasurement {
    private final Function<VectorQuery, SearchResult> search;
    private final RecallTerms terms;
    private final LongSupplier nanos;
    private final List<Compared> compared = new ArrayList<>();
    private int answeredElsewhere;
    private String whyElsewhere = "";

    /** The distances of a result, without the chunk that was the query, and the time it took. */
    private record Timed(List<Double> distances, long nanos) {}

    /**
     * The searches for one chunk.
     *
     * @param approximate one search for each value of ef_search, in order
     */
    private record Compared(Timed exact, List<Timed> approximate) {}

    /**
     * Does not search yet.
     *
     * @param search the store's search in one collection
     * @param nanos the clock, in nanoseconds from an arbitrary origin
     */
    RecallMeasurement(
            Function<VectorQuery, SearchResult> search, RecallTerms terms, LongSupplier nanos) {
        this.search = search;
        this.terms = terms;
        this.nanos = nanos;
    }

    /**
     * Runs the measurement.
     *
     * @param collection name of the collection, for the answer
     * @param sample the chunks to search for, with their embeddings
     * @param timeout no search begins after it
     * @throws ServiceException {@code UNAVAILABLE} if no query was done in time; {@code IMPOSSIBLE}
     *     if the filter leaves nothing to find
     */
    RecallAnswer run(String collection, List<StoredChunk> sample, Duration timeout) {
        long end = nanos.getAsLong() + timeout.toNanos();
        for (StoredChunk chunk : sample) {
            Compared one = compare(chunk, end);
            if (one == null) {
                break;
            }
            compared.add(one);
        }
        if (compared.isEmpty()) {
            throw ServiceException.unavailable(
                            "recall_timeout",
                            "no query finished all its searches within %d ms"
                                    .formatted(timeout.toMillis()))
                    .withHint("ask for fewer ef_search, or raise tributary.recall.timeout");
        }
        List<String> warnings = new ArrayList<>();
        if (compared.size() < sample.size()) {
            warnings.add(
                    "the time ran out after %d of %d queries"
                            .formatted(compared.size(), sample.size()));
        }
        if (answeredElsewhere > 0) {
            warnings.add(
                    "%d searches were not answered by %s: %s"
                            .formatted(answeredElsewhere, terms.store(), whyElsewhere));
        }
        return new RecallAnswer(
                collection,
                compared.size(),
                terms.topK(),
                Latency.of(compared.stream().map(it -> it.exact().nanos()).toList()),
                recall(),
                warnings);
    }

    /** Null if the timeout came before all searches were done. */
    private @Nullable Compared compare(StoredChunk chunk, long end) {
        if (isOver(end)) {
            return null;
        }
        SearchOptions options =
                SearchOptions.top(terms.topK() + 1)
                        .withFilter(terms.filter())
                        .withInclude(Set.of());
        Timed exact = ask(chunk, options.withExact(true));
        List<Timed> approximate = new ArrayList<>();
        for (int efSearch : terms.efSearch()) {
            if (isOver(end)) {
                return null;
            }
            approximate.add(ask(chunk, options.withEfSearch(efSearch).withStore(terms.store())));
        }
        return new Compared(exact, approximate);
    }

    private boolean isOver(long end) {
        return nanos.getAsLong() - end >= 0;
    }

    private Timed ask(StoredChunk chunk, SearchOptions options) {
        Embedding embedding = chunk.embedding();
        if (embedding == null) {
            throw new IllegalStateException("a sampled chunk came without its embedding");
        }
        long start = nanos.getAsLong();
        SearchResult result = search.apply(new VectorQuery(embedding, options));
        long took = nanos.getAsLong() - start;
        if (options.store() != null) {
            noteStore(options.store(), result);
        }
        return new Timed(Recall.distances(without(chunk.id(), result)), took);
    }

    /** A derived store may leave a query to the record store, and says why in a warning. */
    private void noteStore(String asked, SearchResult result) {
        if (!result.warnings().isEmpty() && !asked.equals(result.store())) {
            answeredElsewhere++;
            whyElsewhere = result.warnings().getFirst();
        }
    }

    private SearchResult without(UUID id, SearchResult result) {
        List<Hit> others =
                result.hits().stream()
                        .filter(hit -> !hit.id().equals(id))
                        .limit(terms.topK())
                        .toList();
        return new SearchResult(others, result.complete(), List.of());
    }

    private List<AtBreadth> recall() {
        List<AtBreadth> all = new ArrayList<>();
        for (int i = 0; i < terms.efSearch().size(); i++) {
            all.add(at(i));
        }
        return all;
    }

    private AtBreadth at(int breadth) {
        List<Long> took = new ArrayList<>();
        int shortAnswers = 0;
        double[] shares = new double[compared.size()];
        int shared = 0;
        for (Compared one : compared) {
            Timed approximate = one.approximate().get(breadth);
            List<Double> exact = one.exact().distances();
            OptionalDouble share = Recall.of(approximate.distances(), exact);
            if (share.isPresent()) {
                shares[shared++] = share.getAsDouble();
            }
            shortAnswers += approximate.distances().size() < exact.size() ? 1 : 0;
            took.add(approximate.nanos());
        }
        if (shared == 0) {
            throw ServiceException.impossible(
                            "too_few_chunks", "filter", "leaves no other chunk to find")
                    .withHint(
                            "recall needs other chunks to find: use a filter that keeps more chunks");
        }
        return AtBreadth.of(
                terms.efSearch().get(breadth), Arrays.copyOf(shares, shared), took, shortAnswers);
    }
}
