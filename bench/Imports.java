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

/**
 * Imports by the service beside the same rows by two psql COPYs into a partition just like it, in
 * turns; and from the last row of an import to all of them in the index, beside a bare CREATE
 * INDEX.
 */
final class Imports {
    private static final String IMPORTED = "imported";
    private static final String COPIED = "copied";
    private static final int LINES_PER_WRITE = 1_000;
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

    Table run() throws IOException, InterruptedException {
        var table = new Table("import", "rows", "rows/s", "seconds to the index");
        Path lines = writeLines();
        // The first one is spent on compiling what the others run.
        create(IMPORTED);
        post(lines);
        List<Double> imports = new ArrayList<>();
        List<Double> copies = new ArrayList<>();
        double indexed = 0;
        for (int round = 0; round < settings.rounds(); round++) {
            Bench.say("import, round " + (round + 1));
            var imported = create(IMPORTED);
            imports.add(settings.rows() / post(lines));
            boolean isLast = round == settings.rounds() - 1;
            if (isLast) {
                long start = System.nanoTime();
                imported.awaitIndex();
                indexed = (System.nanoTime() - start) / 1e9;
            }
            create(COPIED);
            copies.add(settings.rows() / copy());
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

    private RemoteCollection create(String name) {
        var collection = new RemoteCollection(endpoint, name);
        try {
            endpoint.call("DELETE", "/collections/" + name, "");
        } catch (Endpoint.Refused e) {
            if (e.status() != 404) {
                throw e;
            }
        }
        collection.create(Map.of("dimension", settings.dimension()));
        return collection;
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

    private double copy() throws IOException, InterruptedException {
        String from = partition(IMPORTED);
        String to = partition(COPIED);
        List<Path> halves = new ArrayList<>();
        for (int half = 0; half < 2; half++) {
            Path file = work.resolve("copy-" + half);
            halves.add(file);
            database.sql(
                    "COPY (SELECT %s, %s FROM %s WHERE hashtext(source_id) & 1 = %d) TO STDOUT"
                            .formatted(to.substring("chunk_".length()), COLUMNS, from, half),
                    file);
        }
        long start = System.nanoTime();
        database.copyTogether(to + " (collection_id, " + COLUMNS + ")", halves);
        return (System.nanoTime() - start) / 1e9;
    }

    /** On the rows that were imported last, with the memory that the service takes. */
    private double createIndex() throws IOException, InterruptedException {
        long start = System.nanoTime();
        database.sql(
                """
                SET maintenance_work_mem = '1GB';
                CREATE INDEX bare ON %s USING hnsw ((embedding::vector(%d)) vector_cosine_ops)
                WITH (m = 16, ef_construction = 200)\
                """
                        .formatted(partition(IMPORTED), settings.dimension()));
        return (System.nanoTime() - start) / 1e9;
    }

    private String partition(String collection) throws IOException, InterruptedException {
        return "chunk_"
                + database.sql("SELECT id FROM collection WHERE name = '" + collection + "'");
    }
}
