import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * Imports by the service beside the same rows by two psql COPYs into a partition just like it, in
 * turns; from the last row of an import to all of them in the index, beside a bare CREATE INDEX;
 * and searches while rows arrive.
 */
final class Imports {
    private static final String IMPORTED = "imported";
    private static final String COPIED = "copied";
    private static final int LINES_PER_WRITE = 1_000;
    private static final int QUERIES = 1_000;
    private static final String COLUMNS =
            "id, source_type, source_id, chunk_index, content, content_hash, embedding, metadata";

    private final Settings settings;
    private final Corpus corpus;
    private final Database database;
    private final Endpoint endpoint;
    private final Path work;
    private final HttpClient client = HttpClient.newHttpClient();

    Imports(Settings settings, Corpus corpus, Database database, Endpoint endpoint, Path work) {
        this.settings = settings;
        this.corpus = corpus;
        this.database = database;
        this.endpoint = endpoint;
        this.work = work;
    }

    void run() throws IOException, InterruptedException {
        Path lines = writeLines();
        Bench.print("Importing", importing(lines).toString());
        Bench.print("Searching while importing", searching(lines).toString());
    }

    private Table importing(Path lines) throws IOException, InterruptedException {
        var table = new Table("import", "rows", "rows/s", "seconds to the index");
        // The first one is spent on compiling what the others run.
        create(IMPORTED);
        post(lines);
        createUnindexed(COPIED);
        List<Path> halves = writeHalves();
        List<Double> imports = new ArrayList<>();
        List<Double> copies = new ArrayList<>();
        double indexed = 0;
        for (int round = 0; round < settings.rounds(); round++) {
            Bench.say("import, round " + (round + 1));
            var imported = create(IMPORTED);
            database.sql("CHECKPOINT");
            imports.add(settings.rows() / post(lines));
            if (round == settings.rounds() - 1) {
                long start = System.nanoTime();
                imported.awaitIndex();
                indexed = (System.nanoTime() - start) / 1e9;
            } else {
                // Or its index would be built beside the copies.
                create(IMPORTED);
            }
            database.sql("TRUNCATE " + partition(COPIED));
            database.sql("CHECKPOINT");
            copies.add(settings.rows() / copy(halves));
        }
        double bare = createIndex();
        String rows = "%,d".formatted(settings.rows());
        table.row(
                "POST /import, NDJSON with base64 vectors",
                rows,
                Table.spread(imports, "%,.0f"),
                "%.0f".formatted(indexed));
        table.row(
                "two psql COPYs as text; bare CREATE INDEX",
                rows,
                Table.spread(copies, "%,.0f"),
                "%.0f".formatted(bare));
        table.row(
                "ratio",
                "",
                "%.2f".formatted(Table.median(imports) / Table.median(copies)),
                "%.2f".formatted(indexed / bare));
        return table;
    }

    /** One client, which waits for each answer; into a collection that is empty at first. */
    private Table searching(Path lines) throws IOException, InterruptedException {
        var table = new Table("search by vector", "searches", "p50 ms", "p99 ms", "import rows/s");
        Bench.say("searching alone");
        List<byte[]> requests = requests();
        var alone = Load.during(settings.time(), endpoint, 1, i -> requests.get(i % QUERIES));
        addRow(table, "all rows in the index", alone, "");
        create(IMPORTED);
        Bench.say("searching while importing");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Double> seconds = threads.submit(() -> post(lines));
            var beside =
                    Load.during(
                            () -> !seconds.isDone(), endpoint, 1, i -> requests.get(i % QUERIES));
            addRow(
                    table,
                    "while they are imported",
                    beside,
                    "%,.0f".formatted(settings.rows() / seconds.get()));
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
        return table;
    }

    private static void addRow(Table table, String name, Load.Run run, String imported) {
        table.row(
                name,
                "%,d".formatted(run.requests()),
                "%.1f".formatted(run.ms(0.5)),
                "%.1f".formatted(run.ms(0.99)),
                imported);
    }

    private List<byte[]> requests() {
        return IntStream.range(0, QUERIES)
                .mapToObj(i ->
                        endpoint.request(
                                "POST",
                                "/search",
                                "{\"collection\":\"%s\",\"embedding\":\"%s\"}"
                                        .formatted(IMPORTED, Corpus.base64(corpus.queryVector(i)))))
                .toList();
    }

    /** The service would build an index beside the one that is measured. */
    private void createUnindexed(String name) {
        fresh(name)
                .create(Map.of("dimension", settings.dimension(), "index", Map.of("type", "none")));
    }

    private RemoteCollection create(String name) {
        RemoteCollection collection = fresh(name);
        collection.create(Map.of("dimension", settings.dimension()));
        return collection;
    }

    /** One that is not there. */
    private RemoteCollection fresh(String name) {
        try {
            endpoint.call("DELETE", "/collections/" + name, "");
        } catch (Endpoint.Refused e) {
            if (e.status() != 404) {
                throw e;
            }
        }
        return new RemoteCollection(endpoint, name);
    }

    private Path writeLines() throws IOException {
        Path file = work.resolve("import.ndjson");
        try (OutputStream out = Files.newOutputStream(file)) {
            for (long from = 0; from < settings.rows(); from += LINES_PER_WRITE) {
                out.write(corpus.lines(from, Math.min(settings.rows(), from + LINES_PER_WRITE)));
            }
        }
        return file;
    }

    private double post(Path lines) throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(
                                URI.create(endpoint + "/collections/" + IMPORTED + "/import"))
                        .header("Content-Type", "application/x-ndjson")
                        .POST(BodyPublishers.ofFile(lines))
                        .build();
        long start = System.nanoTime();
        var answer = client.send(request, BodyHandlers.ofString());
        double seconds = (System.nanoTime() - start) / 1e9;
        if (answer.statusCode() != 200
                || !answer.body().contains("\"created\":" + settings.rows() + ",")) {
            throw new IllegalStateException("the import failed: " + answer.body());
        }
        return seconds;
    }

    /** The rows that were imported, for COPY into the other partition. */
    private List<Path> writeHalves() throws IOException, InterruptedException {
        String id = partition(COPIED).substring("chunk_".length());
        List<Path> halves = new ArrayList<>();
        for (int half = 0; half < 2; half++) {
            Path file = work.resolve("copy-" + half);
            halves.add(file);
            database.sql(
                    "COPY (SELECT %s, %s FROM %s WHERE hashtext(source_id) & 1 = %d) TO STDOUT"
                            .formatted(id, COLUMNS, partition(IMPORTED), half),
                    file);
        }
        return halves;
    }

    private double copy(List<Path> halves) throws IOException, InterruptedException {
        long start = System.nanoTime();
        database.copyTogether(partition(COPIED) + " (collection_id, " + COLUMNS + ")", halves);
        return (System.nanoTime() - start) / 1e9;
    }

    /** On the rows that were copied a moment ago, with enough memory for the graph. */
    private double createIndex() throws IOException, InterruptedException {
        long start = System.nanoTime();
        database.sql(
                """
                SET maintenance_work_mem = '1GB';
                CREATE INDEX bare ON %s USING hnsw ((embedding::vector(%d)) vector_cosine_ops)
                WITH (m = 16, ef_construction = 200)\
                """
                        .formatted(partition(COPIED), settings.dimension()));
        return (System.nanoTime() - start) / 1e9;
    }

    private String partition(String collection) throws IOException, InterruptedException {
        return "chunk_"
                + database.sql("SELECT id FROM collection WHERE name = '" + collection + "'");
    }
}
