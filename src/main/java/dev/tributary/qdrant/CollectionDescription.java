package dev.tributary.qdrant;

import dev.tributary.failure.ServiceException;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.DerivedSettings;
import dev.tributary.vector.DerivedSettings.Quantization;
import dev.tributary.vector.Filter;
import dev.tributary.vector.Generation;
import dev.tributary.vector.Metric;
import dev.tributary.vector.SearchOptions;
import dev.tributary.vector.VectorStore;
import io.qdrant.client.grpc.Collections.BinaryQuantization;
import io.qdrant.client.grpc.Collections.CollectionConfig;
import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.Datatype;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.HnswConfigDiff;
import io.qdrant.client.grpc.Collections.OptimizersConfigDiff;
import io.qdrant.client.grpc.Collections.QuantizationConfig;
import io.qdrant.client.grpc.Collections.QuantizationConfig.QuantizationCase;
import io.qdrant.client.grpc.Collections.QuantizationType;
import io.qdrant.client.grpc.Collections.ScalarQuantization;
import io.qdrant.client.grpc.Collections.ShardingMethod;
import io.qdrant.client.grpc.Collections.StrictModeConfig;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Collections.VectorsConfig;

/**
 * How a generation is kept in Qdrant. Everything that answers depend on is stated, whatever the
 * defaults of a server; how many segments and threads there are is left to it, as that depends on
 * its processors. Pure functions.
 */
final class CollectionDescription {
    /** Qdrant's own limit. */
    static final int DIMENSION_MAX = 65_535;

    /** With fewer dimensions, too much is lost: Qdrant's own advice. */
    static final int BINARY_DIMENSION_MIN = 1_024;

    /** Candidates among quantized embeddings, for each hit. */
    static final double OVERSAMPLING = 2;

    /** A page of hashes begins with the last point of the page before. */
    private static final int PAGE_MAX = VectorStore.BATCH_MAX + 1;

    /**
     * A write has two conditions for each version, joined by a third, and may have as many versions
     * as chunks. A filter of a search has less.
     */
    private static final int CONDITIONS_MAX = 3 * (VectorStore.BATCH_MAX + 1);

    /** Ids in a condition of a write, or values in one of a filter, and null beside them. */
    private static final int CONDITION_SIZE_MAX =
            Math.max(VectorStore.BATCH_MAX, Filter.VALUES_MAX) + 1;

    private static final int LINKS = 16;
    private static final int EF_CONSTRUCT = 200;

    /** In kilobytes of vectors: what a filter keeps is compared without the graph up to here. */
    private static final int FULL_SCAN_KB = 10_000;

    /** In kilobytes of vectors: smaller segments have no graph. */
    private static final int INDEXING_THRESHOLD_KB = 10_000;

    /** Outliers beyond this share of the components are cut off. */
    private static final float QUANTILE = 0.99f;

    private CollectionDescription() {}

    /**
     * Refuses a generation that Qdrant cannot hold.
     *
     * @throws ServiceException {@code IMPOSSIBLE}
     */
    static void requirePossible(CollectionRef collection, DerivedSettings settings) {
        int dimension = collection.dimension();
        if (dimension > DIMENSION_MAX) {
            throw ServiceException.impossible(
                    "dimension_out_of_range",
                    "dimension",
                    "is %,d, Qdrant holds up to %,d".formatted(dimension, DIMENSION_MAX));
        }
        if (settings.quantization() == Quantization.BINARY && dimension < BINARY_DIMENSION_MIN) {
            throw ServiceException.impossible(
                            "quantization_unsupported",
                            "quantization",
                            "is binary, which needs %,d dimensions or more: the collection has %,d"
                                    .formatted(BINARY_DIMENSION_MIN, dimension))
                    .withHint("use int8 or none");
        }
    }

