package dev.tributary.vector;

/**
 * How the distance of two embeddings is measured. Whatever the metric, nearer vectors have a
 * smaller distance and a higher score.
 */
public enum Metric {
    /** 1 - cosine similarity, 0..2. Undefined for a zero vector, which is refused. */
    COSINE,
    /** Euclidean distance, 0 and up. */
    L2,
    /** The negated inner product, so that smaller is nearer. May be negative. */
    INNER_PRODUCT;

    /** The score of a distance: 1 - d for cosine, 1 / (1 + d) for l2, -d for inner product. */
    public double score(double distance) {
        return switch (this) {
            case COSINE -> 1 - distance;
            case L2 -> 1 / (1 + distance);
            case INNER_PRODUCT -> -distance;
        };
    }
}
