package dev.tributary.qdrant;

import dev.tributary.failure.ServiceException;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.DerivedChunk;
import dev.tributary.vector.DerivedStore;
import dev.tributary.vector.Embedding;
import dev.tributary.vector.Generation;
import dev.tributary.vector.Metric;
import dev.tributary.vector.SearchOptions;
import dev.tributary.vector.VectorQuery;
import dev.tributary.vector.VectorStore;
import io.qdrant.client.PointIdFactory;
import io.qdrant.client.QueryFactory;
import io.qdrant.client.WithPayloadSelectorFactory;
import io.qdrant.client.WithVectorsSelectorFactory;
import io.qdrant.client.grpc.Collections.AliasOperations;
import io.qdrant.client.grpc.Collections.CreateAlias;
import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.DeleteCollection;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.HnswConfigDiff;
import io.qdrant.client.grpc.Collections.StrictModeConfig;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Collections.VectorsConfig;
import io.qdrant.client.grpc.Points.CreateFieldIndexCollection;
import io.qdrant.client.grpc.Points.DeletePoints;
import io.qdrant.client.grpc.Points.GetPoints;
import io.qdrant.client.grpc.Points.PointsSelector;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import io.qdrant.client.grpc.Points.ScrollPoints;
import io.qdrant.client.grpc.Points.SearchParams;
import io.qdrant.client.grpc.Points.UpdateMode;
import io.qdrant.client.grpc.Points.UpsertPoints;
import io.qdrant.client.grpc.Points.WithPayloadSelector;
import io.qdrant.client.grpc.Points.WithVectorsSelector;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds near vectors in Qdrant. Each generation is a collection there, {@code t<id>_g<number>}; the
 * alias {@code t<id>} leads to the one in use.
 *
 * <p>What a search depends on is sent, so that the defaults of a server do not matter. Embeddings
 * are never read back: under cosine, Qdrant keeps them normalised.
 */
final class QdrantStore implements DerivedStore {
    /** Qdrant is not made for more: each collection has threads and files of its own. */
    static final int COLLECTIONS_MAX = 900;

    /** A page of hashes begins with the last point of the page before. */
    private static final int PAGE_MAX = VectorStore.BATCH_MAX + 1;

    private static final int LINKS = 16;
    private static final int EF_CONSTRUCT = 200;

    /** In kilobytes of vectors: what a filter keeps is compared without the graph up to here. */
    private static final int FULL_SCAN_KB = 10_000;

    private final QdrantCalls calls;
    private final QdrantProperties properties;

    QdrantStore(QdrantCalls calls, QdrantProperties properties) {
        this.calls = calls;
        this.properties = properties;
    }

    @Override
    public String name() {
        return "qdrant";
    }

    /**
     * Indexes are created even if the collection exists: an earlier call may have failed midway.
     */
    @Override
    public void create(Generation generation) {
        String name = name(generation);
        if (!calls.call(name, client -> client.collectionExistsAsync(name, calls.timeout()))) {
            requireRoom();
            calls.create(
                    name,
                    client ->
                            client.createCollectionAsync(description(generation), calls.timeout()));
        }
        index(name);
    }

    private void requireRoom() {
        int there =
                calls.call("collections", client -> client.listCollectionsAsync(calls.timeout()))
                        .size();
        if (there >= COLLECTIONS_MAX) {
            throw ServiceException.impossible(
                            "qdrant_collections_max",
                            "collection",
                            "does not fit: Qdrant has %,d collections, at most %,d are used"
                                    .formatted(there, COLLECTIONS_MAX))
                    .withHint("put several groups of chunks into one collection, by tenant");
        }
    }

    private CreateCollection description(Generation generation) {
        CollectionRef collection = generation.collection();
        return CreateCollection.newBuilder()
                .setCollectionName(name(generation))
                .setVectorsConfig(
                        VectorsConfig.newBuilder()
                                .setParams(
                                        VectorParams.newBuilder()
                                                .setSize(collection.dimension())
                                                .setDistance(distance(collection.metric()))
                                                .setOnDisk(false)))
                .setHnswConfig(
                        HnswConfigDiff.newBuilder()
                                .setM(LINKS)
                                .setPayloadM(LINKS)
                                .setEfConstruct(EF_CONSTRUCT)
                                .setFullScanThreshold(FULL_SCAN_KB)
                                .setOnDisk(false))
                .setOnDiskPayload(true)
                .setShardNumber(properties.shards())
                .setReplicationFactor(properties.replicas())
                .setWriteConsistencyFactor(properties.writeConsistency())
                .setStrictModeConfig(
                        StrictModeConfig.newBuilder()
                                .setEnabled(true)
                                .setUnindexedFilteringRetrieve(false)
                                .setUnindexedFilteringUpdate(false)
                                .setSearchAllowExact(true)
                                .setMaxQueryLimit(PAGE_MAX)
                                .setSearchMaxHnswEf(SearchOptions.EF_SEARCH_MAX)
                                .setUpsertMaxBatchsize(VectorStore.BATCH_MAX))
                .build();
    }

