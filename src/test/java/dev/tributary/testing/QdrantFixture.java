package dev.tributary.testing;

import static io.qdrant.client.ConditionFactory.filter;
import static io.qdrant.client.PointIdFactory.id;
import static io.qdrant.client.QueryFactory.nearest;
import static io.qdrant.client.ValueFactory.list;
import static io.qdrant.client.ValueFactory.nullValue;
import static io.qdrant.client.ValueFactory.value;
import static io.qdrant.client.VectorsFactory.vectors;

import com.google.common.util.concurrent.ListenableFuture;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.HnswConfigDiff;
import io.qdrant.client.grpc.Collections.KeywordIndexParams;
import io.qdrant.client.grpc.Collections.PayloadIndexParams;
import io.qdrant.client.grpc.Collections.PayloadSchemaType;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Collections.VectorsConfig;
import io.qdrant.client.grpc.Common.Condition;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import io.qdrant.client.grpc.Points.ScoredPoint;
import io.qdrant.client.grpc.Points.ScrollPoints;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A collection of three dimensions with four points, in a Qdrant. */
abstract class QdrantFixture {
    static final Duration TIMEOUT = Duration.ofSeconds(30);
    static final UUID LAST = UUID.fromString("ffffffff-0000-4000-8000-000000000001");

    final String collection = "engine_" + UUID.randomUUID();
    QdrantClient client;

    @BeforeEach
    void createCollection() {
        client = QdrantEngine.shared().client();
        await(client.createCollectionAsync(create(collection, 3).build()));
    }

    @AfterEach
    void deleteCollection() {
        await(client.deleteCollectionAsync(collection));
        client.close();
    }

    static CreateCollection.Builder create(String name, int size) {
        return CreateCollection.newBuilder()
                .setCollectionName(name)
                .setVectorsConfig(
                        VectorsConfig.newBuilder()
                                .setParams(
                                        VectorParams.newBuilder()
                                                .setSize(size)
                                                .setDistance(Distance.Cosine)
                                                .setOnDisk(true)))
                .setHnswConfig(HnswConfigDiff.newBuilder().setM(0).setPayloadM(16));
    }

    /** Three with tags, one of them with two, and one without, in the order of their ids. */
    void upsertFour() {
        await(
                client.createPayloadIndexAsync(
                        collection,
                        "tag",
                        PayloadSchemaType.Keyword,
                        PayloadIndexParams.newBuilder()
                                .setKeywordIndexParams(
                                        KeywordIndexParams.newBuilder()
                                                .setIsTenant(true)
                                                .setOnDisk(true))
                                .build(),
                        true,
                        null,
                        null));
        await(client.upsertAsync(collection, four()));
    }

    static List<PointStruct> four() {
        var parts = value(Map.of("x", value(1), "y", value(2)));
        return List.of(
                point(
                        id(1),
                        1,
                        0,
                        0,
                        Map.of(
                                "tag", list(List.of(value("a"), value("b"))),
                                "n", value(10),
                                "yes", value(true),
                                "at", value("2025-12-31T23:59:59Z"))),
                point(
                        id(2),
                        0,
                        1,
                        0,
                        Map.of(
                                "tag", value("b"),
                                "n", value(20),
                                "at", value("2026-01-01T00:00:00Z"),
                                "parts", list(List.of(parts)))),
                point(id(3), 0, 0, 1, Map.of("tag", value("c"), "n", value(30))),
                point(id(LAST), -1, 0, 0, Map.of("n", nullValue())));
    }

    static PointStruct point(PointId id, float x, float y, float z, Map<String, Value> payload) {
        return PointStruct.newBuilder()
                .setId(id)
                .setVectors(vectors(x, y, z))
                .putAllPayload(payload)
                .build();
    }

    ScrollPoints.Builder scroll() {
        return ScrollPoints.newBuilder().setCollectionName(collection);
    }

    QueryPoints.Builder search(float x, float y, float z) {
        return QueryPoints.newBuilder().setCollectionName(collection).setQuery(nearest(x, y, z));
    }

    List<ScoredPoint> query(QueryPoints.Builder query) {
        return await(client.queryAsync(query.build()));
    }

    static Filter must(Condition... conditions) {
        return Filter.newBuilder().addAllMust(List.of(conditions)).build();
    }

    List<PointId> found(Filter filter) {
        return await(client.scrollAsync(scroll().setFilter(filter).build()))
                .getResultList()
                .stream()
                .map(RetrievedPoint::getId)
                .toList();
    }

    static <T> T await(ListenableFuture<T> answer) {
        try {
            return answer.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }
}
