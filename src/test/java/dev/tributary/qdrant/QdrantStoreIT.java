package dev.tributary.qdrant;

import static dev.tributary.vector.ChunkBuilder.chunk;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.failure.ServiceException;
import dev.tributary.failure.ServiceException.Kind;
import dev.tributary.vector.Chunk;
import dev.tributary.vector.ChunkIds;
import dev.tributary.vector.Embedding;
import dev.tributary.vector.Filter;
import dev.tributary.vector.Generation;
import dev.tributary.vector.Metric;
import dev.tributary.vector.SearchOptions;
import dev.tributary.vector.VectorQuery;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class QdrantStoreIT extends QdrantFixture {
    private static VectorQuery query(int topK, float... to) {
        return new VectorQuery(Embedding.copyOf(to), SearchOptions.top(topK).withExact(true));
    }

    private static List<UUID> nearest(Generation generation, float... to) {
        return store().nearest(generation, query(10, to));
    }

    private static void assertRefused(Kind kind, String code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        refusal -> {
                            assertThat(refusal.kind()).as(refusal.getMessage()).isEqualTo(kind);
                            assertThat(refusal.code()).isEqualTo(code);
                        });
    }

    @ParameterizedTest
    @EnumSource
    void findsTheNearestFirst(Metric metric) {
        var generation = generation(2, metric);
        var near = chunk("near", 0).embedding(0.9f, 0.1f).build();
        var middle = chunk("middle", 0).embedding(0.5f, 0.5f).build();
        var far = chunk("far", 0).embedding(-1, 0.1f).build();
        store().put(generation, List.of(derived(far, 1), derived(near, 2), derived(middle, 3)));

        assertThat(nearest(generation, 1, 0)).containsExactly(near.id(), middle.id(), far.id());
        assertThat(store().nearest(generation, query(1, 1, 0))).containsExactly(near.id());
        assertThat(store().count(generation)).isEqualTo(3);
    }

    @Test
    void createsAndDropsAsOftenAsIsAsked() {
        var generation = unborn(2, Metric.COSINE);

        store().drop(generation.collection().id(), generation.number());
        store().create(generation);
        store().create(generation);
        assertThat(store().count(generation)).isZero();

        store().drop(generation.collection().id(), generation.number());
        store().drop(generation.collection().id(), generation.number());
        assertRefused(Kind.MISSING, "qdrant_collection_not_found", () -> store().count(generation));
        assertRefused(Kind.MISSING, "qdrant_collection_not_found", () -> nearest(generation, 1, 0));
    }

    @Test
    void anOlderVersionNeverReplacesANewerOne() {
        var generation = generation(2, Metric.L2);
        var old = chunk("a", 0).embedding(0, 0).build();
        var current = chunk("a", 0).embedding(5, 0).build();
        var other = chunk("b", 0).embedding(1, 0).build();

        store().put(generation, List.of(derived(current, 7)));
        store().put(generation, List.of(derived(old, 6), derived(other, 6)));
        assertThat(nearest(generation, 0, 0)).containsExactly(other.id(), old.id());

        store().put(generation, List.of(derived(old, 8)));
        assertThat(nearest(generation, 0, 0)).containsExactly(old.id(), other.id());
    }

    @Test
    void addsOnlyWhatIsNotThere() {
        var generation = generation(2, Metric.L2);
        var followed = chunk("a", 0).embedding(5, 0).build();
        var backfilled = chunk("a", 0).embedding(0, 0).build();
        var fresh = chunk("b", 0).embedding(1, 0).build();
        store().put(generation, List.of(derived(followed, 3)));

        store().add(generation, List.of(derived(backfilled, 0), derived(fresh, 0)));

        assertThat(nearest(generation, 0, 0)).containsExactly(fresh.id(), followed.id());
    }

    @Test
    void deletesWhatIsNotNewer() {
        var generation = generation(2, Metric.L2);
        var a = chunk("a", 0).build();
        var b = chunk("b", 0).build();
        store().put(generation, List.of(derived(a, 5), derived(b, 5)));

        store().delete(generation, Map.of(a.id(), 4L, b.id(), 5L, UUID.randomUUID(), 9L));

        assertThat(nearest(generation, 0, 0)).containsExactly(a.id());
        store().delete(generation, Map.of());
        assertThat(store().count(generation)).isEqualTo(1);
    }

    @Test
    void leadsItsNameToTheGenerationInUse() throws Exception {
        var first = generation(2, Metric.L2);
        var second = next(first);
        store().create(second);
        store().put(first, List.of(derived(chunk("a", 0).build(), 1)));
        store().put(
                        second,
                        List.of(
                                derived(chunk("b", 0).build(), 1),
                                derived(chunk("c", 0).build(), 1)));
        String name = "t" + first.collection().id();

        assertThat(client().countAsync(name).get()).isEqualTo(1);
        store().use(second);
        assertThat(client().countAsync(name).get()).isEqualTo(2);
        assertRefused(Kind.MISSING, "qdrant_collection_not_found", () -> store().use(next(second)));
        store().drop(first.collection().id(), first.number());
        assertThat(client().countAsync(name).get()).isEqualTo(2);
    }

    @Test
    void aWriteThatIsLateBringsADeletedChunkBack() {
        var generation = generation(2, Metric.L2);
        var chunk = chunk("a", 0).build();
        store().put(generation, List.of(derived(chunk, 4)));
        store().delete(generation, Map.of(chunk.id(), 5L));

        store().put(generation, List.of(derived(chunk, 4)));

        assertThat(store().hashes(generation, null, 10)).containsKey(chunk.id());
    }

    @Test
    void holdsKeysTextsAndNumbersOfAnyLength() {
        var generation = generation(2, Metric.L2);
        String key = "k.=#\\".repeat(100);
        var number = new BigDecimal("1" + "0".repeat(300) + "1");
        Map<String, Object> metadata =
                Map.of(key, "long ".repeat(100), "number", number, "within", Map.of(key, 1));
        var chunk = chunk("a", 0).metadata(metadata).build();
        store().put(generation, List.of(derived(chunk, 1)));

        for (Filter filter :
                List.of(
                        Filter.equal(new Filter.Path(List.of(key)), "long ".repeat(100)),
                        new Filter.Exists(new Filter.Path(List.of("within", key))),
                        new Filter.Equal(
                                new Filter.Path(List.of("number")),
                                new Filter.Value.Decimal(number)))) {
            assertThat(matches(generation, filter)).as(filter.toString()).isTrue();
            assertThat(matches(generation, new Filter.Not(filter))).isFalse();
        }
        assertThat(
                        matches(
                                generation,
                                new Filter.Equal(
                                        new Filter.Path(List.of("number")),
                                        new Filter.Value.Decimal(number.add(BigDecimal.ONE)))))
                .isFalse();
    }

    private static boolean matches(Generation generation, Filter filter) {
        var query =
                new VectorQuery(Embedding.copyOf(1, 0), SearchOptions.top(1).withFilter(filter));
        return !store().nearest(generation, query).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 49, 50, 51, 1_000})
    void listsHashesInTheOrderOfIds(int limit) {
        var generation = generation(2, Metric.L2);
        var random = new Random(3);
        List<Chunk> chunks = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            chunks.add(chunk(i).id(new UUID(random.nextLong(), random.nextLong())).build());
        }
        store().put(generation, chunks.stream().map(each -> derived(each, 1)).toList());
        List<UUID> seen = new ArrayList<>();

        Map<UUID, String> page = store().hashes(generation, null, limit);
        while (!page.isEmpty()) {
            page.forEach((id, hash) -> assertThat(hash).isEqualTo("hash of " + id));
            seen.addAll(page.keySet());
            page = store().hashes(generation, seen.getLast(), limit);
        }

        assertThat(seen)
                .containsExactlyElementsOf(
                        chunks.stream().map(Chunk::id).sorted(ChunkIds.ORDER).toList());
    }

    @Test
    void listsHashesAfterAChunkThatIsGone() {
        var generation = generation(2, Metric.L2);
        List<Chunk> chunks = new ArrayList<>();
        for (int i = 1; i <= 5; i++) {
            chunks.add(chunk(i).id(new UUID((long) i << 60 | 0x4000, 1)).build());
        }
        store().put(generation, chunks.stream().map(each -> derived(each, 1)).toList());
        UUID gone = chunks.get(1).id();
        store().delete(generation, Map.of(gone, 1L));

        assertThat(store().hashes(generation, gone, 2).keySet())
                .containsExactly(chunks.get(2).id(), chunks.get(3).id());
    }

    @Test
    void refusesWhatItCannotHold() {
        var generation = generation(2, Metric.COSINE);
        var zero = chunk("zero", 0).embedding(0, 0).build();
        var wide = chunk("wide", 0).embedding(1, 0, 0).build();

        assertRefused(
                Kind.IMPOSSIBLE,
                "zero_vector",
                () -> store().put(generation, List.of(derived(zero, 1))));
        assertRefused(
                Kind.IMPOSSIBLE,
                "dimension_mismatch",
                () -> store().add(generation, List.of(derived(wide, 1))));
        assertRefused(Kind.IMPOSSIBLE, "zero_vector", () -> nearest(generation, 0, 0));
    }

    @Test
    void refusesAQueryThatItCannotAnswerAsAsked() {
        var generation = generation(2, Metric.L2);
        var byTitle = Filter.parse(Map.of("title", Map.of("$gt", "a")));
        for (SearchOptions options :
                List.of(
                        SearchOptions.top(1).withBoost("fresh"),
                        SearchOptions.top(1).withFilter(byTitle))) {
            var query = new VectorQuery(Embedding.copyOf(1, 0), options);

            assertThat(store().refusal(generation.collection(), query)).isPresent();
            assertRefused(
                    Kind.IMPOSSIBLE, "query_unsupported", () -> store().nearest(generation, query));
        }
    }

    @Test
    void neitherFailsNorAsksForAFilterThatMatchesNothing() {
        var generation = unborn(2, Metric.L2);
        var nothing = SearchOptions.top(1).withFilter(new Filter.Or(List.of()));

        assertThat(store().nearest(generation, new VectorQuery(Embedding.copyOf(1, 0), nothing)))
                .isEmpty();
    }
}
