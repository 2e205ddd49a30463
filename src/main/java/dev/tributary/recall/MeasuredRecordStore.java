package dev.tributary.recall;

import dev.tributary.recall.RecallProbes.Sample;
import dev.tributary.vector.Embedding;
import dev.tributary.vector.ForwardingRecordStore;
import dev.tributary.vector.Fusion;
import dev.tributary.vector.HybridQuery;
import dev.tributary.vector.IndexSpec;
import dev.tributary.vector.RecordStore;
import dev.tributary.vector.Rows;
import dev.tributary.vector.SearchOptions;
import dev.tributary.vector.SearchResult;
import dev.tributary.vector.VectorQuery;

/**
 * A store that measures the recall of some of its approximate searches afterwards. The searches
 * themselves neither wait for that nor fail because of it. Safe for use by many threads.
 */
final class MeasuredRecordStore extends ForwardingRecordStore {
    private final RecallProbes probes;

    MeasuredRecordStore(RecordStore store, RecallProbes probes) {
        super(store);
        this.probes = probes;
    }

    @Override
    public SearchResult search(Rows rows, VectorQuery query) {
        SearchResult result = super.search(rows, query);
        if (isApproximate(rows, query.options()) && probes.isWanted()) {
            probes.offer(new Sample(super::search, rows, query, Recall.distances(result)));
        }
        return result;
    }

    /**
     * Of a hybrid search, only the vector leg is measured, with as many candidates as the fusion
     * takes.
     */
    @Override
    public SearchResult hybrid(Rows rows, HybridQuery query) {
        SearchResult result = super.hybrid(rows, query);
        Fusion fusion = query.fusion();
        Embedding embedding = query.embedding();
        SearchOptions options = query.options();
        if (embedding != null
                && fusion.hasVectorLeg()
                && isApproximate(rows, options)
                && probes.isWanted()) {
            int candidates = Math.max(fusion.candidates(), options.topK());
            var leg = new VectorQuery(embedding, options.withTopK(candidates));
            probes.offer(new Sample(super::search, rows, leg, null));
        }
        return result;
    }

    /**
     * Not for boosted searches, which do not return the nearest rows, or explained ones, which are
     * slower.
     */
    private static boolean isApproximate(Rows rows, SearchOptions options) {
        return rows.collection().index().type() != IndexSpec.Type.NONE
                && !options.exact()
                && !options.explain()
                && options.boost() == null;
    }
}
