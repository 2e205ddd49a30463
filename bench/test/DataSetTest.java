import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DataSetTest {
    @TempDir private Path folder;

    @BeforeEach
    void writeASmallSet() throws IOException {
        write(
                "corpus.jsonl",
                """
                {"_id": "a", "title": "Cats", "text": "sleep \\u00fc \\"a lot\\"", "metadata": {"n": [1, null]}}
                {"_id": "b", "title": "", "text": "Dogs bark"}

                {"_id": "c", "title": "", "text": "  "}
                {"_id": "d", "text": "untitled"}
                """);
        write(
                "queries.jsonl",
                """
                {"_id": "1", "text": "who sleeps?"}
                {"_id": "2", "text": "not judged"}
                {"_id": "3", "text": "judged, nothing relevant"}
                {"_id": "4", "text": "who barks?"}
                """);
        write(
                "qrels.tsv",
                "query-id\tcorpus-id\tscore\n1\ta\t2\n1\tb\t0\n3\ta\t0\n4\tb\t1\n4\tgone\t1\n");
    }

    @Test
    void aDocumentIsItsTitleAndItsText() throws IOException {
        var data = DataSet.read(folder);

        assertThat(data.name()).isEqualTo(folder.getFileName().toString());
        assertThat(data.documents())
                .containsExactly(
                        new DataSet.Document("a", "Cats sleep ü \"a lot\""),
                        new DataSet.Document("b", "Dogs bark"),
                        new DataSet.Document("d", "untitled"));
        assertThat(data.emptyDocuments()).isEqualTo(1);
    }

    @Test
    void onlyQueriesWithARelevantDocumentAreAsked() throws IOException {
        var data = DataSet.read(folder);

        assertThat(data.queries()).extracting(DataSet.Query::id).containsExactly("1", "4");
        assertThat(data.judgments())
                .isEqualTo(Map.of("1", Map.of("a", 2), "4", Map.of("b", 1, "gone", 1)));
    }

    @Test
    void judgmentsMayHaveNoHeader() throws IOException {
        write("qrels.tsv", "4\tb\t1\n");

        assertThat(DataSet.read(folder).judgments()).isEqualTo(Map.of("4", Map.of("b", 1)));
    }

    @Test
    void judgmentsMayBeWhereBeirHasThem() throws IOException {
        Files.delete(folder.resolve("qrels.tsv"));
        Files.createDirectory(folder.resolve("qrels"));
        write("qrels/test.tsv", "query-id\tcorpus-id\tscore\r\n4\tb\t1\r\n");

        assertThat(DataSet.read(folder).judgments()).isEqualTo(Map.of("4", Map.of("b", 1)));
    }

    @Test
    void aSampleIsTakenEvenly() throws IOException {
        String queries =
                IntStream.range(0, 10)
                        .mapToObj(i -> "{\"_id\": \"%d\", \"text\": \"t\"}".formatted(i))
                        .collect(Collectors.joining("\n"));
        write("queries.jsonl", queries);
        write(
                "qrels.tsv",
                IntStream.range(0, 10)
                        .mapToObj(i -> i + "\ta\t1")
                        .collect(Collectors.joining("\n")));

        var sample = DataSet.read(folder).sample(4);

        assertThat(sample.queries())
                .extracting(DataSet.Query::id)
                .containsExactly("0", "2", "5", "7");
        assertThat(sample.judgments()).containsOnlyKeys("0", "2", "5", "7");
        assertThat(DataSet.read(folder).sample(10).queries()).hasSize(10);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    corpus.jsonl  | {"_id": "e", "text": "open        | corpus.jsonl:6: no JSON: the end in column 27
                    corpus.jsonl  | {"_id": "e", "text": "x"} more    | corpus.jsonl:6: no JSON: 'm' in column 27
                    corpus.jsonl  | {"_id": "b", "text": "again"}     | corpus.jsonl:6: _id b is there twice
                    corpus.jsonl  | {"_id": "c", "text": "again"}     | corpus.jsonl:6: _id c is there twice
                    corpus.jsonl  | {"title": "e", "text": "no id"}   | corpus.jsonl:6: _id is missing
                    corpus.jsonl  | {"_id": 5, "text": "no string"}   | corpus.jsonl:6: _id is not a string
                    corpus.jsonl  | {"_id": "e\\tf", "text": "tab"}   | corpus.jsonl:6: _id is empty, or has a tab
                    corpus.jsonl  | {"_id": "e", "title": "no text"}  | corpus.jsonl:6: text is missing
                    corpus.jsonl  | ["e"]                             | corpus.jsonl:6: not a JSON object
                    queries.jsonl | {"_id": "5", "text": " "}         | queries.jsonl:5: text is empty
                    queries.jsonl | {"_id": "4", "text": "again"}     | queries.jsonl:5: _id 4 is there twice
                    qrels.tsv     | 4 b 1                             | qrels.tsv:7: has 1 fields divided by tabs, must be 3
                    qrels.tsv     | 4\tb\tone                         | qrels.tsv:7: the grade is one, no whole number
                    qrels.tsv     | 9\tb\t1                           | qrels.tsv:7: query 9 is not in queries.jsonl
                    """)
    void aMalformedLineIsToldWithItsFileAndNumber(String file, String line, String message)
            throws IOException {
        Path path = folder.resolve(file);
        write(file, Files.readString(path) + line);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> DataSet.read(folder))
                .withMessageContaining(folder.resolve(message.strip()).toString());
    }

    @ParameterizedTest
    @CsvSource({"corpus.jsonl", "queries.jsonl", "qrels.tsv"})
    void aMissingFileIsTold(String file) throws IOException {
        Files.delete(folder.resolve(file));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> DataSet.read(folder))
                .withMessageContaining(file);
    }

    @Test
    void whatIsNotUtf8IsTold() throws IOException {
        Files.write(
                folder.resolve("corpus.jsonl"),
                "{\"_id\": \"a\", \"text\": \"ü\"}".getBytes(StandardCharsets.ISO_8859_1));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> DataSet.read(folder))
                .withMessageContaining("corpus.jsonl is not in UTF-8");
    }

    @Test
    void judgmentsWithoutARelevantDocumentAreRefused() throws IOException {
        write("qrels.tsv", "1\ta\t0\n");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> DataSet.read(folder))
                .withMessageContaining("qrels.tsv has no grade above 0");
    }

    private void write(String file, String text) throws IOException {
        Files.writeString(folder.resolve(file), text);
    }
}
