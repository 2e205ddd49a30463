package dev.tributary.vector;

import dev.tributary.failure.ServiceException;
import org.jspecify.annotations.Nullable;

/**
 * What a store must know of a collection.
 *
 * @param id of the catalogue, never used again after the collection is dropped
 * @param namespace that it belongs to
 * @param dimension of every embedding in it
 * @param text how its words are read and ranked
 */
public record CollectionRef(
        long id, String namespace, int dimension, Metric metric, TextSpec text, IndexSpec index) {
    /** Every row, whoever's it is: for work that no caller asked for, and to test with. */
    public Rows allRows() {
        return new Rows(this, null);
    }

    /** The rows of one tenant; every row for null. */
    public Rows rowsOf(@Nullable String tenant) {
        return new Rows(this, tenant);
    }

    public CollectionRef withIndex(IndexSpec other) {
        return new CollectionRef(id, namespace, dimension, metric, text, other);
    }

    /**
     * Refuses an embedding that can be neither stored in this collection nor searched with.
     *
     * @throws ServiceException {@code IMPOSSIBLE} if it has another dimension, no direction under
     *     cosine, or a component that an index of float16 cannot hold
     */
    public void requireFit(Embedding embedding) {
        if (embedding.dimension() != dimension) {
            throw ServiceException.impossible(
                    "dimension_mismatch",
                    "embedding",
                    "has %,d dimensions, the collection has %,d"
                            .formatted(embedding.dimension(), dimension));
        }
        if (metric == Metric.COSINE && !embedding.hasDirection()) {
            throw ServiceException.impossible(
                    "zero_vector", "embedding", "is zero or almost zero, and so has no cosine");
        }
        if (index.type() != IndexSpec.Type.NONE
                && index.precision() == IndexSpec.Precision.FLOAT16) {
            requireHalves(embedding.toArray());
        }
    }

    private static void requireHalves(float[] components) {
        for (int i = 0; i < components.length; i++) {
            if (Float.isInfinite(Float.float16ToFloat(Float.floatToFloat16(components[i])))) {
                throw ServiceException.impossible(
                        "out_of_float16",
                        "embedding",
                        "has %s at position %d, but an index with precision float16 allows at most ±65,504"
                                .formatted(components[i], i));
            }
        }
    }
}