    private static Distance distance(Metric metric) {
        return switch (metric) {
            case COSINE -> Distance.Cosine;
            case L2 -> Distance.Euclid;
            case INNER_PRODUCT -> Distance.Dot;
        };
    }

    /** Before there is data: a graph takes note of the indexes that exist while it is built. */
    private void index(String name) {
        for (PayloadField field : PayloadField.indexed()) {
            calls.call(
                    name,
                    client ->
                            client.createPayloadIndexAsync(
                                    CreateFieldIndexCollection.newBuilder()
                                            .setCollectionName(name)
                                            .setFieldName(field.key())
                                            .setFieldType(field.type())
                                            .setFieldIndexParams(field.index())
                                            .setWait(true)
                                            .build(),
                                    calls.timeout()));
        }
    }

    /** By the plain call: the client's own fails if there is no such collection. */
    @Override
    public void drop(long collection, int number) {
        String name = name(collection, number);
        var request = DeleteCollection.newBuilder().setCollectionName(name).build();
        calls.call(
                name,
                client ->
                        client.grpcClient()
                                .collections()
                                .withDeadlineAfter(calls.timeout())
                                .delete(request));
    }

    /** Creating an alias that exists points it elsewhere. */
    @Override
    public void use(Generation generation) {
        String alias = alias(generation.collection());
        var here =
                AliasOperations.newBuilder()
                        .setCreateAlias(
                                CreateAlias.newBuilder()
                                        .setAliasName(alias)
                                        .setCollectionName(name(generation)))
                        .build();
        calls.call(
                name(generation),
                client -> client.updateAliasesAsync(List.of(here), calls.timeout()));
    }

    @Override
    public void add(Generation generation, List<DerivedChunk> chunks) {
        upsert(generation, chunks, UpsertPoints.newBuilder().setUpdateMode(UpdateMode.InsertOnly));
    }

    @Override
    public void put(Generation generation, List<DerivedChunk> chunks) {
        Map<UUID, Long> versions =
                chunks.stream()
                        .collect(
                                Collectors.toMap(
                                        derived -> derived.chunk().id(),
                                        DerivedChunk::version,
                                        Math::max));
        upsert(
                generation,
                chunks,
                UpsertPoints.newBuilder()
                        .setUpdateMode(UpdateMode.Upsert)
                        .setUpdateFilter(Points.olderThan(versions)));
    }

    private void upsert(
            Generation generation, List<DerivedChunk> chunks, UpsertPoints.Builder request) {
        if (chunks.isEmpty()) {
            return;
        }
        String name = name(generation);
        chunks.forEach(derived -> {
            generation.collection().requireFit(derived.embedding());
            request.addPoints(Points.point(derived));
        });
        request.setCollectionName(name).setWait(true);
        calls.call(name, client -> client.upsertAsync(request.build(), calls.timeout()));
    }

    @Override
    public void delete(Generation generation, Map<UUID, Long> versions) {
        if (versions.isEmpty()) {
            return;
        }
        String name = name(generation);
        var request =
                DeletePoints.newBuilder()
                        .setCollectionName(name)
                        .setWait(true)
                        .setPoints(
                                PointsSelector.newBuilder()
                                        .setFilter(Points.notNewerThan(versions)))
                        .build();
        calls.call(name, client -> client.deleteAsync(request, calls.timeout()));
    }

    @Override
    public long count(Generation generation) {
        String name = name(generation);
        return calls.call(name, client -> client.countAsync(name, null, true, calls.timeout()));
    }

