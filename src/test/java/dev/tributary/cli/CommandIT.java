package dev.tributary.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.cli.read.SourceFiles;
import dev.tributary.testing.CollectionsIT;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands against a service. */
class CommandIT extends CollectionsIT {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final String PLANE = "{\"dimension\": 2}";
    private static final int ROWS = 2_500;
    private static final int DIMENSION = 8;

    @TempDir private Path folder;

    private CommandRun run(String command, String collection, String... arguments) {
        return CommandRun.of(command, new String[] {"--url", url(""), "-c", collection}, arguments);
    }

    private static String fresh() {
        return "commands-" + NUMBER.incrementAndGet();
    }

    private static String lines(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i ->
                        "{\"source_id\": \"s%d\", \"content\": \"word%d\", \"embedding\": [1, %d]}\n"
                                .formatted(i, i, i))
                .collect(Collectors.joining());
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static float[][] vectors() {
        var random = new Random(7);
        var rows = new float[ROWS][DIMENSION];
        for (float[] row : rows) {
            for (int i = 0; i < DIMENSION; i++) {
                row[i] = (float) random.nextGaussian();
            }
        }
        return rows;
    }

    private Path source(String format) throws Exception {
        float[][] vectors = vectors();
        Path file = folder.resolve("vectors." + format);
        switch (format) {
            case "npy" -> SourceFiles.npy(file, vectors);
            case "fvecs" -> SourceFiles.fvecs(file, vectors);
            case "db" -> sqlite(file, vectors);
            case "json" ->
                    Files.writeString(
                            file,
                            IntStream.range(0, ROWS)
                                    .mapToObj(i ->
                                            "{\"id\": \"j%d\", \"text\": \"word \\\"%d\\\"\", \"n\": %d, \"vector\": %s}"
                                                    .formatted(i, i, i, numbers(vectors[i])))
                                    .collect(Collectors.joining(",\n", "[", "]")));
            case "ndjson" -> Files.writeString(file, ndjson(vectors));
            case "ndjson.gz" -> {
                try (OutputStream gzip = new GZIPOutputStream(Files.newOutputStream(file))) {
                    gzip.write(ndjson(vectors).getBytes(StandardCharsets.UTF_8));
                }
            }
            default -> throw new IllegalArgumentException(format);
        }
        return file;
    }

    private static String numbers(float[] row) {
        return java.util.Arrays.toString(row);
    }

    private static String ndjson(float[][] vectors) {
        return IntStream.range(0, ROWS)
                .mapToObj(i ->
                        "{\"source_id\": \"n%d\", \"chunk_index\": %d, \"embedding\": %s}\n"
                                .formatted(i / 2, i % 2, numbers(vectors[i])))
                .collect(Collectors.joining("\n"));
    }

