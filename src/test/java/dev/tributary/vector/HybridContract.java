package dev.tributary.vector;

import static dev.tributary.vector.ChunkBuilder.chunk;
import static dev.tributary.vector.StoreFixture.assertRefused;
import static dev.tributary.vector.StoreFixture.gaussian;
import static dev.tributary.vector.StoreFixture.ids;
import static dev.tributary.vector.StoreFixture.random;
import static dev.tributary.vector.StoredChunks.assertParts;
import static dev.tributary.vector.StoredChunks.findable;
import static dev.tributary.vector.StoredChunks.path;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.failure.ServiceException.Kind;
import dev.tributary.vector.Hit.Legs;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Meaning and words in one search. Scores of the text leg are the store's own business. */
interface HybridContract extends RecordCalls {
    Fusion VECTOR_ONLY = new Fusion(60, 1, 0, 100);
    Fusion TEXT_ONLY = new Fusion(60, 0, 1, 100);
    List<String> WORDS =
            List.of("river", "stream", "delta", "lake", "spring", "flood", "bridge", "boat");

    static Stream<Arguments> fusions() {
        return Stream.of(
                Arguments.of(1_000, Fusion.DEFAULT),
                Arguments.of(10, Fusion.DEFAULT),
                Arguments.of(1_000, new Fusion(1, 1, 1, 100)),
                Arguments.of(1_000, new Fusion(1_000, 1, 1, 100)),
                Arguments.of(1_000, new Fusion(60, 3, 0.5, 100)),
                Arguments.of(1_000, new Fusion(60, 0.1, 2, 100)),
                Arguments.of(5, new Fusion(60, 1, 1, 5)),
                Arguments.of(3, new Fusion(1, 2, 1, 8)));
    }

    /**
     * The order of the text leg may follow statistics that change, so it is not asked for twice.
     */
    @ParameterizedTest
    @MethodSource("dev.tributary.vector.HybridContract#fusions")
    default void fusesTheRanksOfItsTwoLegs(int topK, Fusion fusion) {
        var random = random();
        var collection = plane();
        fill(collection, worded(random, 30));
        int candidates = Math.max(topK, fusion.candidates());
        var ask = Ask.of("river delta boat").near(gaussian(random, 2)).top(candidates);
        var vector = ids(ask(collection, ask.fused(VECTOR_ONLY)));
        var text = ids(ask(collection, ask.fused(TEXT_ONLY)));

        var hits = ask(collection, ask.top(topK).fused(fusion)).hits();

        assertThat(hits)
                .hasSize(Math.min(topK, 30))
                .isSortedAccordingTo(
                        Comparator.comparingDouble(Hit::score)
                                .reversed()
                                .thenComparing(Hit::id, ChunkIds.ORDER));
        for (Hit hit : hits) {
            var near = legs(hit).vector();
            assertThat(near == null ? 0 : near.rank()).isEqualTo(vector.indexOf(hit.id()) + 1);
            if (candidates >= 30) {
                assertThat(legs(hit).text() != null).isEqualTo(text.contains(hit.id()));
            }
            assertThat(hit.score()).isCloseTo(fused(fusion, legs(hit)), within(1e-12));
        }
        double last = hits.getLast().score();
        var found = hits.stream().map(Hit::id).toList();
        for (int i = 0; i < vector.size(); i++) {
            if (fusion.vectorWeight() / (fusion.k() + i + 1) > last + 1e-12) {
                assertThat(found).contains(vector.get(i));
            }
        }
    }

    private static double fused(Fusion fusion, Legs legs) {
        var near = legs.vector();
        var worded = legs.text();
        return (near == null ? 0 : fusion.vectorWeight() / (fusion.k() + near.rank()))
                + (worded == null ? 0 : fusion.textWeight() / (fusion.k() + worded.rank()));
    }

