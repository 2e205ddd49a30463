package dev.tributary.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.testing.CollectionsIT;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Contents of the largest size that is taken. */
class LongContentIT extends CollectionsIT {
    private static final int BYTES_MAX = 1_048_576;

    @Test
    void aMegabyteOfDifferentWordsIsStoredWholeAndFoundByItsStart() {
        String collection = create("{\"dimension\": 1, \"language\": \"simple\"}");
        String content =
                IntStream.range(0, 130_000)
                        .mapToObj(i ->
                                "w" + Long.toString(i * 2_654_435_761L % 2_821_109_907_456L, 36))
                        .collect(Collectors.joining(" "))
                        .substring(0, BYTES_MAX);

        assertStored(collection, content);

        Answer found =
                hybrid(
                        collection,
                        "\"query\": \"%s\", \"fusion\": {\"weights\": {\"vector\": 0}}, \"include\": []"
                                .formatted(content.substring(0, content.indexOf(' '))));
        assertThat(sources(found)).containsExactly("long");
    }

    @Test
    void aMegabyteInOneWordIsStored() {
        assertStored(create("{\"dimension\": 1}"), "x".repeat(BYTES_MAX));
    }

    @Test
    void aMegabyteOfFourByteCharactersIsStored() {
        assertStored(create("{\"dimension\": 1}"), "😀".repeat(BYTES_MAX / 4));
    }

    @Test
    void aMegabyteOfCharactersThatJsonEscapesIsStored() {
        assertStored(create("{\"dimension\": 1}"), "\u0001\"\\\n".repeat(BYTES_MAX / 4));
    }

    @Test
    void aLongTextIsEmbeddedUpToALimitAndWarnedOfBeyond() {
        String collection = create("{\"model\": \"all-minilm-l6-v2\"}");
        String[] chunks = {
            "{\"source_id\": \"read\", \"content\": \"" + "heron ".repeat(2_000) + "\"}",
            "{\"source_id\": \"cut\", \"content\": \"" + "river ".repeat(5_000) + "\"}"
        };

        Answer put = putChunks(collection, chunks);
        Answer again = putChunks(collection, chunks);

        assertThat(put.body().path("created").asInt()).isEqualTo(2);
        for (Answer answer : List.of(put, again)) {
            assertThat(answer.body().path("results").path(0).has("warning")).isFalse();
            assertThat(answer.body().path("results").path(1).path("warning").asString())
                    .contains("has 5,002 tokens", "reads only the first 4,066");
        }
    }

    @Test
    void aQueryOfTooManyTokensIsWarnedOf() {
        String collection = create("{\"model\": \"all-minilm-l6-v2\"}");

        Answer read = search(collection, "\"query\": \"" + "a ".repeat(4_064) + '"');
        Answer cut = search(collection, "\"query\": \"" + "a ".repeat(4_065) + '"');

        assertThat(read.body().path("warnings").isEmpty()).isTrue();
        assertThat(cut.body().path("warnings").path(0).asString())
                .contains("has 4,067 tokens", "reads only the first 4,066");
    }

    private void assertStored(String collection, String content) {
        Answer put =
                putChunks(
                        collection,
                        "{\"source_id\": \"long\", \"embedding\": [1], \"content\": "
                                + quote(content)
                                + "}");

        assertThat(put.body().path("created").asInt()).as(put.body().toString()).isEqualTo(1);
        assertThat(
                        get("/collections/" + collection + "/chunks")
                                .body()
                                .path("chunks")
                                .path(0)
                                .path("content")
                                .asString()
                                .equals(content))
                .isTrue();
    }
}
