package dev.tributary.search;

import dev.tributary.search.Origins.Origin;
import dev.tributary.search.Terms.Group;
import dev.tributary.search.Terms.Refinement;
import dev.tributary.search.Terms.Rerank;
import dev.tributary.vector.Include;
import dev.tributary.vector.SearchOptions;
import dev.tributary.vector.SearchResult;
import dev.tributary.vector.VectorStore;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Searches, and then groups, reranks and picks, each where it is asked for. For one search. */
final class Pipeline {
    private static final int POOL_MIN = 50;
    private static final int POOL_TIMES = 4;

    private final StoreSearch search;
    private final SearchOptions options;
    private final Refinement refinement;
    private final @Nullable Reranking reranking;
    private final List<String> warnings = new ArrayList<>();
    private @Nullable Double rerankMs;

    Pipeline(
            StoreSearch search,
            SearchOptions options,
            Refinement refinement,
            @Nullable Reranking reranking) {
        this.search = search;
        this.options = options;
        this.refinement = refinement;
        this.reranking = reranking;
    }

    /** What came of it. */
    Outcome run(Origin origin) {
        Found found = picked(reranked(found()));
        List<String> all = new ArrayList<>(origin.warnings());
        all.addAll(search.warnings());
        all.addAll(warnings);
        Outcome.Told told =
                options.explain()
                        ? new Outcome.Told(search.steps(), origin.embedMs(), rerankMs)
                        : null;
        return new Outcome(found, options.include(), all, told);
    }

    private Found found() {
        Group group = refinement.group();
        if (group != null) {
            var grouping = new Grouping(search, options.withTopK(pool()), group);
            Found found = grouping.find();
            if (grouping.isCutShort()) {
                warnings.add(
                        "groups are missing or short: after %d searches their chunks were still among too many others"
                                .formatted(Grouping.CALLS_MAX));
            }
            return expanded(found.with(search.fill(found.candidates(), include())));
        }
        SearchResult result = search.ask(options.withTopK(pool()).withInclude(include()));
        return new Found(Candidate.of(result.hits()), result.complete());
    }

    /** Before a reranker reads the hits: it shall judge what is returned. */
    private Found expanded(Found found) {
        if (!refinement.isExpanded() || !include().contains(Include.CONTENT)) {
            return found;
        }
        var expanded = ParentContents.of(found.candidates(), search::contents);
        if (expanded.warning() != null) {
            warnings.add(expanded.warning());
        }
        return found.with(expanded.candidates());
    }

    /** How many hits to take from the store, groups where they are grouped. */
    private int pool() {
        int topK = options.topK();
        return refinement.diversity() == 0
                ? topK
                : Math.clamp((long) POOL_TIMES * topK, POOL_MIN, VectorStore.TOP_K_MAX);
    }

    /** What is returned, and what is needed on the way. */
    private Set<Include> include() {
        Set<Include> include = EnumSet.noneOf(Include.class);
        include.addAll(options.include());
        if (reranking != null) {
            include.add(Include.CONTENT);
        }
        if (refinement.diversity() > 0) {
            include.add(Include.EMBEDDING);
        }
        return include;
    }

    private Found reranked(Found found) {
        if (reranking == null) {
            return found;
        }
        var stopwatch = new Stopwatch();
        Reranking.Reranked reranked = reranking.apply(found.candidates());
        rerankMs = stopwatch.ms();
        if (reranked.warning() != null) {
            warnings.add(reranked.warning());
        }
        return found.with(reranked.candidates());
    }

    private Found picked(Found found) {
        Rerank rerank = refinement.rerank();
        int wanted = rerank == null ? options.topK() : rerank.topN();
        List<Candidate> candidates = found.candidates();
        if (refinement.diversity() == 0) {
            return found.with(Reranking.first(candidates, wanted));
        }
        List<Candidate> picks =
                Diversity.pick(pickable(candidates), refinement.diversity(), wanted).stream()
                        .map(candidates::get)
                        .toList();
        return new Found(picks, found.complete() || picks.size() == wanted);
    }

    /** Reranked hits count by their new scores, and those without content as the least of them. */
    private static List<Diversity.Option> pickable(List<Candidate> candidates) {
        OptionalDouble least =
                candidates.stream()
                        .map(Candidate::rerankScore)
                        .filter(Objects::nonNull)
                        .mapToDouble(Double::doubleValue)
                        .min();
        List<Diversity.Option> options = new ArrayList<>();
        for (Candidate candidate : candidates) {
            Double own = candidate.rerankScore();
            double relevance = own != null ? own : least.orElse(candidate.hit().score());
            options.add(new Diversity.Option(relevance, candidate.hit().embedding()));
        }
        return options;
    }
}
