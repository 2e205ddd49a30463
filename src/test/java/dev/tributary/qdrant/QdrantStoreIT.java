package dev.tributary.qdrant;

import static dev.tributary.vector.ChunkBuilder.chunk;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.failure.ServiceException;
import dev.tributary.failure.ServiceException.Kind;
import dev.tributary.vector.Chunk;
import dev.tributary.vector.ChunkIds;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.DerivedChunk;
import dev.tributary.vector.DerivedSettings;
import dev.tributary.vector.DerivedSettings.Quantization;
import dev.tributary.vector.Embedding;
import dev.tributary.vector.Filter;
import dev.tributary.vector.Generation;
import dev.tributary.vector.Metric;
import dev.tributary.vector.SearchOptions;
import dev.tributary.vector.VectorQuery;
import dev.tributary.vector.VectorStore;
import io.qdrant.client.PointIdFactory;
import io.qdrant.client.VectorsFactory;
import io.qdrant.client.grpc.Collections.CollectionConfig;
import io.qdrant.client.grpc.Collections.Datatype;
import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.Points.PointStruct;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

    @ParameterizedTest
    @CsvSource({"INT8, 16", "BINARY, 1024"})
    void findsTheNearestAmongQuantizedVectors(Quantization quantization, int dimension)
            throws Exception {
        var generation = generation(dimension, Metric.L2, quantization);
        var random = new Random(5);
        List<Chunk> chunks = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            chunks.add(chunk(i).embedding(gaussian(random, dimension)).build());
        }
        store().put(generation, chunks.stream().map(each -> derived(each, 1)).toList());

        for (Chunk wanted : chunks.subList(0, 20)) {
            var query = new VectorQuery(wanted.embedding(), SearchOptions.top(1));
            assertThat(store().nearest(generation, query)).containsExactly(wanted.id());
            assertThat(nearest(generation, wanted.embedding().toArray()).getFirst())
                    .isEqualTo(wanted.id());
        }
        CollectionConfig config =
                client().getCollectionInfoAsync(name(generation)).get().getConfig();
        assertThat(config.getQuantizationConfig().getQuantizationCase().name())
                .isEqualTo(quantization == Quantization.INT8 ? "SCALAR" : "BINARY");
        assertThat(config.getParams().getVectorsConfig().getParams().getOnDisk()).isTrue();
    }

    private static float[] gaussian(Random random, int dimension) {
        float[] components = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            components[i] = (float) random.nextGaussian();
        }
        return components;
    }

    private static String name(Generation generation) {
        return new CollectionNames("t").of(generation);
    }

    @Test
    void refusesQuantizationThatLosesTooMuch() {
        var generation = unborn(1_023, Metric.L2, Quantization.BINARY);

        assertRefused(
                Kind.IMPOSSIBLE, "quantization_unsupported", () -> store().create(generation));
    }

    @Test
    void refusesMoreDimensionsThanQdrantHas() {
        var generation = unborn(65_536, Metric.L2);

        assertRefused(Kind.IMPOSSIBLE, "dimension_out_of_range", () -> store().create(generation));
    }

    @Test
    void refusesAnotherCollectionOfItsName() {
        var generation = generation(16, Metric.L2);
        var collection = generation.collection();
        for (Generation other :
                List.of(
                        new Generation(
                                collection,
                                generation.number(),
                                new DerivedSettings(Quantization.INT8)),
                        changed(generation, 17, Metric.L2),
                        changed(generation, 16, Metric.COSINE))) {
            assertRefused(Kind.CONFLICT, "qdrant_collection_taken", () -> store().create(other));
        }
        store().create(generation);
    }

    private static Generation changed(Generation generation, int dimension, Metric metric) {
        var collection = generation.collection();
        return new Generation(
                new CollectionRef(
                        collection.id(),
                        collection.namespace(),
                        dimension,
                        metric,
                        collection.text(),
                        collection.index()),
                generation.number(),
                generation.settings());
    }

    @Test
    void sharesAQdrantWithAnotherInstallation() {
        var generation = generation(2, Metric.L2);
        var other = store(properties(Map.of("prefix", "other-")));
        store().put(generation, List.of(derived(chunk(1).build(), 1)));

        other.create(generation);
        try {
            assertThat(other.count(generation)).isZero();
            other.use(generation);
        } finally {
            other.drop(generation.collection().id(), generation.number());
        }

        assertThat(store().count(generation)).isEqualTo(1);
    }

    @Test
    void statesWhatAnswersDependOn() throws Exception {
        var generation = generation(2, Metric.L2);

        CollectionConfig config =
                client().getCollectionInfoAsync(name(generation)).get().getConfig();

        assertThat(config.getHnswConfig().getM()).isEqualTo(16);
        assertThat(config.getHnswConfig().getPayloadM()).isEqualTo(16);
        assertThat(config.getHnswConfig().getEfConstruct()).isEqualTo(200);
        assertThat(config.getOptimizerConfig().getIndexingThreshold()).isEqualTo(10_000);
        assertThat(config.getParams().getOnDiskPayload()).isTrue();
        assertThat(config.getParams().getVectorsConfig().getParams().getDatatype())
                .isEqualTo(Datatype.Float32);
        assertThat(config.getStrictModeConfig().getEnabled()).isTrue();
        assertThat(config.getStrictModeConfig().getUnindexedFilteringRetrieve()).isFalse();
    }

    /** Each has a version of its own, so conditions are as many as they can be. */
    @Test
    void writesAsManyVersionsAsABatchHas() {
        var generation = generation(2, Metric.L2);
        List<DerivedChunk> derived = new ArrayList<>();
        Map<UUID, Long> versions = new HashMap<>();
        for (int i = 0; i < VectorStore.BATCH_MAX; i++) {
            var chunk = chunk(i).build();
            derived.add(derived(chunk, i + 1));
            versions.put(chunk.id(), i + 1L);
        }

        store().put(generation, derived);
        store().put(generation, derived);
        assertThat(store().count(generation)).isEqualTo(VectorStore.BATCH_MAX);

        store().delete(generation, versions);
        assertThat(store().count(generation)).isZero();
    }

    @Test
    void filtersByAsManyValuesAsAFilterHas() {
        var generation = generation(2, Metric.L2);
        var chunk = chunk(1).metadata(Map.of("n", 7)).build();
        store().put(generation, List.of(derived(chunk, 1)));
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < Filter.VALUES_MAX; i++) {
            values.add(i);
        }

        assertThat(matches(generation, Filter.parse(Map.of("n", Map.of("$in", values))))).isTrue();
        assertThat(matches(generation, Filter.parse(Map.of("n", Map.of("$nin", values)))))
                .isFalse();
    }

    @Test
    void returnsHashesAndDirectionsOfThoseThatExist() {
        var generation = generation(2, Metric.COSINE);
        var here = chunk("here", 0).embedding(3, 4).build();
        var gone = chunk("gone", 0).build().id();
        store().put(generation, List.of(derived(here, 1)));

        assertThat(store().hashes(generation, List.of(here.id(), gone)))
                .isEqualTo(Map.of(here.id(), "hash of " + here.id()));
        Map<UUID, Embedding> embeddings = store().embeddings(generation, List.of(gone, here.id()));
        assertThat(embeddings).containsOnlyKeys(here.id());
        float[] direction = requireNonNull(embeddings.get(here.id())).toArray();
        assertThat(direction[1] / direction[0]).isCloseTo(4f / 3, within(1e-5f));
        assertThat(store().hashes(generation, List.of())).isEmpty();
        assertThat(store().embeddings(generation, List.of())).isEmpty();
    }

    /** Others can write into a collection whose key they have. */
    @Test
    void ignoresForeignPointsWithNumbersForIds() throws Exception {
        var generation = generation(2, Metric.L2);
        List<PointStruct> foreign = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            foreign.add(foreign(PointIdFactory.id(i)));
        }
        client().upsertAsync(name(generation), foreign).get();
        var ours = chunk("ours", 0).embedding(5, 5).build();
        store().put(generation, List.of(derived(ours, 1)));

        assertThat(nearest(generation, 0, 0)).containsExactly(ours.id());
        assertThat(store().hashes(generation, null, 2)).containsOnlyKeys(ours.id());
    }

    @Test
    void replacesAndDeletesAForeignPoint() throws Exception {
        var generation = generation(2, Metric.L2);
        var ours = chunk("ours", 0).build();
        var extra = chunk("extra", 0).build().id();
        client().upsertAsync(
                        name(generation),
                        List.of(
                                foreign(PointIdFactory.id(ours.id())),
                                foreign(PointIdFactory.id(extra))))
                .get();
        assertThat(store().hashes(generation, null, 10))
                .isEqualTo(Map.of(ours.id(), "", extra, ""));

        store().put(generation, List.of(derived(ours, 1)));
        store().delete(generation, Map.of(extra, 1L));

        assertThat(store().hashes(generation, null, 10))
                .isEqualTo(Map.of(ours.id(), "hash of " + ours.id()));
    }

    private static PointStruct foreign(PointId id) {
        return PointStruct.newBuilder().setId(id).setVectors(VectorsFactory.vectors(0, 0)).build();
    }

    @Test
    void keepsASnapshot() throws Exception {
        var generation = generation(2, Metric.L2);

        store().snapshot(generation);

        assertThat(client().listSnapshotAsync(name(generation)).get())
                .singleElement()
                .satisfies(snapshot -> assertThat(snapshot.getName()).startsWith(name(generation)));
        assertRefused(
                Kind.MISSING,
                "qdrant_collection_not_found",
                () -> store().snapshot(next(generation)));
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
