package dev.tributary.vector;

import static dev.tributary.vector.ChunkBuilder.chunk;
import static dev.tributary.vector.HybridContract.legs;
import static dev.tributary.vector.HybridContract.worded;
import static dev.tributary.vector.StoreFixture.HNSW;
import static dev.tributary.vector.StoreFixture.ids;
import static dev.tributary.vector.StoredChunks.path;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Words and their rarity. */
interface TextContract extends RecordCalls {
    @Test
    default void takesTermsAsAlternatives() {
        var collection = plane();
        var one = chunk(1).content("the heron waits").build();
        var other = chunk(2).content("a bridge of stone").build();
        fill(collection, one, other, chunk(3).content("nothing of it").build());

        var result = ask(collection, Ask.words("heron bridge absent"));

        assertThat(ids(result)).containsExactlyInAnyOrderElementsOf(ids(one, other));
    }

    @Test
    default void countsARarerWordForMore() {
        var collection = plane();
        List<Chunk> chunks = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            chunks.add(chunk(i).content("river with stones number " + i).build());
        }
        var rare = chunk(60).content("heron with stones number x").build();
        fill(collection, chunks);
        fill(collection, rare);

        var hits = ask(collection, Ask.words("river heron")).hits();

        assertThat(hits).hasSize(61);
        assertThat(hits.getFirst().id()).isEqualTo(rare.id());
    }

    @Test
    default void prefersTheChunkThatHasMoreOfTheWords() {
        var collection = plane();
        var both = chunk(1).content("a heron on the bridge").build();
        fill(
                collection,
                chunk(2).content("a heron on the shore").build(),
                both,
                chunk(3).content("a boat near the bridge").build());

        var hits = ask(collection, Ask.words("heron bridge")).hits();

        assertThat(hits.getFirst().id()).isEqualTo(both.id());
        assertThat(hits).hasSize(3);
    }

    @Test
    default void readsWordsWhateverTheirCase() {
        var collection = plane();
        var chunk = chunk(1).content("The HERON waits").build();
        fill(collection, chunk);

        assertThat(ids(ask(collection, Ask.words("heron")))).containsExactly(chunk.id());
        assertThat(ids(ask(collection, Ask.words("Heron")))).containsExactly(chunk.id());
    }

    @Test
    default void findsTheNewWordsOfAChunkAndForgetsTheOld() {
        var collection = plane();
        fill(collection, chunk(1).content("heron").build());

        put(collection, chunk(1).content("bridge").build());

        assertThat(ask(collection, Ask.words("heron")).hits()).isEmpty();
        assertThat(ask(collection, Ask.words("bridge")).hits()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    english | the of and
                    english | ...
                    english | " "
                    simple  | -----
                    """)
    default void answersByVectorAloneIfThereIsNoWordToSearchFor(String language, String text) {
        var collection = collection(2, Metric.L2, language, HNSW);
        var chunk = chunk(1).content("the end of it; and so on ... -----").build();
        fill(collection, chunk);

        var both = ask(collection, Ask.of(text));
        var textAlone = ask(collection, Ask.words(text));

        assertThat(ids(both)).containsExactly(chunk.id());
        assertThat(legs(both.hits().getFirst()).text()).isNull();
        assertThat(both.warnings()).hasSize(1);
        assertThat(textAlone.hits()).isEmpty();
        assertThat(textAlone.warnings()).hasSize(1);
    }

    @Test
    default void answersByVectorAloneIfNoChunkHasTheWords() {
        var collection = plane();
        var chunk = chunk(1).content("bridge").build();
        fill(collection, chunk, chunk(2).build());

        var result = ask(collection, Ask.of("heron"));

        assertThat(result.hits()).hasSize(2);
        assertThat(result.hits()).allSatisfy(hit -> assertThat(legs(hit).text()).isNull());
        assertThat(result.complete()).isTrue();
        assertThat(result.warnings()).singleElement().asString().contains("no chunk");
    }

    @Test
    default void keepsTheSmallWordsOfALanguageThatItDoesNotKnow() {
        var collection = collection(2, Metric.L2, "simple", HNSW);
        var chunk = chunk(1).content("the heron").build();
        fill(collection, chunk, chunk(2).content("a bridge").build());

        var result = ask(collection, Ask.words("the"));

        assertThat(ids(result)).containsExactly(chunk.id());
        assertThat(result.warnings()).isEmpty();
    }

    @Test
    default void knowsHowRareAWordIsInTheCollectionAndNotInTheFilter() {
        var collection = plane();
        List<Chunk> chunks = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            chunks.add(chunk(i).content("river with stones number " + i).build());
        }
        for (int i = 60; i < 65; i++) {
            chunks.add(kept(i).content("heron with stones number " + i).build());
        }
        var common = kept(65).content("river with stones number 65").build();
        fill(collection, chunks);
        fill(collection, common);

        var ask = Ask.words("river heron").where(Filter.equal(path("kept"), "yes"));
        var hits = ask(collection, ask).hits();

        assertThat(hits).hasSize(6);
        assertThat(hits.getLast().id()).isEqualTo(common.id());
    }

    private static ChunkBuilder kept(int i) {
        return chunk(i).metadata(Map.of("kept", "yes"));
    }

    @Test
    default void lowersTheRarityOfAWordThatMoreChunksHave() {
        var collection = worded(new TextSpec("english", 1.2, 0, 0, true));
        var heron = chunk(0).content("heron beside stones").build();
        var river = chunk(1).content("river beside stones").build();
        fill(collection, heron, river);
        List<Chunk> more = new ArrayList<>();
        for (int i = 2; i < 40; i++) {
            more.add(chunk(i).content("heron number " + i).build());
        }

        fill(collection, more);

        var hits = ask(collection, Ask.words("river heron")).hits();
        assertThat(hits.getFirst().id()).isEqualTo(river.id());
        assertThat(hits).hasSize(40);
    }

    @ParameterizedTest
    @CsvSource({"0, both", "0.5, both", "10, often"})
    default void lowersWhatARepetitionCountsByK1(double k1, String best) {
        var collection = worded(new TextSpec("english", k1, 0, 0, true));
        var often = chunk("often", 0).content("heron heron heron heron heron heron").build();
        var both = chunk("both", 0).content("heron bridge").build();
        fill(collection, often, both, chunk("other", 0).content("bridge of stone").build());

        var hits = ask(collection, Ask.words("heron bridge")).hits();

        assertThat(hits).hasSize(3);
        assertThat(hits.getFirst().key().sourceId()).isEqualTo(best);
    }

    @Test
    default void countsNoRepetitionAtAllIfK1Is0() {
        var collection = worded(new TextSpec("english", 0, 0.75, 0, true));
        var often = chunk(1).content("heron heron heron").build();
        var once = chunk(2).content("heron by the water, and many words more").build();
        fill(collection, often, once);

        var hits = ask(collection, Ask.words("heron")).hits();

        assertThat(hits).hasSize(2);
        assertThat(textScore(hits.getFirst())).isCloseTo(textScore(hits.getLast()), within(1e-9));
    }

    @Test
    default void countsTheLengthAgainstAChunkAsMuchAsBSays() {
        var shorter = chunk(1).content("heron").build();
        var longer = chunk(2).content("heron " + "stone water grass cloud ".repeat(20)).build();
        var indifferent = worded(new TextSpec("english", 1.2, 0, 0, true));
        var strict = worded(new TextSpec("english", 1.2, 1, 0, true));
        fill(indifferent, longer, shorter);
        fill(strict, longer, shorter);

        var tied = ask(indifferent, Ask.words("heron")).hits();
        var ranked = ask(strict, Ask.words("heron")).hits();

        assertThat(textScore(tied.getFirst())).isCloseTo(textScore(tied.getLast()), within(1e-9));
        assertThat(ranked).extracting(Hit::id).containsExactlyElementsOf(ids(shorter, longer));
        assertThat(textScore(ranked.getFirst())).isGreaterThan(1.5 * textScore(ranked.getLast()));
    }

    @ParameterizedTest
    @CsvSource({"0, content", "1, content", "10, title"})
    default void countsAWordOfTheTitleAsOftenAsTheWeightSays(int weight, String best) {
        var collection = worded(new TextSpec("english", 1.2, 0, weight, true));
        fill(
                collection,
                titled("title", "heron").content("a bird beside water").build(),
                chunk("content", 0).content("heron after heron after heron").build());

        var hits = ask(collection, Ask.words("heron")).hits();

        assertThat(hits).hasSize(weight == 0 ? 1 : 2);
        assertThat(hits.getFirst().key().sourceId()).isEqualTo(best);
    }

    @Test
    default void findsTheWordsOfTheTitle() {
        var collection = plane();
        fill(
                collection,
                titled("titled", "The heron").content("a bird beside water").build(),
                titled("without content", "A heron!").build(),
                chunk("number", 0).content("bird").metadata("title", 7).build(),
                chunk("list", 0).content("bird").metadata("title", List.of("heron")).build(),
                chunk("other", 0).content("bird").metadata("name", "heron").build());

        var hits = ask(collection, Ask.words("heron")).hits();

        assertThat(hits)
                .extracting(hit -> hit.key().sourceId())
                .containsExactlyInAnyOrder("titled", "without content");
        assertThat(ask(collection, Ask.words("7")).hits()).isEmpty();
    }

    @Test
    default void findsTheNewTitleOfAChunkAndForgetsTheOld() {
        var collection = plane();
        fill(collection, titled("source", "heron").content("bird").build());

        put(collection, titled("source", "bridge").content("bird").build());

        assertThat(ask(collection, Ask.words("heron")).hits()).isEmpty();
        assertThat(ask(collection, Ask.words("bridge")).hits()).hasSize(1);
        assertThat(ask(collection, Ask.words("bird")).hits()).hasSize(1);
    }

    private static ChunkBuilder titled(String source, String title) {
        return chunk(source, 0).metadata("title", title);
    }

    private static double textScore(Hit hit) {
        return Objects.requireNonNull(legs(hit).text()).score();
    }
}