    @Test
    default void ranksEachLegFromOne() {
        var random = random();
        var collection = plane();
        fill(collection, worded(random, 30));

        var hits = ask(collection, Ask.of("river delta boat")).hits();

        List<Legs> legs = hits.stream().map(HybridContract::legs).toList();
        var vector = legs.stream().map(Legs::vector).filter(rank -> rank != null).toList();
        var text = legs.stream().map(Legs::text).filter(rank -> rank != null).toList();
        assertThat(vector).extracting(Hit.VectorRank::rank).doesNotHaveDuplicates().contains(1, 30);
        assertThat(text)
                .extracting(Hit.TextRank::rank)
                .doesNotHaveDuplicates()
                .contains(1, text.size());
        assertThat(vector.stream().sorted(Comparator.comparingInt(Hit.VectorRank::rank)))
                .isSortedAccordingTo(Comparator.comparingDouble(Hit.VectorRank::distance));
        assertThat(text.stream().sorted(Comparator.comparingInt(Hit.TextRank::rank)))
                .isSortedAccordingTo(Comparator.comparingDouble(Hit.TextRank::score).reversed());
    }

    @Test
    default void findsWhatOnlyOneOfItsLegsHas() {
        var collection = plane();
        var byWord = chunk(1).content("a heron").embedding(-1, 0).build();
        var byVector = chunk(2).content("a bird").embedding(1, 0).build();
        fill(collection, byWord, byVector);

        var ask = Ask.of("heron").near(1, 0).above(0.5).fused(new Fusion(60, 1, 2, 100));
        var hits = ask(collection, ask).hits();

        assertThat(hits).extracting(Hit::id).containsExactlyElementsOf(ids(byWord, byVector));
        assertThat(legs(hits.getFirst()).vector()).isNull();
        assertThat(legs(hits.getFirst()).text()).isNotNull();
        assertThat(hits.getFirst().distance()).isNull();
        assertThat(legs(hits.getLast()).text()).isNull();
        assertThat(legs(hits.getLast()).vector()).isEqualTo(new Hit.VectorRank(1, 0));
        assertThat(hits.getLast().distance()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    default void givesTheDistanceOfItsMetric(Metric metric) {
        var collection = collection(2, metric);
        var chunk = chunk(1).content("heron").embedding(3, 4).build();
        fill(collection, chunk);
        double distance = Distances.between(metric, chunk.embedding(), Embedding.copyOf(2, 1));

        var hit = ask(collection, Ask.of("heron").near(2, 1)).hits().getFirst();

        assertThat(hit.distance()).isCloseTo(distance, within(1e-5));
        var rank = Objects.requireNonNull(legs(hit).vector());
        assertThat(rank.distance()).isCloseTo(distance, within(1e-5));
        assertThat(hit.score()).isCloseTo(2.0 / 61, within(1e-12));
    }

    @Test
    default void asksNoVectorWhereTheVectorLegHasNoWeight() {
        var collection = collection(2, Metric.COSINE);
        var chunk = chunk(1).content("heron").build();
        fill(collection, chunk, chunk(2).content("bird").build());

        var without = ask(collection, Ask.of("heron").withoutVector().fused(TEXT_ONLY));
        var with = ask(collection, Ask.of("heron").near(1, 0).fused(TEXT_ONLY));

        assertThat(ids(without)).containsExactly(chunk.id());
        assertThat(without.hits().getFirst().distance()).isNull();
        assertThat(legs(without.hits().getFirst()).vector()).isNull();
        assertThat(without.complete()).isTrue();
        assertThat(ids(with)).containsExactly(chunk.id());
        assertThat(legs(with.hits().getFirst()).vector()).isNull();
    }

    @Test
    default void asksNoWordsWhereTheTextLegHasNoWeight() {
        var collection = plane();
        var near = chunk(1).content("bird").build();
        var far = chunk(2).content("heron").embedding(-1, 0).build();
        fill(collection, near, far);

        var result = ask(collection, Ask.of("heron").fused(VECTOR_ONLY));

        assertThat(ids(result)).containsExactlyElementsOf(ids(near, far));
        assertThat(result.hits()).allSatisfy(hit -> assertThat(legs(hit).text()).isNull());
        assertThat(result.warnings()).isEmpty();
    }

    @Test
    default void refusesAVectorLegWithoutAVector() {
        var collection = plane();

        assertRefused(Kind.INVALID, () -> ask(collection, Ask.of("heron").withoutVector()));
    }

    @Test
    default void refusesAVectorThatDoesNotFit() {
        var collection = collection(2, Metric.COSINE);
        fill(collection, chunk(1).content("heron").build());

        assertRefused(Kind.IMPOSSIBLE, () -> ask(collection, Ask.of("heron").near(1)));
        assertRefused(Kind.IMPOSSIBLE, () -> ask(collection, Ask.of("heron").near(1, 2, 3)));
        assertRefused(Kind.IMPOSSIBLE, () -> ask(collection, Ask.of("heron").near(0, 0)));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1_001})
    default void refusesAHybridTopKOutOfRange(int topK) {
        var collection = plane();

        assertRefused(Kind.INVALID, () -> ask(collection, Ask.of("heron").top(topK)));
    }

    @Test
    default void takesNoMoreThanItsCandidatesFromEachLeg() {
        var random = random();
        var collection = plane();
        fill(collection, worded(random, 30));

        var ask = Ask.of("river lake boat").top(5).fused(new Fusion(1_000, 1, 1, 5));
        var hits = ask(collection, ask).hits();

        assertThat(hits).hasSize(5);
        assertThat(hits.stream().map(hit -> legs(hit).vector()).filter(Objects::nonNull))
                .allSatisfy(rank -> assertThat(rank.rank()).isBetween(1, 5));
        assertThat(hits.stream().map(hit -> legs(hit).text()).filter(Objects::nonNull))
                .allSatisfy(rank -> assertThat(rank.rank()).isBetween(1, 5));
    }

    @Test
    default void raisesItsCandidatesToTopK() {
        var random = random();
        var collection = plane();
        fill(collection, worded(random, 30));

        var few = ask(collection, Ask.of("river").top(20).fused(new Fusion(60, 1, 0, 3)));
        var all = ask(collection, Ask.of("river").top(1_000).fused(new Fusion(60, 1, 0, 3)));

        assertThat(few.hits()).hasSize(20);
        assertThat(all.hits()).hasSize(30);
        assertThat(all.complete()).isTrue();
    }

    @Test
    default void returnsTheBestTopK() {
        var random = random();
        var collection = plane();
        fill(collection, worded(random, 30));
        var all = ids(ask(collection, Ask.of("river lake")));

        var some = ask(collection, Ask.of("river lake").top(7));

        assertThat(ids(some)).isEqualTo(all.subList(0, 7));
        assertThat(all).hasSize(30);
    }

    @Test
    default void breaksTiesOfTheFusedScoreById() {
        var collection = plane();
        var low = new UUID(0x7000_0000_0000_4000L, 1);
        var high = new UUID(0x8000_0000_0000_4000L, 1);
        for (var ids : List.of(List.of(low, high), List.of(high, low))) {
            store().delete(collection.allRows(), new Filter.And(List.of()));
            fill(
                    collection,
                    chunk(1).id(ids.getFirst()).content("heron").embedding(-1, 0).build(),
                    chunk(2).id(ids.getLast()).content("bird").embedding(1, 0).build());

            var result = ask(collection, Ask.of("heron").above(0.5));

            assertThat(ids(result)).containsExactly(low, high);
        }
    }

    @Test
    default void breaksTiesWithinALegById() {
        var collection = plane();
        List<Chunk> chunks = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            var id = new UUID(((long) i << 60) | 0x4000L, 1);
            chunks.add(chunk(i).id(id).content("heron").build());
        }
        fill(collection, chunks.reversed());
        var inOrder = chunks.stream().map(Chunk::id).toList();

        assertThat(ids(ask(collection, Ask.of("heron").fused(TEXT_ONLY)))).isEqualTo(inOrder);
        assertThat(ids(ask(collection, Ask.of("heron").fused(VECTOR_ONLY)))).isEqualTo(inOrder);
        assertThat(ids(ask(collection, Ask.of("heron")))).isEqualTo(inOrder);
    }

