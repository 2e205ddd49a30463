package dev.tributary.search;

import dev.tributary.search.SearchSpec.Group;
import dev.tributary.search.SearchSpec.Refinement;
import dev.tributary.search.SearchSpec.Rerank;
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

/** Searches the store, then expands, reranks and picks hits as requested. For one search. */
final class Pipeline {
    private static final int POOL_MIN = 50;
    private static final int POOL_TIMES = 4;

    private final StoreSearch search;
    private final SearchOptions options;
    private final Refinement refinement;
    private final @Nullable Reranking reranking;
    private final SearchReport report;

    /**
     * Prepares a search.
     *
     * @param search the query of the spec
     * @param reranking null if the spec has no rerank
     */
    Pipeline(
            StoreSearch search,
            SearchSpec spec,
            @Nullable Reranking reranking,
            SearchReport report) {
        this.search = search;
        this.options = spec.options();
        this.refinement = spec.refinement();
        this.reranking = reranking;
        this.report = report;
    }

    RankedHits run() {
        return picked(reranked(found()));
    }

    private RankedHits found() {
        Group group = refinement.group();
        if (group != null) {
            var grouping = new Grouping(search, options.withTopK(pool()), group);
            RankedHits found = grouping.find();
            if (grouping.isCutShort()) {
                report.warn(
                        "groups are missing or short: after %d searches, too many other chunks still ranked above theirs"
                                .formatted(Grouping.CALLS_MAX));
            }
            return expanded(found.with(search.fill(found.hits(), include())));
        }
        SearchResult result = search.run(options.withTopK(pool()).withInclude(include()));
        return new RankedHits(RankedHit.of(result.hits()), result.complete());
    }

    /** Runs before the reranker, which must score the content that is returned. */
    private RankedHits expanded(RankedHits found) {
        if (!refinement.isExpanded() || !include().contains(Include.CONTENT)) {
            return found;
        }
        return found.with(ParentContents.replace(found.hits(), search::contents, report));
    }

    /** How many hits to take from the store; how many groups if hits are grouped. */
    private int pool() {
        int topK = options.topK();
        return refinement.diversity() == 0
                ? topK
                : Math.clamp((long) POOL_TIMES * topK, POOL_MIN, VectorStore.TOP_K_MAX);
    }

    /** What is returned, and what reranking and diversity need. */
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

    private RankedHits reranked(RankedHits found) {
        if (reranking == null) {
            return found;
        }
        var stopwatch = new Stopwatch();
        List<RankedHit> reranked = reranking.apply(found.hits(), report);
        report.rerankMs(stopwatch.ms());
        return found.with(reranked);
    }

    private RankedHits picked(RankedHits found) {
        Rerank rerank = refinement.rerank();
        int wanted = rerank == null ? options.topK() : rerank.topN();
        List<RankedHit> hits = found.hits();
        if (refinement.diversity() == 0) {
            return found.with(Reranking.first(hits, wanted));
        }
        List<RankedHit> picks =
                Diversity.pick(pickable(hits), refinement.diversity(), wanted).stream()
                        .map(hits::get)
                        .toList();
        return new RankedHits(picks, found.complete() || picks.size() == wanted);
    }

    /** After a rerank, its scores are the relevance; hits without one have the lowest of them. */
    private static List<Diversity.Option> pickable(List<RankedHit> hits) {
        OptionalDouble least =
                hits.stream()
                        .map(RankedHit::rerankScore)
                        .filter(Objects::nonNull)
                        .mapToDouble(Double::doubleValue)
                        .min();
        List<Diversity.Option> options = new ArrayList<>();
        for (RankedHit ranked : hits) {
            Double own = ranked.rerankScore();
            double relevance = own != null ? own : least.orElse(ranked.hit().score());
            options.add(new Diversity.Option(relevance, ranked.hit().embedding()));
        }
        return options;
    }
}
