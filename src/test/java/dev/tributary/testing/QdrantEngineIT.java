package dev.tributary.testing;

import static io.qdrant.client.ConditionFactory.datetimeRange;
import static io.qdrant.client.ConditionFactory.filter;
import static io.qdrant.client.ConditionFactory.hasId;
import static io.qdrant.client.ConditionFactory.isEmpty;
import static io.qdrant.client.ConditionFactory.isNull;
import static io.qdrant.client.ConditionFactory.match;
import static io.qdrant.client.ConditionFactory.matchExceptKeywords;
import static io.qdrant.client.ConditionFactory.matchKeyword;
import static io.qdrant.client.ConditionFactory.matchKeywords;
import static io.qdrant.client.ConditionFactory.matchValues;
import static io.qdrant.client.ConditionFactory.nested;
import static io.qdrant.client.ConditionFactory.range;
import static io.qdrant.client.ConditionFactory.valuesCount;
import static io.qdrant.client.PointIdFactory.id;
import static io.qdrant.client.QueryFactory.nearest;
import static io.qdrant.client.ValueFactory.list;
import static io.qdrant.client.ValueFactory.nullValue;
import static io.qdrant.client.ValueFactory.value;
import static io.qdrant.client.VectorsFactory.vectors;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.Timestamp;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.VectorOutputHelper;
import io.qdrant.client.WithPayloadSelectorFactory;
import io.qdrant.client.WithVectorsSelectorFactory;
import io.qdrant.client.grpc.Collections.AliasOperations;
import io.qdrant.client.grpc.Collections.CreateAlias;
import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.DeleteAlias;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.HnswConfigDiff;
import io.qdrant.client.grpc.Collections.KeywordIndexParams;
import io.qdrant.client.grpc.Collections.OptimizersConfigDiff;
import io.qdrant.client.grpc.Collections.PayloadIndexParams;
import io.qdrant.client.grpc.Collections.PayloadSchemaType;
import io.qdrant.client.grpc.Collections.RenameAlias;
import io.qdrant.client.grpc.Collections.StrictModeConfig;
import io.qdrant.client.grpc.Collections.UpdateCollection;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Collections.VectorsConfig;
import io.qdrant.client.grpc.Common.Condition;
import io.qdrant.client.grpc.Common.DatetimeRange;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Common.MinShould;
import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.Common.Range;
import io.qdrant.client.grpc.Common.ValuesCount;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import io.qdrant.client.grpc.Points.ScoredPoint;
import io.qdrant.client.grpc.Points.ScrollPoints;
import io.qdrant.client.grpc.Points.SearchParams;
import io.qdrant.client.grpc.Points.UpdateMode;
import io.qdrant.client.grpc.Points.UpsertPoints;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every call that the store makes, through the real client. */
class QdrantEngineIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final UUID LAST = UUID.fromString("ffffffff-0000-4000-8000-000000000001");

    private final String collection = "engine_" + UUID.randomUUID();
    private QdrantClient client;

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

    @Test
    void answersThatItIsThere() {
        assertThat(await(client.healthCheckAsync()).getVersion()).startsWith("1.");
    }

    @Test
    void describesACollectionAsItWasMade() {
        upsertFour();

        var info = await(client.getCollectionInfoAsync(collection));

        assertThat(await(client.listCollectionsAsync())).contains(collection);
        assertThat(await(client.collectionExistsAsync(collection))).isTrue();
        assertThat(await(client.collectionExistsAsync("nowhere"))).isFalse();
        assertThat(info.getPointsCount()).isEqualTo(4);
        assertThat(info.getConfig().getHnswConfig().getM()).isZero();
        assertThat(info.getConfig().getHnswConfig().getPayloadM()).isEqualTo(16);
        assertThat(info.getConfig().getParams().getVectorsConfig().getParams().getOnDisk())
                .isTrue();
        var index = info.getPayloadSchemaOrThrow("tag");
        assertThat(index.getDataType()).isEqualTo(PayloadSchemaType.Keyword);
        assertThat(index.getParams().getKeywordIndexParams().getIsTenant()).isTrue();
        assertThat(index.getPoints()).isEqualTo(3);
    }

    @Test
    void returnsPointsByTheirIdsWithWhatIsAskedFor() {
        upsertFour();

        var points =
                await(
                        client.retrieveAsync(
                                collection,
                                List.of(id(2), id(LAST), id(99)),
                                WithPayloadSelectorFactory.include(List.of("n")),
                                WithVectorsSelectorFactory.enable(true),
                                null));

        assertThat(points).extracting(RetrievedPoint::getId).containsOnly(id(2), id(LAST));
        var second = points.stream().filter(p -> p.getId().equals(id(2))).findAny().orElseThrow();
        assertThat(second.getPayloadMap()).containsOnly(Map.entry("n", value(20)));
        assertThat(VectorOutputHelper.getDenseVector(second.getVectors().getVector()).getDataList())
                .containsExactly(0f, 1f, 0f);
    }

    @Test
    void matchesFilters() {
        upsertFour();

        assertThat(found(must(matchKeyword("tag", "b")))).containsExactly(id(1), id(2));
        assertThat(found(must(matchKeywords("tag", List.of("a", "c"))))).containsOnly(id(1), id(3));
        assertThat(found(must(matchExceptKeywords("tag", List.of("b", "c"))))).containsOnly(id(1));
        assertThat(found(must(match("n", 20)))).containsOnly(id(2));
        assertThat(found(must(matchValues("n", List.of(10L, 30L))))).containsOnly(id(1), id(3));
        assertThat(found(must(match("yes", true)))).containsOnly(id(1));
        assertThat(found(must(range("n", Range.newBuilder().setGt(10).setLte(30).build()))))
                .containsOnly(id(2), id(3));
        assertThat(found(must(datetimeRange("at", since("2026-01-01T00:00:00Z")))))
                .containsOnly(id(2));
        assertThat(found(must(isEmpty("tag")))).containsOnly(id(LAST));
        assertThat(found(must(isNull("n")))).containsOnly(id(LAST));
        assertThat(found(must(hasId(List.of(id(3), id(LAST)))))).containsOnly(id(3), id(LAST));
        assertThat(found(must(nested("parts", must(match("x", 1), match("y", 2))))))
                .containsOnly(id(2));
        assertThat(found(must(valuesCount("tag", ValuesCount.newBuilder().setGte(2).build()))))
                .containsOnly(id(1));
    }

    @Test
    void combinesConditions() {
        upsertFour();
        var a = matchKeyword("tag", "a");
        var b = matchKeyword("tag", "b");
        var small = match("n", 10);

        assertThat(found(Filter.newBuilder().addShould(a).addShould(match("n", 30)).build()))
                .containsOnly(id(1), id(3));
        assertThat(found(Filter.newBuilder().addMustNot(b).build())).containsOnly(id(3), id(LAST));
        assertThat(
                        found(
                                Filter.newBuilder()
                                        .setMinShould(
                                                MinShould.newBuilder()
                                                        .addAllConditions(List.of(a, b, small))
                                                        .setMinCount(2))
                                        .build()))
                .containsOnly(id(1));
        assertThat(found(must(b, filter(Filter.newBuilder().addMustNot(small).build()))))
                .containsOnly(id(2));
        assertThat(await(client.countAsync(collection, must(b), true))).isEqualTo(2);
    }

    @Test
    void writesAPointOnlyWhereTheConditionHolds() {
        upsertFour();
        var older = must(range("n", Range.newBuilder().setLt(15).build()));

        await(
                client.upsertAsync(
                        upsert(point(id(1), 0, 0, 1, Map.of("n", value(15))))
                                .addPoints(point(id(2), 0, 0, 1, Map.of("n", value(15))))
                                .addPoints(point(id(7), 0, 0, 1, Map.of("n", value(15))))
                                .setUpdateFilter(older)
                                .build()));

        assertThat(n(id(1))).isEqualTo(15);
        assertThat(n(id(2))).isEqualTo(20);
        assertThat(n(id(7))).isEqualTo(15);
    }

    @Test
    void insertsOnlyOrUpdatesOnly() {
        upsertFour();
        var changes =
                List.of(
                        point(id(1), 0, 0, 1, Map.of("n", value(99))),
                        point(id(7), 0, 0, 1, Map.of("n", value(99))),
                        point(id(8), 0, 0, 1, Map.of("n", value(99))));

        await(
                client.upsertAsync(
                        upsert(changes.get(0))
                                .addPoints(changes.get(1))
                                .setUpdateMode(UpdateMode.InsertOnly)
                                .build()));
        await(
                client.upsertAsync(
                        upsert(changes.get(2)).setUpdateMode(UpdateMode.UpdateOnly).build()));

        assertThat(n(id(1))).isEqualTo(10);
        assertThat(n(id(7))).isEqualTo(99);
        assertThat(found(must(hasId(id(8))))).isEmpty();
    }

    @Test
    void deletesByIdsAndByFilter() {
        upsertFour();

        await(client.deleteAsync(collection, List.of(id(1))));
        await(
                client.deleteAsync(
                        collection,
                        must(
                                hasId(List.of(id(2), id(3))),
                                range("n", Range.newBuilder().setLt(25).build()))));

        assertThat(found(Filter.getDefaultInstance())).containsExactly(id(3), id(LAST));
    }

    @Test
    void changesPayload() {
        upsertFour();
        var id = List.of(id(1));

        await(client.setPayloadAsync(collection, Map.of("m", value(1)), id, true, null, null));
        assertThat(payload(id(1))).containsKeys("m", "n", "tag");
        await(client.deletePayloadAsync(collection, List.of("tag"), id, true, null, null));
        assertThat(payload(id(1))).containsKeys("m", "n").doesNotContainKey("tag");
        await(
                client.overwritePayloadAsync(
                        collection, Map.of("k", value(1)), must(match("m", 1)), true, null, null));
        assertThat(payload(id(1))).containsOnlyKeys("k");
    }

    @Test
    void scrollsInTheOrderOfIds() {
        upsertFour();

        var first = await(client.scrollAsync(scroll().setLimit(2).build()));
        var second =
                await(
                        client.scrollAsync(
                                scroll().setLimit(2).setOffset(first.getNextPageOffset()).build()));

        assertThat(first.getResultList())
                .extracting(RetrievedPoint::getId)
                .containsExactly(id(1), id(2));
        assertThat(second.getResultList())
                .extracting(RetrievedPoint::getId)
                .containsExactly(id(3), id(LAST));
        assertThat(second.hasNextPageOffset()).isFalse();
    }

    @Test
    void ranksTheNearestFirst() {
        upsertFour();

        var hits = query(search(1, 0.5f, 0).setLimit(2));
        var filtered =
                query(
                        search(1, 0.5f, 0)
                                .setFilter(must(matchKeyword("tag", "b")))
                                .setScoreThreshold(0.5f)
                                .setOffset(0)
                                .setWithPayload(WithPayloadSelectorFactory.enable(true))
                                .setWithVectors(WithVectorsSelectorFactory.enable(true)));
        var batch =
                await(
                        client.queryBatchAsync(
                                collection,
                                List.of(search(1, 0, 0).build(), search(0, 0, 1).build())));

        assertThat(hits).extracting(ScoredPoint::getId).containsExactly(id(1), id(2));
        assertThat(hits.getFirst().getPayloadMap()).isEmpty();
        assertThat(hits.getFirst().getScore()).isBetween(0.894f, 0.895f);
        assertThat(filtered).extracting(ScoredPoint::getId).containsExactly(id(1));
        assertThat(filtered.getFirst().getPayloadMap()).containsKey("tag");
        assertThat(filtered.getFirst().getVectors().hasVector()).isTrue();
        assertThat(batch)
                .extracting(each -> each.getResult(0).getId())
                .containsExactly(id(1), id(3));
    }

    @Test
    void findsMostOfTheExactNeighboursOnceIndexed() {
        var random = new Random(7);
        var points = new ArrayList<PointStruct>();
        for (int i = 1; i <= 3000; i++) {
            points.add(point(id(i), random.nextFloat(), random.nextFloat(), 1, Map.of()));
        }
        await(client.upsertAsync(upsert(points.getFirst()).addAllPoints(points).build()));
        await(
                client.updateCollectionAsync(
                        UpdateCollection.newBuilder()
                                .setCollectionName(collection)
                                .setHnswConfig(HnswConfigDiff.newBuilder().setM(16))
                                .setOptimizersConfig(
                                        OptimizersConfigDiff.newBuilder().setIndexingThreshold(1))
                                .build()));
        awaitIndexed();

        var exact = query(search(0.4f, 0.6f, 1).setLimit(100).setParams(params().setExact(true)));
        var approximate =
                query(search(0.4f, 0.6f, 1).setLimit(100).setParams(params().setHnswEf(128)));

        var common = new HashSet<>(exact.stream().map(ScoredPoint::getId).toList());
        common.retainAll(approximate.stream().map(ScoredPoint::getId).toList());
        assertThat(exact).hasSize(100);
        assertThat(common).hasSizeGreaterThanOrEqualTo(90);
    }

    /** A server indexes in the background. */
    private void awaitIndexed() {
        var deadline = Instant.now().plus(TIMEOUT);
        while (await(client.getCollectionInfoAsync(collection)).getIndexedVectorsCount() < 3000) {
            assertThat(Instant.now()).isBefore(deadline);
        }
    }

    @Test
    void switchesAnAliasInOneCall() {
        var other = collection + "_2";
        var alias = collection + "_alias";
        upsertFour();
        await(client.createCollectionAsync(create(other, 3).build()));
        await(client.createAliasAsync(alias, collection));
        assertThat(await(client.countAsync(alias))).isEqualTo(4);

        await(client.updateAliasesAsync(List.of(deleted(alias), created(alias, other))));

        assertThat(await(client.countAsync(alias))).isZero();
        assertThat(await(client.listCollectionAliasesAsync(other))).containsExactly(alias);
        assertThat(await(client.listCollectionAliasesAsync(collection))).isEmpty();
        assertRefused(
                Status.Code.NOT_FOUND,
                "Not found: Collection `nowhere` doesn't exist!",
                () ->
                        await(
                                client.updateAliasesAsync(
                                        List.of(
                                                created(alias, collection),
                                                created(alias, "nowhere")))));
        assertThat(await(client.countAsync(alias))).isZero();
        await(client.updateAliasesAsync(List.of(renamed(alias, alias + "_new"))));
        assertThat(await(client.listAliasesAsync()))
                .anyMatch(each -> each.getAliasName().equals(alias + "_new"))
                .noneMatch(each -> each.getAliasName().equals(alias));
        await(client.deleteCollectionAsync(other));
        assertThat(await(client.listAliasesAsync()))
                .noneMatch(each -> each.getCollectionName().equals(other));
    }

    @Test
    void refusesWhatIsWrong() {
        assertRefused(
                Status.Code.NOT_FOUND,
                "Not found: Collection `nowhere` doesn't exist!",
                () -> await(client.countAsync("nowhere")));
        assertRefused(
                Status.Code.ALREADY_EXISTS,
                "Collection `" + collection + "` already exists!",
                () -> await(client.createCollectionAsync(create(collection, 3).build())));
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "Vector dimension error: expected dim: 3, got 2",
                () ->
                        await(
                                client.upsertAsync(
                                        collection,
                                        List.of(
                                                PointStruct.newBuilder()
                                                        .setId(id(1))
                                                        .setVectors(vectors(1, 2))
                                                        .build()))));
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "Vector dimension error: expected dim: 3, got 2",
                () ->
                        query(
                                QueryPoints.newBuilder()
                                        .setCollectionName(collection)
                                        .setQuery(nearest(1, 2))));
    }

    @Test
    void refusesWhatStrictModeForbids() {
        upsertFour();
        await(
                client.updateCollectionAsync(
                        UpdateCollection.newBuilder()
                                .setCollectionName(collection)
                                .setStrictModeConfig(
                                        StrictModeConfig.newBuilder()
                                                .setEnabled(true)
                                                .setUnindexedFilteringRetrieve(false)
                                                .setMaxQueryLimit(50))
                                .build()));

        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "Index required but not found for \"n\"",
                () -> found(must(match("n", 10))));
        assertThat(found(must(matchKeyword("tag", "a")))).containsExactly(id(1));
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "Limit exceeded 51 > 50 for \"limit\"",
                () -> query(search(1, 0, 0).setLimit(51)));
        await(
                client.createPayloadIndexAsync(
                        collection, "n", PayloadSchemaType.Integer, null, true, null, null));
        assertThat(found(must(match("n", 10)))).containsExactly(id(1));
        await(client.deletePayloadIndexAsync(collection, "n", true, null, null));
        assertRefused(
                Status.Code.INVALID_ARGUMENT, "Index required", () -> found(must(match("n", 10))));
    }

    @Test
    void keepsWhatItAcknowledgedOverACrash(@TempDir Path data) {
        try (var engine = QdrantEngine.own("--data", data.toString())) {
            try (var before = engine.client()) {
                await(before.createCollectionAsync(create("kept", 3).build()));
                await(before.upsertAsync("kept", four()));
                await(before.createAliasAsync("alias", "kept"));
            }

            engine.kill();
            engine.start();

            try (var after = engine.client()) {
                assertThat(await(after.countAsync("alias"))).isEqualTo(4);
                var config = await(after.getCollectionInfoAsync("kept")).getConfig();
                assertThat(config.getHnswConfig().getPayloadM()).isEqualTo(16);
            }
        }
    }

    @Test
    void answersLateIfToldSo() {
        try (var engine = QdrantEngine.own("--delay-ms", "500");
                var slow = engine.client()) {
            assertThatThrownBy(() -> await(slow.healthCheckAsync(Duration.ofMillis(50))))
                    .hasRootCauseInstanceOf(StatusRuntimeException.class)
                    .hasStackTraceContaining("DEADLINE_EXCEEDED");
        }
    }

    private static CreateCollection.Builder create(String name, int size) {
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
    private void upsertFour() {
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

    private static List<PointStruct> four() {
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

    private static PointStruct point(
            PointId id, float x, float y, float z, Map<String, Value> payload) {
        return PointStruct.newBuilder()
                .setId(id)
                .setVectors(vectors(x, y, z))
                .putAllPayload(payload)
                .build();
    }

    private UpsertPoints.Builder upsert(PointStruct first) {
        return UpsertPoints.newBuilder()
                .setCollectionName(collection)
                .setWait(true)
                .addPoints(first);
    }

    private ScrollPoints.Builder scroll() {
        return ScrollPoints.newBuilder().setCollectionName(collection);
    }

    private QueryPoints.Builder search(float x, float y, float z) {
        return QueryPoints.newBuilder().setCollectionName(collection).setQuery(nearest(x, y, z));
    }

    private static SearchParams.Builder params() {
        return SearchParams.newBuilder();
    }

    private List<ScoredPoint> query(QueryPoints.Builder query) {
        return await(client.queryAsync(query.build()));
    }

    private static Filter must(Condition... conditions) {
        return Filter.newBuilder().addAllMust(List.of(conditions)).build();
    }

    private List<PointId> found(Filter filter) {
        return await(client.scrollAsync(scroll().setFilter(filter).build()))
                .getResultList()
                .stream()
                .map(RetrievedPoint::getId)
                .toList();
    }

    private Map<String, Value> payload(PointId id) {
        return await(client.retrieveAsync(collection, id, null)).getFirst().getPayloadMap();
    }

    private long n(PointId id) {
        return payload(id).getOrDefault("n", nullValue()).getIntegerValue();
    }

    private static DatetimeRange since(String time) {
        var seconds = Instant.parse(time).getEpochSecond();
        return DatetimeRange.newBuilder()
                .setGte(Timestamp.newBuilder().setSeconds(seconds))
                .build();
    }

    private static AliasOperations created(String alias, String collection) {
        return AliasOperations.newBuilder()
                .setCreateAlias(
                        CreateAlias.newBuilder().setAliasName(alias).setCollectionName(collection))
                .build();
    }

    private static AliasOperations deleted(String alias) {
        return AliasOperations.newBuilder()
                .setDeleteAlias(DeleteAlias.newBuilder().setAliasName(alias))
                .build();
    }

    private static AliasOperations renamed(String alias, String other) {
        return AliasOperations.newBuilder()
                .setRenameAlias(
                        RenameAlias.newBuilder().setOldAliasName(alias).setNewAliasName(other))
                .build();
    }

    private static void assertRefused(Status.Code code, String message, ThrowingCallable call) {
        assertThatThrownBy(call)
                .cause()
                .cause()
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        refusal -> assertThat(refusal.getStatus().getCode()).isEqualTo(code))
                .hasMessageContaining(message);
    }

    private static <T> T await(ListenableFuture<T> answer) {
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