    @Test
    default void holdsTheThresholdAgainstTheVectorLegOnly() {
        var collection = collection(2, Metric.COSINE);
        var near = chunk(1).content("bird").embedding(1, 0).build();
        var far = chunk(2).content("bird").embedding(-1, 0).build();
        var farButWorded = chunk(3).content("heron").embedding(-1, 0.1f).build();
        fill(collection, near, far, farButWorded);

        var result = ask(collection, Ask.of("heron").above(0.5));

        assertThat(ids(result)).containsExactlyInAnyOrderElementsOf(ids(near, farButWorded));
        Hit worded =
                result.hits().stream()
                        .filter(h -> h.id().equals(farButWorded.id()))
                        .findAny()
                        .get();
        assertThat(legs(worded).vector()).isNull();
        assertThat(worded.distance()).isNull();
        assertThat(result.complete()).isTrue();
    }

    @Test
    default void holdsTheFilterOnBothLegs() {
        var collection = plane();
        List<Chunk> chunks = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            chunks.add(
                    chunk(i).content("heron")
                            .embedding(i, 0)
                            .metadata(Map.of("lang", i >= 197 ? "fr" : "en"))
                            .build());
        }
        fill(collection, chunks);
        var ask = Ask.of("heron").near(0, 0).where(Filter.equal(path("lang"), "fr"));