    private static void sqlite(Path file, float[][] vectors) throws Exception {
        List<String> statements = new ArrayList<>();
        statements.add("CREATE TABLE items (id TEXT, embedding BLOB, content TEXT, lang TEXT)");
        statements.add("BEGIN");
        for (int i = 0; i < ROWS; i++) {
            statements.add(
                    "INSERT INTO items VALUES ('k%d', %s, 'wörd %d', 'en')"
                            .formatted(i, SourceFiles.blob(vectors[i]), i));
        }
        statements.add("COMMIT");
        SourceFiles.sqlite(file, statements.toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(strings = {"npy", "fvecs", "db", "json", "ndjson", "ndjson.gz"})
    void storesEveryFormatJustAsItIs(String format) throws Exception {
        String collection = fresh();
        String file = source(format).toString();

        CommandRun first =
                run("import", collection, file, "--create", "--batch-lines", "1000", "--verify");
        CommandRun again =
                run("import", collection, file, "--gzip", "--metric", "cosine", "--create");

        assertThat(first.exit()).as(first.err()).isZero();
        assertThat(first.out())
                .contains("created 2,500, updated 0, unchanged 0, failed 0")
                .contains("(2,500 ")
                .contains("identical");
        assertThat(first.err()).contains("100 %");
        assertThat(again.exit()).as(again.err()).isZero();
        assertThat(again.out()).contains("created 0, updated 0, unchanged 2,500, failed 0");
        assertThat(count(collection)).isEqualTo(ROWS);
    }

    @Test
    void keepsContentAndMetadata() throws Exception {
        String collection = fresh();

        run("import", collection, source("db").toString(), "--create", "-q");

        assertThat(count(collection, "{\"lang\": \"en\"}")).isEqualTo(ROWS);
        assertThat(
                        search(
                                        collection,
                                        "\"embedding\": %s, \"top_k\": 1, \"params\": {\"exact\": true}"
                                                .formatted(numbers(vectors()[1_234])))
                                .body()
                                .path("results")
                                .path(0)
                                .path("content")
                                .asString())
                .isEqualTo("wörd 1234");
    }

    @Test
    void theServiceEmbedsWhatHasNoVector() throws Exception {
        String collection = fresh();
        Path file = write("texts.json", "[{\"id\": \"a\", \"text\": \"cats sleep\"}]");

        CommandRun bare = run("import", collection, file.toString(), "--create");
        CommandRun modelled =
                run(
                        "import",
                        collection,
                        file.toString(),
                        "--create",
                        "--model",
                        "all-minilm-l6-v2",
                        "--verify");

        assertThat(bare.exit()).isEqualTo(2);
        assertThat(bare.err()).contains("the first row has no embedding", "--model");
        assertThat(modelled.exit()).as(modelled.err()).isZero();
        assertThat(modelled.out()).contains("created 1,", "identical");
    }

    @Test
    void readsStandardInput() {
        String collection = create(PLANE);

        CommandRun run =
                CommandRun.reading(
                        lines(0, 3), "import", "-", "--url", url(""), "-c", collection, "-q");
        CommandRun twice =
                CommandRun.reading(
                        lines(0, 3), "import", "-", "--url", url(""), "-c", collection, "--verify");

        assertThat(run.out()).isEqualTo("created 3, updated 0, unchanged 0, failed 0\n");
        assertThat(run.err()).isEmpty();
        assertThat(twice.exit()).isEqualTo(2);
        assertThat(twice.err()).contains("--verify reads the file twice");
    }

    @Test
    void namesTheLinesThatFailed() throws Exception {
        String collection = create(PLANE);
        Path file =
                write(
                        "some.ndjson",
                        lines(0, 12)
                                + "\n{\"source_id\": \"long\", \"embedding\": [1, 2, 3]}\n"
                                + lines(12, 30)
                                + "nonsense\n");

        CommandRun run =
                run("import", collection, file.toString(), "--batch-lines", "5", "--verify");

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.out())
                .contains("created 30, updated 0, unchanged 0, failed 2")
                .contains("2 of 32 lines differ");
        assertThat(run.err())
                .contains("line 14: embedding has 3 dimensions, the collection has 2")
                .contains("line 33: line is not one JSON object")
                .contains("is not stored");
        assertThat(count(collection)).isEqualTo(30);
    }

    @Test
    void aRowThatIsNotFiniteFailsAlone() throws Exception {
        String collection = create(PLANE);
        Path file =
                SourceFiles.fvecs(
                        folder.resolve("nan.fvecs"),
                        new float[] {1, 2},
                        new float[] {1, Float.NaN},
                        new float[] {3, 4});

        CommandRun run = run("import", collection, file.toString());

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.out()).contains("created 2, updated 0, unchanged 0, failed 1");
        assertThat(run.err()).contains("row 2: embedding has NaN at position 1");
    }

