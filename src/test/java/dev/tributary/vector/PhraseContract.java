package dev.tributary.vector;

import static dev.tributary.vector.ChunkBuilder.chunk;
import static dev.tributary.vector.HybridContract.TEXT_ONLY;
import static dev.tributary.vector.HybridContract.VECTOR_ONLY;
import static dev.tributary.vector.HybridContract.legs;
import static dev.tributary.vector.StoredChunks.path;
import static dev.tributary.vector.StoredChunks.sources;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Quoted and excluded words. */
interface PhraseContract extends RecordCalls {
    /** A collection of one chunk a text; the text is also its source. */
    private CollectionRef of(String... texts) {
        var collection = plane();
        List<Chunk> chunks = new ArrayList<>();
        for (String text : texts) {
            chunks.add(chunk(text, 0).content(text).build());
        }
        fill(collection, chunks);
        return collection;
    }

    private List<String> words(CollectionRef collection, String text) {
        return sources(ask(collection, Ask.words(text)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"heron bridge\"",
                "“heron bridge”",
                "\"Heron, BRIDGE!\"",
                "\"heron\nbridge\"",
                "stone \"heron bridge\"",
                "\"heron bridge\" \"heron\" boat",
                "\"heron bridge\"boat",
            })
    default void findsAPhraseWordByWord(String text) {
        var collection =
                of(
                        "an old heron bridge",
                        "a bridge for the heron",
                        "heron stone bridge",
                        "a HERON: bridge",
                        "heron",
                        "a boat");

        assertThat(words(collection, text))
                .containsExactlyInAnyOrder("an old heron bridge", "a HERON: bridge");
    }

    @Test
    default void findsAPhraseOverTheSmallWordsWithinIt() {
        var collection =
                of("a heron on the bridge", "heron bridge", "heron bridge on the", "bridge");

        assertThat(words(collection, "\"heron on the bridge\""))
                .containsExactly("a heron on the bridge");
    }

    @Test
    default void findsAPhraseThatHasAWordTwice() {
        var collection = of("heron bridge", "heron heron bridge", "bridge heron heron");

        assertThat(words(collection, "\"heron heron bridge\""))
                .containsExactly("heron heron bridge");
    }

    @Test
    default void asksForAQuotedWord() {
        var collection = of("heron", "bridge", "bridge with heron");

        assertThat(words(collection, "\"heron\" bridge"))
                .containsExactly("bridge with heron", "heron");
    }

    @Test
    default void asksForEveryPhrase() {
        var collection = of("old heron", "stone bridge", "old heron beside stone bridge");

        assertThat(words(collection, "\"old heron\" \"stone bridge\""))
                .containsExactly("old heron beside stone bridge");
    }

    @Test
    default void findsNothingByWordsIfNoChunkHasAllPhrases() {
        var collection = of("old heron", "stone bridge");

        var result = ask(collection, Ask.words("\"old heron\" \"stone bridge\""));

        assertThat(result.hits()).isEmpty();
        assertThat(result.warnings()).isNotEmpty();
        assertThat(result.complete()).isTrue();
    }

    @Test
    default void scoresTheWordsOfAPhraseAndTheOthersToo() {
        var collection = of("old heron and nothing else", "old heron in a boat", "boat", "old");

        assertThat(words(collection, "boat \"old heron\""))
                .containsExactly("old heron in a boat", "old heron and nothing else");
    }

    @Test
    default void asksForNoPhraseThatNoChunkHas() {
        var collection = of("heron", "bridge", "river");

        var result = ask(collection, Ask.words("\"heron bridge\" river"));

        assertThat(sources(result)).containsExactlyInAnyOrder("heron", "bridge", "river");
        assertThat(result.warnings()).singleElement().asString().contains("\"heron bridge\"");
    }

    @Test
    default void asksForThePhrasesThatThereAreBesideOneThatThereIsNot() {
        var collection = of("old heron", "bridge", "river");

        assertThat(words(collection, "\"heron bridge\" \"old heron\" river"))
                .containsExactly("old heron");
    }

    @Test
    default void findsNothingByWordsIfNoChunkHasThePhrase() {
        var collection = of("heron", "bridge");

        var text = ask(collection, Ask.words("\"heron bridge\""));
        var both = ask(collection, Ask.of("\"heron bridge\""));

        assertThat(text.hits()).isEmpty();
        assertThat(text.complete()).isTrue();
        assertThat(text.warnings()).anySatisfy(w -> assertThat(w).contains("\"heron bridge\""));
        assertThat(both.hits()).hasSize(2);
        assertThat(both.hits()).allSatisfy(hit -> assertThat(legs(hit).text()).isNull());
        assertThat(both.warnings()).anySatisfy(w -> assertThat(w).contains("\"heron bridge\""));
    }

    @Test
    default void looksForAPhraseWhereTheFilterHolds() {
        var collection = plane();
        fill(
                collection,
                chunk("elsewhere", 0).content("heron bridge").build(),
                chunk("heron", 0).content("heron").metadata(Map.of("in", true)).build(),
                chunk("river", 0).content("river").metadata(Map.of("in", true)).build());

        var ask = Ask.words("\"heron bridge\" river").where(new Filter.Exists(path("in")));
        var result = ask(collection, ask);

        assertThat(sources(result)).containsExactlyInAnyOrder("heron", "river");
        assertThat(result.warnings()).singleElement().asString().contains("\"heron bridge\"");
    }

    @Test
    default void asksNoPhraseOfTheVectorLeg() {
        var collection = of("heron bridge", "heron", "river");

        var result = ask(collection, Ask.of("\"heron bridge\""));

        assertThat(sources(result))
                .hasSize(3)
                .startsWith("heron bridge")
                .containsExactlyInAnyOrder("heron bridge", "heron", "river");
        assertThat(result.warnings()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\"\" heron", "\"...\" heron", "\"of the\" heron", "\" \" heron", "\"heron"})
    default void asksForNothingByAPhraseWithoutWords(String text) {
        var collection = of("heron", "bridge of the lake");

        var result = ask(collection, Ask.words(text));

        assertThat(sources(result)).containsExactly("heron");
        assertThat(result.warnings()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "heron -boat",
                "-boat heron",
                "heron\n-boat",
                "heron -BOAT",
                "heron -boat.",
                "heron -\"boat\"",
                "heron -“boat”",
                "heron -boat -absent",
                "heron -boat -the",
            })
    default void leavesOutWhatHasAnExcludedWordOnBothLegs(String text) {
        var collection = of("heron", "heron in a boat", "boat", "river");

        var hybrid = ask(collection, Ask.of(text));
        var vector = ask(collection, Ask.of(text).fused(VECTOR_ONLY));

        assertThat(words(collection, text)).containsExactly("heron");
        assertThat(sources(hybrid)).startsWith("heron").containsExactlyInAnyOrder("heron", "river");
        assertThat(sources(vector)).containsExactlyInAnyOrder("heron", "river");
        assertThat(hybrid.complete()).isTrue();
        assertThat(vector.complete()).isTrue();
    }

    @Test
    default void leavesOutAPhraseAndKeepsItsWords() {
        var collection = of("heron on a stone bridge", "heron on a bridge of stone", "heron");

        var result = ask(collection, Ask.of("heron -\"stone bridge\""));

        assertThat(sources(result))
                .containsExactlyInAnyOrder("heron", "heron on a bridge of stone");
    }

    @Test
    default void keepsChunksWithoutContentWhateverIsExcluded() {
        var collection = of("heron", "boat");
        fill(collection, chunk("bare", 0).build());

        assertThat(sources(ask(collection, Ask.of("heron -boat"))))
                .containsExactlyInAnyOrder("heron", "bare");
    }

    @Test
    default void leavesOutATitleThatHasAnExcludedWord() {
        var collection = of("heron");
        fill(collection, chunk("titled", 0).metadata("title", "Boats").content("heron").build());
        fill(collection, chunk("boat", 0).metadata("title", "A boat").content("heron").build());

        assertThat(sources(ask(collection, Ask.of("heron -boat")))).doesNotContain("boat");
    }

    @Test
    default void ranksByVectorAloneIfThereAreOnlyExcludedWords() {
        var collection = of("heron", "boat");

        var both = ask(collection, Ask.of("-boat"));
        var text = ask(collection, Ask.words("-boat"));

        assertThat(sources(both)).containsExactly("heron");
        assertThat(both.warnings()).hasSize(1);
        assertThat(text.hits()).isEmpty();
        assertThat(text.warnings()).hasSize(1);
    }

    @Test
    default void fillsTheAnswerPastWhatIsExcluded() {
        var collection = plane();
        List<Chunk> chunks = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            String content = i < 280 ? "heron in a boat" : "heron";
            chunks.add(chunk(i).content(content).embedding(i, 0).build());
        }
        fill(collection, chunks);

        for (Fusion fusion : List.of(Fusion.DEFAULT, VECTOR_ONLY, TEXT_ONLY)) {
            var ask = Ask.of("heron -boat").near(0, 0).top(20).fused(fusion);
            var result = ask(collection, ask);

            assertThat(result.hits()).hasSize(20);
            assertThat(result.hits()).allMatch(hit -> hit.key().chunkIndex() >= 280);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-5", "--amend", "well-known", "5 - 5", "a -- b", "- amend", "known-5"})
    default void takesAnyOtherMinusForText(String text) {
        var collection =
                of("a frost of -5 degrees", "git commit --amend", "it is well-known", "a -- b");

        var both = ask(collection, Ask.of(text));

        assertThat(both.hits()).hasSize(4);
    }

    @Test
    default void findsTheWordsBehindAMinusThatIsNoOperator() {
        var collection = of("a frost of -5 degrees", "git commit --amend", "it is well-known");

        assertThat(words(collection, "-5")).containsExactly("a frost of -5 degrees");
        assertThat(words(collection, "--amend")).containsExactly("git commit --amend");
        assertThat(words(collection, "well-known")).containsExactly("it is well-known");
    }
}
