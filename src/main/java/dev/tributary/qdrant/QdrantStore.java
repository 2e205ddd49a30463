package dev.tributary.qdrant;

import dev.tributary.failure.ServiceException;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.DerivedChunk;
import dev.tributary.vector.DerivedSettings;
import dev.tributary.vector.DerivedSettings.Quantization;
import dev.tributary.vector.DerivedStore;
import dev.tributary.vector.Embedding;
import dev.tributary.vector.Generation;
import dev.tributary.vector.SearchOptions;
import dev.tributary.vector.VectorQuery;
import io.qdrant.client.PointIdFactory;
import io.qdrant.client.QueryFactory;
import io.qdrant.client.WithPayloadSelectorFactory;
import io.qdrant.client.WithVectorsSelectorFactory;
import io.qdrant.client.grpc.Collections.AliasOperations;
import io.qdrant.client.grpc.Collections.CollectionInfo;
import io.qdrant.client.grpc.Collections.CreateAlias;
import io.qdrant.client.grpc.Collections.DeleteCollection;
import io.qdrant.client.grpc.Points.CreateFieldIndexCollection;
import io.qdrant.client.grpc.Points.DeletePoints;
import io.qdrant.client.grpc.Points.GetPoints;
import io.qdrant.client.grpc.Points.PointsSelector;
import io.qdrant.client.grpc.Points.QuantizationSearchParams;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import io.qdrant.client.grpc.Points.ScoredPoint;
import io.qdrant.client.grpc.Points.ScrollPoints;
import io.qdrant.client.grpc.Points.SearchParams;
import io.qdrant.client.grpc.Points.UpdateMode;
import io.qdrant.client.grpc.Points.UpsertPoints;
import io.qdrant.client.grpc.Points.WithPayloadSelector;
import io.qdrant.client.grpc.Points.WithVectorsSelector;
import io.qdrant.client.grpc.Points.WriteOrdering;
import io.qdrant.client.grpc.Points.WriteOrderingType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds near vectors in Qdrant. Each generation is a collection there, and an alias leads to the
 * one in use: see {@link CollectionNames}. Others may have put points of their own into it: those
 * whose ids are numbers are ignored, and the others have an empty hash.
 *
 * <p>What a search depends on is sent, so that the defaults of a server do not matter. Embeddings
 * are read back only to compare directions: under cosine, Qdrant keeps them normalised.
 */
final class QdrantStore implements DerivedStore {
    /** Qdrant is not made for more: each collection has threads and files of its own. */
    static final int COLLECTIONS_MAX = 900;

    /** Numbers come before all UUIDs, and this before all other UUIDs. */
    private static final UUID FIRST_ID = new UUID(0, 0);

    private final QdrantCalls calls;
    private final QdrantProperties properties;
    private final CollectionNames names;

    QdrantStore(QdrantCalls calls, QdrantProperties properties) {
        this.calls = calls;
        this.properties = properties;
        names = new CollectionNames(properties.prefix());
    }

    @Override
    public String name() {
        return "qdrant";
    }

    @Override
    public void requirePossible(CollectionRef collection, DerivedSettings settings) {
        CollectionDescription.requirePossible(collection, settings);
    }

    /**
     * Indexes are created even if the collection exists: an earlier call may have failed midway.
     *
     * @throws ServiceException {@code CONFLICT} if Qdrant has another collection of this name
     */
    @Override
    public boolean create(Generation generation) {
        requirePossible(generation.collection(), generation.settings());
        String name = names.of(generation);
        boolean isNew =
                !calls.call(
                        name, client -> client.collectionExistsAsync(name, calls.adminTimeout()));
        if (isNew) {
            requireRoom();
            var request = CollectionDescription.of(name, generation, properties);
            calls.create(
                    name, client -> client.createCollectionAsync(request, calls.adminTimeout()));
        }
        CollectionInfo there =
                calls.call(
                        name, client -> client.getCollectionInfoAsync(name, calls.adminTimeout()));
        CollectionDescription.requireSame(name, generation, there.getConfig());
        index(name);
        return isNew;
    }

