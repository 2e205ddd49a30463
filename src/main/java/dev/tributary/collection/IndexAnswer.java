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
 * @param precision what it keeps of each component; left out for none
 * @param m links per node of an hnsw graph
 * @param efConstruction candidates kept while an hnsw graph is built
 * @param lists clusters of an ivfflat index
 * @param state none (searches are exact), building, or ready
 * @param progress of the build, 0 to 1; left out unless building
 * @param target the index that is being built to replace this one; left out unless there is one
 */
record IndexAnswer(
        IndexSpec.Type type,
        @Nullable Precision precision,
        @Nullable Integer m,
        @Nullable Integer efConstruction,
        @Nullable Integer lists,
        @Nullable IndexState state,
        @Nullable Double progress,
        @Nullable IndexAnswer target) {
    static IndexAnswer of(IndexSpec index, @Nullable IndexSpec target, CollectionStats stats) {
        if (target == null) {
            return of(index, stats.indexState(), stats.progress(), null);
        }
        double progress = stats.progress() == null ? 0 : stats.progress();
        return of(index, IndexState.BUILDING, progress, of(target, null, null, null));
    }

    private static IndexAnswer of(
            IndexSpec index,
            @Nullable IndexState state,
            @Nullable Double progress,
            @Nullable IndexAnswer target) {
        boolean isGraph = index.type() == IndexSpec.Type.HNSW;
        return new IndexAnswer(
                index.type(),
                index.type() == IndexSpec.Type.NONE ? null : index.precision(),
                isGraph ? Integer.valueOf(index.m()) : null,
                isGraph ? Integer.valueOf(index.efConstruction()) : null,
                index.type() == IndexSpec.Type.IVFFLAT ? Integer.valueOf(index.lists()) : null,
                state,
                progress,
                target);
    }
}
