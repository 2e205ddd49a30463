package dev.tributary.vector;

import static dev.tributary.vector.ChunkBuilder.chunk;
import static dev.tributary.vector.StoreFixture.HNSW;
import static dev.tributary.vector.StoredChunks.sources;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A word is found in whatever form people write it. */
interface WordFormContract extends RecordCalls {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    heron       | if n <m then the heron rests > end
                    stddef      | #include <stddef.h>
                    Lantern     | returns Map<String, List<Lantern>>
                    Map<Lantern>| a lantern in a map
                    pool-name   | set <pool-name> first
                    ERROR       | [main] <ERROR> lost the link
                    <ERROR>     | an error of the link
                    docs        | see <https://example.org/docs>
                    badger      | type &badger; here
                    nbsp        | a&nbsp;b
                    R&D         | the R&D budget
                    budget2025  | open budget2025.xlsx
                    xlsx        | open budget2025.xlsx
                    budget2025.xlsx | open budget2025.xlsx
                    track07     | play track07.flac
                    web2        | web2.stage.example.org is down
                    stage       | web2.stage.example.org is down
                    web2.stage.example.org | web2.stage.example.org is down
                    chapter4    | read chapter4.1
                    Sec 7       | as Sec.7 says
                    2019        | sold in 2019.Later bought
                    later       | sold in 2019.Later bought
                    3.75        | a rate of 3.75 percent
                    site.conf   | edit site.conf
                    CVE-2031-4242 | fixes CVE-2031-4242
                    C#          | written in C#
                    c++         | written in C++17
                    """)
    default void findsAWordBesidePunctuation(String query, String content) {
        var collection = plane();
        fill(
                collection,
                chunk("hit", 0).content(content).build(),
                chunk("other", 0).content("nothing of the kind, in C").build());

        var result = ask(collection, Ask.words(query).natural());

        assertThat(sources(result)).first().isEqualTo("hit");
    }

    @ParameterizedTest
    @CsvSource({
        "company, com\u00ADpany",
        "com\u00ADpany, company",
        "company, com\u200Bpany",
        "company, com\u200Cpany",
        "company, com\u200Dpany",
        "com\u2060pany, company",
        "company, \uFEFFcompany",
        "office, o\uFB03ce",
        "o\uFB03ce, office",
        "ABC123, ＡＢＣ１２３",
        "ＡＢＣ１２３, abc123",
        "カタカナ, ｶﾀｶﾅ",
        "ｶﾀｶﾅ, カタカナ",
        "m2, m²",
        "zürich, zu\u0308rich",
        "zu\u0308rich, zürich",
        "한국, \u1112\u1161\u11AB\u1100\u116E\u11A8",
    })
    default void findsAWordHoweverItIsEncoded(String query, String content) {
        for (String language : List.of("english", "simple", TextSpec.CJK)) {
            var collection = collection(2, Metric.L2, language, HNSW);
            fill(
                    collection,
                    chunk("hit", 0).content("the " + content + " there").build(),
                    chunk("other", 0).content("nothing").build());

            assertThat(sources(ask(collection, Ask.words(query))))
                    .as(language)
                    .containsExactly("hit");
        }
    }

    @Test
    default void returnsTheContentAsItWasSent() {
        var collection = plane();
        String content = "o\uFB03ce com\u00ADpany zu\u0308rich ｶﾀｶﾅ <b>";
        fill(collection, chunk(1).content(content).build());

        var hit = ask(collection, Ask.words("office")).hits().getFirst();

        assertThat(hit.content()).isEqualTo(content);
    }

    @ParameterizedTest
    @CsvSource({"全文検|索, 全文検索", "全文検索, 全文検|索", "カタ|  カナ, カタカナ"})
    default void readsOnAfterALineBreakWithinTextWithoutSpaces(String content, String phrase) {
        var collection = collection(2, Metric.L2, TextSpec.CJK, HNSW);
        fill(
                collection,
                chunk("hit", 0).content("ここ" + content.replace("|", "\r\n") + "です").build(),
                chunk("other", 0).content("全索検文カカナタ").build());

        assertThat(sources(ask(collection, Ask.words('"' + phrase.replace('|', '\n') + '"'))))
                .containsExactly("hit");
    }

    @ParameterizedTest
    @CsvSource({
        "cafe, café",
        "café, cafe",
        "CAFÉ, cafe",
        "lodz, Łódź",
        "orleans, Orléans",
        "naive, naïve",
        "\"cafe au lait\", un café au lait",
    })
    default void findsAWordWhateverItsAccents(String query, String content) {
        var collection = plane();
        fill(
                collection,
                chunk("hit", 0).content(content).build(),
                chunk("other", 0).content("tea").build());

        assertThat(sources(ask(collection, Ask.words(query)))).containsExactly("hit");
    }

    @ParameterizedTest
    @CsvSource({"café, accent, plain", "cafe, plain, accent"})
    default void ranksTheFormOfTheQueryFirst(String query, String first, String second) {
        var collection = plane();
        fill(
                collection,
                chunk("accent", 0).content("the café by the river").build(),
                chunk("plain", 0).content("the cafe by the river").build(),
                chunk("other", 0).content("the boat by the river").build());

        assertThat(sources(ask(collection, Ask.words(query)))).containsExactly(first, second);
    }

    @Test
    default void tellsAccentsApartIfTheyAreNotFolded() {
        var collection = worded(new TextSpec("english", 1.2, 0.75, 2, false));
        fill(
                collection,
                chunk("accent", 0).content("café").build(),
                chunk("plain", 0).content("cafe").build());

        assertThat(sources(ask(collection, Ask.words("café")))).containsExactly("accent");
        assertThat(sources(ask(collection, Ask.words("cafe")))).containsExactly("plain");
    }

    @Test
    default void tellsProgrammingLanguagesApart() {
        var collection = plane();
        fill(
                collection,
                chunk("c++", 0).content("We write the engine in C++ for speed.").build(),
                chunk("c#", 0).content("We write the editor in C# for comfort.").build(),
                chunk("c", 0).content("We write the kernel in C for tradition.").build());

        for (String language : List.of("c++", "c#", "c")) {
            assertThat(sources(ask(collection, Ask.words(language)))).containsExactly(language);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    IT                    | department
                    it                    | department
                    AT&T                  | phone
                    "The Who"             | band
                    the who               | band
                    "to be or by"         | play
                    """)
    default void findsSmallWordsThatStandOutIfThereAreNoOthers(String query, String source) {
        var collection = plane();
        fill(
                collection,
                chunk("department", 0).content("Call the IT department about it").build(),
                chunk("phone", 0).content("A phone of AT&T is at the door").build(),
                chunk("band", 0).content("A concert of The Who yesterday").build(),
                chunk("play", 0).content("To be or by. Hamlet asked.").build(),
                chunk("other", 0)
                        .content("It was at the end, and the rest of it who knows")
                        .build());

        var result = ask(collection, Ask.words(query).natural());

        assertThat(sources(result)).first().isEqualTo(source);
        assertThat(result.warnings()).isEmpty();
    }

    @Test
    default void saysThatAQueryHasSmallWordsAlone() {
        var collection = plane();
        fill(collection, chunk(1).content("we saw it at the end of this day").build());

        var result = ask(collection, Ask.of("at this"));

        assertThat(result.hits()).hasSize(1);
        assertThat(result.warnings()).singleElement().asString().contains("no word");
    }

    @Test
    default void takesAMinusAsTextUnlessTheSyntaxSaysOtherwise() {
        var collection = plane();
        fill(
                collection,
                chunk("jar", 0).content("Start it with java -jar tributary.jar").build(),
                chunk("tar", 0).content("Unpack with tar -xzf archive.tgz").build());

        var natural = ask(collection, Ask.of("java -jar tributary.jar").natural());
        var web = ask(collection, Ask.of("java -jar tributary.jar"));

        assertThat(sources(natural)).first().isEqualTo("jar");
        assertThat(natural.warnings()).isEmpty();
        assertThat(sources(web)).containsExactly("tar");
        assertThat(web.warnings()).singleElement().asString().contains("excluded").contains("jar");
    }

    @Test
    default void stillReadsAPhraseIfAMinusIsText() {
        var collection = plane();
        fill(
                collection,
                chunk("phrase", 0).content("a grey heron waits").build(),
                chunk("words", 0).content("a heron, grey as stone").build());

        var result = ask(collection, Ask.words("-\"grey heron\"").natural());

        assertThat(sources(result)).containsExactly("phrase");
    }
}