    private void requireRoom() {
        int there =
                calls.call(
                                "collections",
                                client -> client.listCollectionsAsync(calls.adminTimeout()))
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
                                    calls.adminTimeout()));
        }
    }

    /** By the plain call: the client's own fails if there is no such collection. */
    @Override
    public void drop(long collection, int number) {
        String name = names.of(collection, number);
        var request = DeleteCollection.newBuilder().setCollectionName(name).build();
        calls.call(
                name,
                client ->
                        client.grpcClient()
                                .collections()
                                .withDeadlineAfter(calls.adminTimeout())
                                .delete(request));
    }

    /** Creating an alias that exists points it elsewhere. */
    @Override
    public void use(Generation generation) {
        String alias = names.alias(generation.collection());
        var here =
                AliasOperations.newBuilder()
                        .setCreateAlias(
                                CreateAlias.newBuilder()
                                        .setAliasName(alias)
                                        .setCollectionName(names.of(generation)))
                        .build();
        calls.call(
                names.of(generation),
                client -> client.updateAliasesAsync(List.of(here), calls.adminTimeout()));
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
        String name = names.of(generation);
        chunks.forEach(derived -> {
            generation.collection().requireFit(derived.embedding());
            request.addPoints(Points.point(derived));
        });
        request.setCollectionName(name).setWait(true).setOrdering(ordering());
        calls.write(name, client -> client.upsertAsync(request.build(), calls.timeout()));
    }

    @Override
    public void delete(Generation generation, Map<UUID, Long> versions) {
        if (versions.isEmpty()) {
            return;
        }
        String name = names.of(generation);
        var request =
                DeletePoints.newBuilder()
                        .setCollectionName(name)
                        .setWait(true)
                        .setOrdering(ordering())
                        .setPoints(
                                PointsSelector.newBuilder()
                                        .setFilter(Points.notNewerThan(versions)))
                        .build();
        calls.write(name, client -> client.deleteAsync(request, calls.timeout()));
    }

    /** Copies apply the writes of a point in one order, or they would come to differ. */
    private WriteOrdering ordering() {
        return WriteOrdering.newBuilder()
                .setType(
                        properties.replicas() > 1
                                ? WriteOrderingType.Medium
                                : WriteOrderingType.Weak)
                .build();
    }

    @Override
    public long count(Generation generation) {
        String name = names.of(generation);
        return calls.call(name, client -> client.countAsync(name, null, true, calls.timeout()));
    }

    @Override
    public Map<UUID, String> hashes(Generation generation, @Nullable UUID after, int limit) {
        String name = names.of(generation);
        // The page begins with the offset itself, if there is such a point.
        var request =
                ScrollPoints.newBuilder()
                        .setCollectionName(name)
                        .setOffset(PointIdFactory.id(after == null ? FIRST_ID : after))
                        .setLimit(after == null ? limit : limit + 1)
                        .setWithPayload(
                                WithPayloadSelectorFactory.include(
                                        List.of(PayloadField.HASH.key())))
                        .setWithVectors(WithVectorsSelectorFactory.enable(false));
        List<RetrievedPoint> page =
                calls.call(name, client -> client.scrollAsync(request.build(), calls.timeout()))
                        .getResultList();
        Map<UUID, String> hashes = new LinkedHashMap<>();
        for (RetrievedPoint point : page) {
            UUID id = Points.id(point.getId());
            if (!id.equals(after) && hashes.size() < limit) {
                hashes.put(id, Points.hash(point));
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
            hashes.put(Points.id(point.getId()), Points.hash(point));
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
        String name = names.of(generation);
        var request =
                GetPoints.newBuilder()
                        .setCollectionName(name)
                        .addAllIds(ids.stream().map(PointIdFactory::id).toList())
                        .setWithPayload(payload)
                        .setWithVectors(vectors)
                        .build();
        return calls.call(name, client -> client.retrieveAsync(request, calls.timeout()));
    }

    @Override
    public void snapshot(Generation generation) {
        String name = names.of(generation);
        try {
            calls.call(name, client -> client.createSnapshotAsync(name, calls.adminTimeout()));
        } catch (ServiceException e) {
            if (e.code().equals("qdrant_slow")) {
                throw ServiceException.conflict(
                                "snapshot_slow",
                                "Qdrant has not finished a snapshot of %s in %s; it may go on"
                                        .formatted(name, calls.adminTimeout()))
                        .withHint(
                                "raise tributary.qdrant.admin-timeout, or rebuild without a snapshot"
                                        + " once this one is finished");
            }
            throw e;
        }
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
        String name = names.of(generation);
        var request =
                QueryPoints.newBuilder()
                        .setCollectionName(name)
                        .setQuery(QueryFactory.nearest(query.embedding().toArray()))
                        .setFilter(filter.condition())
                        .setParams(params(generation, options))
                        .setLimit(options.topK())
                        .setWithPayload(WithPayloadSelectorFactory.enable(false))
                        .setWithVectors(WithVectorsSelectorFactory.enable(false))
                        .build();
        List<ScoredPoint> hits =
                calls.call(name, client -> client.queryAsync(request, calls.timeout()));
        return Points.ids(hits.stream().map(ScoredPoint::getId)).toList();
    }

    private SearchParams params(Generation generation, SearchOptions options) {
        int candidates = options.efSearch() == 0 ? properties.efSearch() : options.efSearch();
        var params =
                SearchParams.newBuilder()
                        .setExact(options.exact())
                        .setHnswEf(Math.max(candidates, options.topK()))
                        .setIndexedOnly(false);
        if (generation.settings().quantization() != Quantization.NONE) {
            params.setQuantization(
                    QuantizationSearchParams.newBuilder()
                            .setIgnore(options.exact())
                            .setRescore(true)
                            .setOversampling(CollectionDescription.OVERSAMPLING));
        }
        return params.build();
    }
}
