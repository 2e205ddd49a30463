package dev.tributary.vector;

import static dev.tributary.vector.ChunkBuilder.chunk;
import static dev.tributary.vector.HybridContract.legs;
import static dev.tributary.vector.StoreFixture.HNSW;
import static dev.tributary.vector.StoreFixture.ids;
import static dev.tributary.vector.StoreFixture.query;
import static dev.tributary.vector.StoredChunks.sources;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hostile texts, and other scripts. */
interface ScriptContract extends RecordCalls {
    static Stream<String> hostileTexts() {
        return Stream.of(
                "heron & bridge",
                "heron | !bridge",
                "heron <-> bridge",
                "!heron",
                "heron:*A",
                "(heron",
                "heron))",
                "heron & (| !",
                "\"heron",
                "'heron'",
                "it's heron's",
                "heron\\",
                "\\heron\\'",
                "heron " + "-".repeat(40),
                "-".repeat(40) + " heron",
                "heron" + "-".repeat(33) + "bridge",
                "heron " + "-".repeat(33),
                "--heron",
                "- heron",
                "heron -5 --amend -",
                "heron--bridge a-heron",
                "heron'; DROP TABLE chunk; --",
                "heron ? ?? $1 :name",
                "heron%_",
                "<b>heron</b> &amp;",
                "heron 😀 \uFFFF \u0001",
                "heron OR AND NOT",
                "heron " + "bridge ".repeat(1_000),
                "heron " + "x".repeat(3_000));
    }

