package dev.tributary.collection;

import dev.tributary.vector.CollectionStats;
import dev.tributary.vector.CollectionStats.IndexState;
import dev.tributary.vector.IndexSpec;
import dev.tributary.vector.IndexSpec.Precision;
import org.jspecify.annotations.Nullable;

/**
 * The approximate index of a collection.
 *
 * @param type hnsw, ivfflat or none
 * @param precision how each component is stored in the index; absent for type none
 * @param m links per node of an hnsw graph
 * @param efConstruction candidates kept while an hnsw graph is built
 * @param lists clusters of an ivfflat index
 * @param state none (searches are exact), building (rows are being added to it), or ready
 * @param progress share of the work that is done, 0 to 1; absent unless building
 * @param freshRows rows that are stored and can be found, but are not in the index yet; absent if
 *     there are none
 * @param etaSeconds estimated seconds until the running build is done; absent if unknown
 * @param target the index that is being built to replace this one; absent if there is none
 */
record IndexAnswer(
        IndexSpec.Type type,
        @Nullable Precision precision,
        @Nullable Integer m,
        @Nullable Integer efConstruction,
        @Nullable Integer lists,
        @Nullable IndexState state,
        @Nullable Double progress,
        @Nullable Long freshRows,
        @Nullable Double etaSeconds,
        @Nullable IndexAnswer target) {
    static IndexAnswer of(IndexSpec index, @Nullable IndexSpec target, CollectionStats stats) {
        if (target == null) {
            return of(index, stats.indexState(), stats.progress(), stats, null);
        }
        double progress = stats.progress() == null ? 0 : stats.progress();
        return of(index, IndexState.BUILDING, progress, stats, of(target, null, null, null, null));
    }

    private static IndexAnswer of(
            IndexSpec index,
            @Nullable IndexState state,
            @Nullable Double progress,
            @Nullable CollectionStats stats,
            @Nullable IndexAnswer target) {
        boolean isGraph = index.type() == IndexSpec.Type.HNSW;
        boolean isNone = index.type() == IndexSpec.Type.NONE;
        return new IndexAnswer(
                index.type(),
                isNone ? null : index.precision(),
                isGraph ? Integer.valueOf(index.m()) : null,
                isGraph ? Integer.valueOf(index.efConstruction()) : null,
                index.type() == IndexSpec.Type.IVFFLAT ? Integer.valueOf(index.lists()) : null,
                state,
                progress,
                stats == null || isNone ? null : Long.valueOf(stats.freshRows()),
                stats == null ? null : stats.etaSeconds(),
                target);
    }
}
