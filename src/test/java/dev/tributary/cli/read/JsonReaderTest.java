package dev.tributary.cli.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.cli.exit.CommandException;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonReaderTest {
    @TempDir private Path folder;

    private static List<Row> read(String json) throws IOException {
        return SourceFiles.rows(new JsonReader(SourceFiles.text(json), null));
    }

    @Test
    void readsAnArrayOfVectors() throws Exception {
        List<Row> rows = read("[[1, 2.5], [-1e-3, 4]]");

        assertThat(rows).extracting(Row::sourceId).containsExactly("0", "1");
        assertThat(rows.get(0).embedding()).containsExactly(1, 2.5f);
        assertThat(rows.get(1).embedding()).containsExactly(-1e-3f, 4);
    }

    @Test
    void readsAnArrayOfObjects() throws Exception {
        List<Row> rows =
                read(
                        """
                        [{"id": 7, "vector": [1, 2], "text": "one", "lang": "en",
                          "metadata": {"n": 0.10, "deep": [{"x": null}]}},
                         {"embedding": "AACAPwAAAEA=", "document": "two", "metadata": null},
                         {"id": "c", "content": "three"}]
                        """);

        assertThat(rows).extracting(Row::sourceId).containsExactly("7", "1", "c");
        assertThat(rows).extracting(Row::content).containsExactly("one", "two", "three");
        assertThat(rows.get(0).metadata())
                .containsEntry("lang", "en")
                .containsEntry("n", new BigDecimal("0.10"))
                .containsKey("deep");
        assertThat(rows.get(1).embedding()).containsExactly(1, 2);
        assertThat(rows.get(1).metadata()).isEqualTo(Map.of());
        assertThat(rows.get(2).embedding()).isNull();
    }

    /** The service says which row it is in, and stores the others. */
    @Test
    void handsOnWhatIsNotFinite() throws Exception {
        List<Row> rows = read("[[1, NaN], [1, 1e99]]");

        assertThat(rows.get(0).embedding()).containsExactly(1, Float.NaN);
        assertThat(rows.get(1).embedding()).containsExactly(1, Float.POSITIVE_INFINITY);
    }

    @Test
    void takesIds() throws Exception {
        Path ids = Files.writeString(folder.resolve("ids"), "x\ny");

        assertThat(
                        SourceFiles.rows(
                                new JsonReader(
                                        SourceFiles.text("[[1], {\"vector\": [2]}]"),
                                        Ids.open(ids))))
                .extracting(Row::sourceId)
                .containsExactly("x", "y");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[[1]]           | has 2 ids for 1 rows, must have one per row",
                "[[1], [2], [3]] | has 2 ids, but none for row 3"
            })
    void refusesAnotherNumberOfIds(String json, String reason) throws Exception {
        Path ids = Files.writeString(folder.resolve("ids"), "x\ny");

        assertThatThrownBy(() ->
                        SourceFiles.rows(new JsonReader(SourceFiles.text(json), Ids.open(ids))))
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"data": [{"id": "a", "embedding": [1]}, {"id": "b", "embedding": [2]}]}
                    {"object": "list", "data": [{"object": "embedding", "index": 0, "id": "a", "embedding": [1]}, {"id": "b", "embedding": [2]}], "model": "m", "usage": {"n": 1}}
                    {"total": 2, "tags": ["x"], "nested": {"data": [3]}, "rows": [{"id": "a", "vector": [1]}, {"id": "b", "vector": [2]}]}
                    {"documents": [{"id": "a", "vector": [1]}, {"id": "b", "vector": [2]}]}
                    {"ids": ["a", "b"], "embeddings": [[1], [2]], "documents": null, "data": null, "included": ["metadatas"]}
                    {"embeddings": ["AACAPw==", [2]], "ids": ["a", "b"]}
                    """)
    void readsTheArrayOfAnObject(String json) throws Exception {
        List<Row> rows = SourceFiles.rows(open(json));

        assertThat(rows).extracting(Row::sourceId).containsExactly("a", "b");
        assertThat(rows.get(0).embedding()).containsExactly(1);
        assertThat(rows.get(1).embedding()).containsExactly(2);
        assertThat(rows.getFirst().metadata()).isEmpty();
    }

    @Test
    void readsChromasColumns() throws Exception {
        List<Row> rows =
                SourceFiles.rows(
                        open(
                                """
                                {"ids": ["a", "b"], "embeddings": [[1, 2], [3, 4]],
                                 "documents": ["x", null], "uris": null, "data": null,
                                 "metadatas": [{"n": 1}, null], "included": ["embeddings"]}
                                """));

        assertThat(rows).extracting(Row::sourceId).containsExactly("a", "b");
        assertThat(rows).extracting(Row::content).containsExactly("x", null);
        assertThat(rows.getFirst().embedding()).containsExactly(1, 2);
        assertThat(rows.getFirst().metadata()).isEqualTo(Map.of("n", 1));
        assertThat(rows.getLast().metadata()).isEqualTo(Map.of());
        assertThat(SourceFiles.rows(open("{\"documents\": [\"x\"]}")))
                .extracting(Row::sourceId)
                .containsExactly("0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"id": 1, "text": "a"}{"id": 2}                   | for one object per line, use --format ndjson
                    {"passages": [{"id": 1}]}                         | an object with passages
                    {"passages": [{"id": 1}]}                         | jq .NAME file.json
                    {"ids": ["a", "b"], "embeddings": [[1]]}          | row 2: embeddings has 1 elements, fewer than another column
                    {"ids": [["a"]], "documents": [["x"]]}            | as the result of a query has
                    {"ids": ["a"], "metadatas": [{}]}                 | has neither embeddings nor documents
                    {"ids": ["a"], "embeddings": [["x"]]}             | row 1: embedding has no number at position 0
                    {"data": [[1]]                                    | is not JSON
                    {"data": [[1]]} 7                                 | continues after the end
                    """)
    void saysWhatIsWrongWithAnObject(String json, String reason) {
        assertThatThrownBy(() -> SourceFiles.rows(open(json)))
                .isInstanceOfSatisfying(
                        CommandException.class, e -> assertThat(e.told()).contains(reason));
    }

    private VectorReader open(String json) throws IOException {
        Path file = Files.writeString(folder.resolve("file.json"), json);
        return JsonReader.open(file, SourceFiles.stream(""), null);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "{\"id\": 1}      | must be one JSON array",
                "''               | must be one JSON array",
                "nonsense         | the file is not JSON",
                "[[1, 2], [1,     | row 2 is not JSON",
                "[[1, 2], {\"id\" | row 2 is not JSON",
                "[[1, 2]          | row 2 is not JSON",
                "[[1, 2]] [3]     | continues after the end",
                "[1, 2]           | row 1: must be a vector or an object",
                "[[1], [\"a\"]]   | row 2: embedding has no number at position 0",
                "[[[1]]]          | row 1: embedding has no number at position 0",
                "[{\"vector\": 3}] | row 1: embedding must be an array of numbers or base64",
                "[{\"text\": [1]}] | row 1: text must be a string",
                "[{\"metadata\": 1}] | row 1: metadata must be an object",
            })
    void refusesWhatItCannotRead(String json, String reason) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining(reason);
    }
}