    @ParameterizedTest
    @MethodSource("dev.tributary.vector.ScriptContract#hostileTexts")
    default void takesNoCharacterAsAnOperator(String text) {
        var collection = plane();
        var chunk = chunk(1).content("a heron").build();
        fill(collection, chunk, chunk(2).content("a boat").build());

        var words = ask(collection, Ask.words(text));
        var both = ask(collection, Ask.of(text));

        assertThat(ids(words)).containsExactly(chunk.id());
        assertThat(both.hits()).hasSize(2);
        assertThat(legs(both.hits().getFirst()).text()).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "the of and",
                "... !? --- &|()",
                "\"\" -\"\"",
                "😀 🦆",
                "\u200B",
                "\uFFFE",
                "٪ ، ؟",
                "。、「」",
            })
    default void answersByVectorAloneToATextWithoutWords(String text) {
        var collection = plane();
        fill(collection, chunk(1).content("a heron").build());

        var both = ask(collection, Ask.of(text));
        var words = ask(collection, Ask.words(text));

        assertThat(both.hits()).hasSize(1);
        assertThat(both.warnings()).singleElement().asString().contains("no word");
        assertThat(words.hits()).isEmpty();
        assertThat(words.warnings()).singleElement().asString().contains("no word");
    }

    @Test
    default void takesAWordOf8000Characters() {
        var collection = plane();
        String word = "x".repeat(8_000);
        fill(collection, chunk(1).content("a heron").build());

        var alone = ask(collection, Ask.words(word));
        var quoted = ask(collection, Ask.words("heron -" + word));

        assertThat(alone.hits()).isEmpty();
        assertThat(alone.warnings()).isNotEmpty();
        assertThat(quoted.hits()).hasSize(1);
    }

    /** A store that does not read so many words must say so. */
    @Test
    default void takes200DifferentWords() {
        var collection = plane();
        var first = chunk(0).content("w0 and stones").build();
        var last = chunk(199).content("w199 and stones").build();
        fill(collection, first, last);
        String text =
                IntStream.range(0, 200).mapToObj(i -> "w" + i).collect(Collectors.joining(" "));

        var result = ask(collection, Ask.words(text));

        assertThat(ids(result)).contains(first.id());
        assertThat(ids(result).contains(last.id()) || !result.warnings().isEmpty()).isTrue();
    }

    @Test
    default void findsTheWordsBetweenCharactersThatMeanNothing() {
        var collection = collection(2, Metric.L2, "simple", HNSW);
        fill(
                collection,
                chunk("a", 0).content("a").build(),
                chunk("b", 0).content("b").build(),
                chunk("c", 0).content("c").build(),
                chunk("d", 0).content("d").build(),
                chunk("e", 0).content("e").build());

        var result = ask(collection, Ask.words("a & b | !c <-> (d"));

        assertThat(sources(result)).containsExactlyInAnyOrder("a", "b", "c", "d");
    }

    @ParameterizedTest
    @CsvSource({
        "цапля, Цапля стоит на мосту",
        "חסידה, חסידה על הגשר",
        "مالك, مالك الحزين على الجسر",
        "ερωδιός, Ένας ερωδιός στη γέφυρα",
        "heron, heron цапля חסידה",
        "цапля, heron цапля חסידה",
        "חסידה, heron цапля חסידה",
        "garça, A garça 😀 na ponte",
    })
    default void findsWordsOfOtherScriptsThatHaveSpaces(String query, String content) {
        for (String language : List.of("english", "simple", TextSpec.CJK)) {
            var collection = collection(2, Metric.L2, language, HNSW);
            fill(
                    collection,
                    chunk("hit", 0).content(content).build(),
                    chunk("other", 0).content("a boat, лодка, סירה, قارب").build());

            assertThat(sources(ask(collection, Ask.words(query))))
                    .as(language)
                    .containsExactly("hit");
            assertThat(sources(ask(collection, Ask.words('"' + content + '"'))))
                    .as(language)
                    .containsExactly("hit");
            assertThat(sources(ask(collection, Ask.of("boat -" + query))))
                    .as(language)
                    .containsExactly("other");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "手机, chinese",
        "新手机, chinese",
        "天气, weather",
        "タワー, japanese",
        "東京, japanese",
        "行きました, japanese",
        "สะพาน, thai",
        "นกกระสา, thai",
        "서울, korean",
        "𠮷野, rare",
        "犬, dog",
        "dog, dog",
        "iphone, mixed",
        "IPHONE ケース, mixed",
        "the, dog",
    })
    default void findsTextWithoutSpacesByItsCharacters(String query, String source) {
        var collection = spaceless();

        assertThat(sources(ask(collection, Ask.words(query))).getFirst()).isEqualTo(source);
    }

    private CollectionRef spaceless() {
        var collection = collection(2, Metric.L2, TextSpec.CJK, HNSW);
        fill(
                collection,
                chunk("chinese", 0).content("我昨天买了一部新手机。").build(),
                chunk("weather", 0).content("今天天气很好,我们去公园散步吧。").build(),
                chunk("japanese", 0).content("東京タワーへ行きました。").build(),
                chunk("thai", 0).content("นกกระสายืนอยู่บนสะพาน").build(),
                chunk("korean", 0).content("서울에서 만나요").build(),
                chunk("rare", 0).content("𠮷野家の牛丼").build(),
                chunk("dog", 0).content("犬 is the dog").build(),
                chunk("mixed", 0).content("新しいiPhone 15のケース").build());
        return collection;
    }

    @ParameterizedTest
    @CsvSource({
        "手机, chinese",
        "タワーへ行, japanese",
        "บนสะพาน, thai",
        "iPhone 15, mixed",
        "しいiphone, mixed",
        "만나요, korean",
        "犬 is, dog",
    })
    default void leavesOutTextWithoutSpaces(String excluded, String source) {
        var collection = spaceless();

        var result = ask(collection, Ask.of("dog -\"" + excluded + '"'));

        assertThat(sources(result)).hasSize(7).doesNotContain(source);
    }

    @Test
    default void findsAPhraseWithoutSpacesInItsOrder() {
        var collection = collection(2, Metric.L2, TextSpec.CJK, HNSW);
        fill(
                collection,
                chunk("university", 0).content("我在北京大学读书").build(),
                chunk("other way round", 0).content("大学在北京").build(),
                chunk("mixed", 0).content("我的iPhone手机壳").build(),
                chunk("apart", 0).content("手机壳 iPhone").build());

        assertThat(sources(ask(collection, Ask.words("\"北京大学\"")))).containsExactly("university");
        assertThat(sources(ask(collection, Ask.words("北京大学"))))
                .containsExactly("university", "other way round");
        assertThat(sources(ask(collection, Ask.words("\"iPhone手机\"")))).containsExactly("mixed");
        assertThat(sources(ask(collection, Ask.words("“手机壳”"))))
                .containsExactlyInAnyOrder("mixed", "apart");
    }

    @Test
    default void saysThatNoChunkHasTextWithoutSpaces() {
        var result = ask(spaceless(), Ask.words("飞机"));

        assertThat(result.hits()).isEmpty();
        assertThat(result.warnings()).singleElement().asString().contains("no chunk");
    }
}