    @Test
    void aRowThatIsNoUnicodeFailsAlone() throws Exception {
        String collection = create(PLANE);
        Path file =
                write(
                        "half.json",
                        "[{\"vector\": [1, 2], \"text\": \"a\"}, {\"vector\": [1, 2], \"text\":"
                                + " \"\\ud800\"}, {\"vector\": [1, 2], \"text\": \"ü\"}]");

        CommandRun run = run("import", collection, file.toString());

        assertThat(run.exit()).as(run.err()).isEqualTo(1);
        assertThat(run.out()).contains("created 2, updated 0, unchanged 0, failed 1");
        assertThat(run.err()).contains("row 2: ", "half of a surrogate pair");
    }

    @Test
    void stopsIfNothingOfTheFirstBatchFits() throws Exception {
        String collection = create("{\"dimension\": 3}");
        Path file = write("all.ndjson", lines(0, 100));

        CommandRun run = run("import", collection, file.toString(), "--batch-lines", "10");

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.out()).contains("failed 10\n");
        assertThat(run.err()).contains("none of the first 10 lines could be stored");
    }

    @Test
    void storesWhatComesBeforeAFault() throws Exception {
        String collection = create(PLANE);
        Path file = write("cut.json", "[[1, 2], [3, 4], [5,");

        CommandRun run = run("import", collection, file.toString());

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.out()).contains("created 2,");
        assertThat(run.err()).contains("row 3 is not JSON");
        assertThat(count(collection)).isEqualTo(2);
    }

    @Test
    void goesOnAfterTheConnectionWasCut() throws Exception {
        String collection = create(PLANE);
        Path file = write("many.ndjson", lines(0, 30_000));
        try (var proxy = new CuttingProxy(port(), 700_000, 2)) {
            CommandRun run =
                    CommandRun.of(
                            "import",
                            file.toString(),
                            "--url",
                            proxy.url(),
                            "-c",
                            collection,
                            "--batch-lines",
                            "12000",
                            "--verify");

            assertThat(run.exit()).as(run.err()).isZero();
            assertThat(run.out()).contains("failed 0", "identical");
            assertThat(run.err()).contains("retry 1 of 5", "retry 2 of 5");
            assertThat(proxy.cutsLeft()).isZero();
        }
        assertThat(count(collection)).isEqualTo(30_000);
    }

    @Test
    void givesUpAfterItsRetries() throws Exception {
        String collection = create(PLANE);
        Path file = write("many.ndjson", lines(0, 30_000));
        try (var proxy = new CuttingProxy(port(), 700_000, 100)) {
            CommandRun run =
                    CommandRun.of(
                            "import",
                            file.toString(),
                            "--url",
                            proxy.url(),
                            "-c",
                            collection,
                            "--retries",
                            "1");

            assertThat(run.exit()).isEqualTo(3);
            assertThat(run.err())
                    .contains("retry 1 of 1", "cannot be reached", "run the same command again");
        }
    }

    @Test
    void tellsWhatDiffers() throws Exception {
        String collection = create(PLANE);
        Path file =
                write(
                        "twice.ndjson",
                        """
                        {"source_id": "a", "embedding": [1, 2]}
                        {"source_id": "b", "embedding": [1, 2]}
                        {"source_id": "a", "embedding": [1, 3]}
                        """);

        CommandRun run = run("import", collection, file.toString(), "--verify");

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.out()).contains("1 of 3 lines differ").doesNotContain("identical");
        assertThat(run.err())
                .contains("line 1 (id ")
                .contains("has 2.0 at position 1 of the embedding, but 3.0 is stored");
    }

    @Test
    void waitsForTheIndex() throws Exception {
        String collection = create(PLANE);

        CommandRun run =
                run(
                        "import",
                        collection,
                        write("few.ndjson", lines(0, 1_500)).toString(),
                        "--wait-indexed");

        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.out()).endsWith("indexed\n");
        assertThat(
                        get("/collections/" + collection)
                                .body()
                                .path("index")
                                .path("fresh_rows")
                                .asLong())
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"export.ndjson", "export.ndjson.gz"})
    void anExportIsImportedAsTheSameCollection(String name) throws Exception {
        String collection = create("{\"dimension\": 3}");
        putChunks(
                collection,
                """
                {"source_id": "a/b", "content": "Ä \\u2028 ,\\"created_at\\":\\"x\\"",
                 "embedding": [0.1, 1e-30, -3.4e10], "tenant": "t", "boosts": {"b": 1.5},
                 "metadata": {"a": 1, "created_at": "x", "updated_at": "y"}}
                """,
                "{\"source_id\": \"plain\", \"embedding\": [1, 2, 3]}");
        String copy = create("{\"dimension\": 3}");
        String other = create("{\"dimension\": 3}");
        putChunks(other, "{\"source_id\": \"plain\", \"embedding\": [1, 2, 3.5]}");
        String file = folder.resolve(name).toString();

        CommandRun exported = run("export", collection, file);
        CommandRun imported = run("import", copy, file, "--verify");
        CommandRun printed = run("export", copy, "-q");

        assertThat(exported.exit()).as(exported.err()).isZero();
        assertThat(imported.out()).contains("created 2,", "identical");
        assertThat(printed.out().lines()).hasSize(2);
        assertThat(folder).isDirectoryNotContaining("glob:**.part");
        String sum = run("checksum", collection).out();
        assertThat(sum).matches("sha256 [0-9a-f]{64} \\(2 chunks\\)\n");
        assertThat(run("checksum", copy).out()).isEqualTo(sum);
        assertThat(CommandRun.of("checksum", "--file", file).out()).isEqualTo(sum);
        assertThat(run("checksum", other).out()).isNotEqualTo(sum);
    }

    @Test
    void aChecksumIsWhatTheShellSays() throws Exception {
        String collection = create("{\"dimension\": 2}");
        putChunks(
                collection,
                "{\"source_id\": \"a\", \"embedding\": [1, 2], \"metadata\": {\"b\": \"c\"}}",
                "{\"source_id\": \"b\", \"embedding\": [1, 2]}");

        Process shell =
                new ProcessBuilder(
                                "bash",
                                "-c",
                                "curl -s %s/collections/%s/export | sed -E '%s' | sha256sum"
                                        .formatted(
                                                url(""),
                                                collection,
                                                "s/,\"created_at\":\"[^\"]*\",\"updated_at\":\"[^\"]*\"\\}$//"))
                        .redirectErrorStream(true)
                        .start();
        String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(run("checksum", collection).out()).contains(said.substring(0, 64));
    }

    @Test
    void aServiceThatIsAway() throws Exception {
        Path file = write("few.ndjson", lines(0, 3));

        for (String command : List.of("import", "export", "checksum")) {
            String[] away = {"--url", "http://127.0.0.1:1", "-c", "docs"};
            CommandRun run =
                    command.equals("import")
                            ? CommandRun.of(command, away, file.toString())
                            : CommandRun.of(command, away);

            assertThat(run.exit()).isEqualTo(3);
            assertThat(run.err()).contains("http://127.0.0.1:1 cannot be reached");
        }
    }

    @Test
    void aCollectionThatIsMissing() throws Exception {
        Path file = write("few.ndjson", lines(0, 3));

        CommandRun run = run("import", "nowhere", file.toString());

        assertThat(run.exit()).isEqualTo(3);
        assertThat(run.err())
                .contains(
                        "collection nowhere does not exist in namespace default",
                        "--create creates it");
        assertThat(run("export", "nowhere").exit()).isEqualTo(3);
        assertThat(run("checksum", "nowhere").exit()).isEqualTo(3);
    }

    @Test
    void aCollectionThatIsThereOtherwise() throws Exception {
        String collection = create("{\"dimension\": 3}");
        Path file = write("few.ndjson", lines(0, 3));

        CommandRun run = run("import", collection, file.toString(), "--create");

        assertThat(run.exit()).isEqualTo(3);
        assertThat(run.err()).contains("answered 409");
    }
}