        for (Fusion fusion : List.of(Fusion.DEFAULT, VECTOR_ONLY, TEXT_ONLY)) {
            var result = ask(collection, ask.top(10).fused(fusion));
            assertThat(result.hits())
                    .extracting(hit -> hit.key().chunkIndex())
                    .containsExactlyInAnyOrder(197, 198, 199);
            assertThat(result.complete()).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.tributary.vector.ReadContract#includes")
    default void returnsThePartsOfAHybridHitThatWereAskedFor(Set<Include> include) {
        var collection = plane();
        var chunk = chunk(1).content("heron").metadata(Map.of("n", 1)).build();
        fill(collection, chunk);

        var hit = ask(collection, Ask.of("heron").include(include)).hits().getFirst();

        assertThat(hit.key()).isEqualTo(chunk.key());
        assertParts(include, chunk, hit.content(), hit.metadata(), hit.embedding());
    }

    @Test
    default void findsNothingByBothInAnEmptyCollection() {
        var result = ask(plane(), Ask.of("heron"));

        assertThat(result.hits()).isEmpty();
        assertThat(result.complete()).isTrue();
    }

    static Legs legs(Hit hit) {
        return Objects.requireNonNull(hit.legs());
    }

    /** Rows of random embeddings and a few random words each. */
    static List<Chunk> worded(Random random, int count) {
        List<Chunk> chunks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            var content = new StringBuilder();
            for (int word = random.nextInt(6); word >= 0; word--) {
                content.append(WORDS.get(random.nextInt(WORDS.size()))).append(' ');
            }
            chunks.add(chunk(i).content(content.toString()).embedding(gaussian(random, 2)).build());
        }
        return chunks;
    }

    @Test
    default void aHybridHitKnowsItsParentWhateverIsIncluded() {
        var collection = plane();
        fill(
                collection,
                findable("part", 2).content("heron").embedding(1, 0).parent(1, null).build(),
                findable("whole", 0).content("heron egret stork").embedding(0, 1).build());
        var options = SearchOptions.top(2).withInclude(Set.of());

        var near =
                store().search(
                                collection.allRows(),
                                new VectorQuery(Embedding.copyOf(1, 0), options));
        var worded = store().hybrid(collection.allRows(), Ask.of("heron").with(options).toQuery());

        assertThat(near.hits()).extracting(Hit::parentIndex).containsExactly(1, null);
        assertThat(worded.hits()).extracting(Hit::parentIndex).containsExactly(1, null);
    }
}