    /** The request that creates the collection. */
    static CreateCollection of(String name, Generation generation, QdrantProperties properties) {
        CollectionRef collection = generation.collection();
        Quantization quantization = generation.settings().quantization();
        var request =
                CreateCollection.newBuilder()
                        .setCollectionName(name)
                        .setVectorsConfig(
                                VectorsConfig.newBuilder()
                                        .setParams(
                                                VectorParams.newBuilder()
                                                        .setSize(collection.dimension())
                                                        .setDistance(distance(collection.metric()))
                                                        .setDatatype(Datatype.Float32)
                                                        .setOnDisk(
                                                                quantization != Quantization.NONE)))
                        .setHnswConfig(graph())
                        .setOptimizersConfig(optimizers())
                        .setOnDiskPayload(true)
                        .setShardingMethod(ShardingMethod.Auto)
                        .setShardNumber(properties.shards())
                        .setReplicationFactor(properties.replicas())
                        .setWriteConsistencyFactor(properties.acknowledgements())
                        .setStrictModeConfig(limits());
        if (quantization != Quantization.NONE) {
            request.setQuantizationConfig(quantization(quantization));
        }
        return request.build();
    }

    private static Distance distance(Metric metric) {
        return switch (metric) {
            case COSINE -> Distance.Cosine;
            case L2 -> Distance.Euclid;
            case INNER_PRODUCT -> Distance.Dot;
        };
    }

    private static HnswConfigDiff.Builder graph() {
        return HnswConfigDiff.newBuilder()
                .setM(LINKS)
                .setPayloadM(LINKS)
                .setEfConstruct(EF_CONSTRUCT)
                .setFullScanThreshold(FULL_SCAN_KB)
                .setOnDisk(false);
    }

    private static OptimizersConfigDiff.Builder optimizers() {
        return OptimizersConfigDiff.newBuilder()
                .setIndexingThreshold(INDEXING_THRESHOLD_KB)
                .setDeletedThreshold(0.2)
                .setVacuumMinVectorNumber(1_000)
                .setFlushIntervalSec(5)
                .setPreventUnoptimized(false);
    }

    private static StrictModeConfig.Builder limits() {
        return StrictModeConfig.newBuilder()
                .setEnabled(true)
                .setUnindexedFilteringRetrieve(false)
                .setUnindexedFilteringUpdate(false)
                .setSearchAllowExact(true)
                .setMaxQueryLimit(PAGE_MAX)
                .setMaxTimeout((int) QdrantProperties.TIMEOUT_MAX.toSeconds())
                .setSearchMaxHnswEf(SearchOptions.EF_SEARCH_MAX)
                .setSearchMaxOversampling((float) OVERSAMPLING)
                .setUpsertMaxBatchsize(VectorStore.BATCH_MAX)
                .setFilterMaxConditions(CONDITIONS_MAX)
                .setConditionMaxSize(CONDITION_SIZE_MAX);
    }

    private static QuantizationConfig quantization(Quantization quantization) {
        var config = QuantizationConfig.newBuilder();
        switch (quantization) {
            case NONE -> {}
            case INT8 ->
                    config.setScalar(
                            ScalarQuantization.newBuilder()
                                    .setType(QuantizationType.Int8)
                                    .setQuantile(QUANTILE)
                                    .setAlwaysRam(true));
            case BINARY -> config.setBinary(BinaryQuantization.newBuilder().setAlwaysRam(true));
        }
        return config.build();
    }

    /**
     * Refuses a collection that is there already and not the one that would be created.
     *
     * @throws ServiceException {@code CONFLICT}
     */
    static void requireSame(String name, Generation generation, CollectionConfig there) {
        VectorParams vectors = there.getParams().getVectorsConfig().getParams();
        QuantizationCase quantized = there.getQuantizationConfig().getQuantizationCase();
        CollectionRef collection = generation.collection();
        Distance distance = distance(collection.metric());
        QuantizationCase wanted =
                quantization(generation.settings().quantization()).getQuantizationCase();
        if (vectors.getSize() != collection.dimension()
                || vectors.getDistance() != distance
                || quantized != wanted) {
            throw ServiceException.conflict(
                            "qdrant_collection_taken",
                            "Qdrant has another collection %s: it is %s, must be %s"
                                    .formatted(
                                            name,
                                            words(
                                                    vectors.getSize(),
                                                    vectors.getDistance(),
                                                    quantized),
                                            words(collection.dimension(), distance, wanted)))
                    .withHint(
                            "delete it in Qdrant, or set tributary.qdrant.prefix if it belongs to"
                                    + " another installation");
        }
    }

    private static String words(long dimension, Distance distance, QuantizationCase quantized) {
        return "%d x %s, quantization %s"
                .formatted(
                        dimension,
                        distance,
                        quantized == QuantizationCase.QUANTIZATION_NOT_SET ? "none" : quantized);
    }
}
