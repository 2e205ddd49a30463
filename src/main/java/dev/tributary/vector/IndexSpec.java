package dev.tributary.vector;

import dev.tributary.failure.Bounds;

/**
 * How the approximate index of a collection is built. The embeddings are always stored in full
 * precision, so the index can be changed later without sending them again. The constructor throws
 * {@code INVALID} if a number is out of range.
 *
 * @param m links per node and layer of the HNSW graph, 2 to 100; 0 for other types
 * @param efConstruction candidates kept while the HNSW graph is built, 4 to 1,000 and at least 2m;
 *     0 for other types
 * @param lists clusters of an IVFFlat index, 1 to 32,768; 0 for other types
 */
public record IndexSpec(Type type, Precision precision, int m, int efConstruction, int lists) {
    public static final int M_DEFAULT = 16;
    public static final int EF_CONSTRUCTION_DEFAULT = 200;
    public static final int LISTS_DEFAULT = 100;
    private static final int M_MIN = 2;
    private static final int M_MAX = 100;
    private static final int EF_CONSTRUCTION_MIN = 4;
    private static final int EF_CONSTRUCTION_MAX = 1_000;
    private static final int LISTS_MAX = 32_768;

    public IndexSpec {
        boolean graph = type == Type.HNSW;
        boolean clusters = type == Type.IVFFLAT;
        int efMin = Math.max(EF_CONSTRUCTION_MIN, 2 * m);
        Bounds.require("m", m, graph ? M_MIN : 0, graph ? M_MAX : 0);
        Bounds.require(
                "efConstruction",
                efConstruction,
                graph ? efMin : 0,
                graph ? EF_CONSTRUCTION_MAX : 0);
        Bounds.require("lists", lists, clusters ? 1 : 0, clusters ? LISTS_MAX : 0);
    }

    /** The kind of index. */
    public enum Type {
        /** A navigable graph: the best recall for its speed, but slow to insert into. */
        HNSW,
        /** Clusters: quick to build, but only once there are rows to learn the clusters from. */
        IVFFLAT,
        /** No index: every search is exact and reads every row. */
        NONE
    }

    /**
     * How precisely the index keeps each component, finest first. Distances are always computed in
     * float32.
     */
    public enum Precision {
        /** 4 bytes per component. */
        FLOAT32,
        /** 2 bytes per component, up to ±65,504. */
        FLOAT16,
        /** 1 bit per component, its sign. Candidates are scored again in full precision. */
        BINARY
    }

    public static IndexSpec hnsw(Precision precision) {
        return new IndexSpec(Type.HNSW, precision, M_DEFAULT, EF_CONSTRUCTION_DEFAULT, 0);
    }

    public static IndexSpec ivfflat(Precision precision, int lists) {
        return new IndexSpec(Type.IVFFLAT, precision, 0, 0, lists);
    }

    public static IndexSpec none() {
        return new IndexSpec(Type.NONE, Precision.FLOAT32, 0, 0, 0);
    }
}
