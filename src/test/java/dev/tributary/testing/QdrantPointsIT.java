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
import static io.qdrant.client.ValueFactory.nullValue;
import static io.qdrant.client.ValueFactory.value;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import io.qdrant.client.VectorOutputHelper;
import io.qdrant.client.WithPayloadSelectorFactory;
import io.qdrant.client.WithVectorsSelectorFactory;
import io.qdrant.client.grpc.Collections.HnswConfigDiff;
import io.qdrant.client.grpc.Collections.OptimizersConfigDiff;
import io.qdrant.client.grpc.Collections.UpdateCollection;
import io.qdrant.client.grpc.Common.DatetimeRange;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Common.MinShould;
import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.Common.Range;
import io.qdrant.client.grpc.Common.ValuesCount;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import io.qdrant.client.grpc.Points.ScoredPoint;
import io.qdrant.client.grpc.Points.SearchParams;
import io.qdrant.client.grpc.Points.UpdateMode;
import io.qdrant.client.grpc.Points.UpsertPoints;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The calls on points that the store makes, through the real client. */
class QdrantPointsIT extends QdrantFixture {
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

    private UpsertPoints.Builder upsert(PointStruct first) {
        return UpsertPoints.newBuilder()
                .setCollectionName(collection)
                .setWait(true)
                .addPoints(first);
    }

    private static SearchParams.Builder params() {
        return SearchParams.newBuilder();
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
}