    @Override
    public Map<UUID, String> hashes(Generation generation, @Nullable UUID after, int limit) {
        String name = name(generation);
        // The page begins with the offset itself, if there is such a point.
        var request =
                ScrollPoints.newBuilder()
                        .setCollectionName(name)
                        .setLimit(after == null ? limit : limit + 1)
                        .setWithPayload(
                                WithPayloadSelectorFactory.include(
                                        List.of(PayloadField.HASH.key())))
                        .setWithVectors(WithVectorsSelectorFactory.enable(false));
        if (after != null) {
            request.setOffset(PointIdFactory.id(after));
        }
        List<RetrievedPoint> page =
                calls.call(name, client -> client.scrollAsync(request.build(), calls.timeout()))
                        .getResultList();
        Map<UUID, String> hashes = new LinkedHashMap<>();
        for (RetrievedPoint point : page) {
            UUID id = Points.id(point.getId());
            if (!id.equals(after) && hashes.size() < limit) {
                hashes.put(id, hash(point));
            }
        }
        return hashes;
    }

    @Override
    public Map<UUID, String> hashes(Generation generation, List<UUID> ids) {
        Map<UUID, String> hashes = new LinkedHashMap<>();
        for (RetrievedPoint point :
                retrieve(
                        generation,
                        ids,
                        WithPayloadSelectorFactory.include(List.of(PayloadField.HASH.key())),
                        WithVectorsSelectorFactory.enable(false))) {
            hashes.put(Points.id(point.getId()), hash(point));
        }
        return hashes;
    }

    @Override
    public Map<UUID, Embedding> embeddings(Generation generation, List<UUID> ids) {
        Map<UUID, Embedding> embeddings = new LinkedHashMap<>();
        for (RetrievedPoint point :
                retrieve(
                        generation,
                        ids,
                        WithPayloadSelectorFactory.enable(false),
                        WithVectorsSelectorFactory.enable(true))) {
            embeddings.put(Points.id(point.getId()), Points.embedding(point));
        }
        return embeddings;
    }

    private List<RetrievedPoint> retrieve(
            Generation generation,
            List<UUID> ids,
            WithPayloadSelector payload,
            WithVectorsSelector vectors) {
        if (ids.isEmpty()) {
            return List.of();
        }
        String name = name(generation);
        var request =
                GetPoints.newBuilder()
                        .setCollectionName(name)
                        .addAllIds(ids.stream().map(PointIdFactory::id).toList())
                        .setWithPayload(payload)
                        .setWithVectors(vectors)
                        .build();
        return calls.call(name, client -> client.retrieveAsync(request, calls.timeout()));
    }

    private static String hash(RetrievedPoint point) {
        return point.getPayloadOrThrow(PayloadField.HASH.key()).getStringValue();
    }

    @Override
    public void snapshot(Generation generation) {
        String name = name(generation);
        calls.call(name, client -> client.createSnapshotAsync(name, calls.timeout()));
    }

    @Override
    public Optional<String> refusal(CollectionRef collection, VectorQuery query) {
        SearchOptions options = query.options();
        return Optional.ofNullable(refusal(options, PointFilter.of(options.filter())));
    }

    private static @Nullable String refusal(SearchOptions options, PointFilter filter) {
        return options.boost() == null ? filter.refusal() : "Qdrant has no boosts";
    }

    @Override
    public List<UUID> nearest(Generation generation, VectorQuery query) {
        generation.collection().requireFit(query.embedding());
        SearchOptions options = query.options();
        PointFilter filter = PointFilter.of(options.filter());
        String refusal = refusal(options, filter);
        if (refusal != null) {
            throw ServiceException.impossible("query_unsupported", "query", refusal);
        }
        if (filter.matchesNothing()) {
            return List.of();
        }
        int candidates = options.efSearch() == 0 ? properties.efSearch() : options.efSearch();
        String name = name(generation);
        var request =
                QueryPoints.newBuilder()
                        .setCollectionName(name)
                        .setQuery(QueryFactory.nearest(query.embedding().toArray()))
                        .setFilter(filter.condition())
                        .setParams(
                                SearchParams.newBuilder()
                                        .setExact(options.exact())
                                        .setHnswEf(Math.max(candidates, options.topK()))
                                        .setIndexedOnly(false))
                        .setLimit(options.topK())
                        .setWithPayload(WithPayloadSelectorFactory.enable(false))
                        .setWithVectors(WithVectorsSelectorFactory.enable(false))
                        .build();
        return calls.call(name, client -> client.queryAsync(request, calls.timeout())).stream()
                .map(point -> Points.id(point.getId()))
                .toList();
    }

    private static String name(Generation generation) {
        return name(generation.collection().id(), generation.number());
    }

    private static String name(long collection, int number) {
        return "t" + collection + "_g" + number;
    }

    private static String alias(CollectionRef collection) {
        return "t" + collection.id();
    }
}
