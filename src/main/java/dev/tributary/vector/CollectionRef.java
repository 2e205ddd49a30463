package dev.tributary.vector;

import dev.tributary.failure.ServiceException;
import org.jspecify.annotations.Nullable;

/**
 * What a store must know of a collection.
 *
 * @param id id in the catalogue, never reused after the collection is dropped
 * @param namespace namespace that the collection belongs to
 * @param dimension dimension of every embedding in the collection
 * @param text how words are parsed and ranked
 */
public record CollectionRef(
        long id, String namespace, int dimension, Metric metric, TextSpec text, IndexSpec index) {
    /** Every row, whatever its tenant: for background work and for tests. */
    public Rows allRows() {
        return new Rows(this, null);
    }

    /** The rows of one tenant, or every row if the tenant is null. */
    public Rows rowsOf(@Nullable String tenant) {
        return new Rows(this, tenant);
    }

    public CollectionRef withIndex(IndexSpec other) {
        return new CollectionRef(id, namespace, dimension, metric, text, other);
    }

    /**
     * Refuses an embedding that can be neither stored in this collection nor used to search it.
     *
     * @throws ServiceException {@code IMPOSSIBLE} if it has a different dimension, no direction
     *     under cosine, or a component that a float16 index cannot hold
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
