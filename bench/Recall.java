import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Measures what recall costs: recall@10 and latency over ef_search by the precision of the HNSW
 * index, and from which size on an index is faster than comparing every row. Prints Markdown
 * tables, and writes CSV and a chart.
 *
 * <p>Usage: {@code java bench/Recall.java [CLUSTER DIRECTORY COMMAND...]}: a running cluster of
 * scripts/postgres with an empty database, an empty directory to work in, and the command that
 * starts the service; nothing if the variables URL and COLLECTION name what is there already.
 * scripts/bench-recall provides them.
 */
final class Recall {
    private static final int DEFECT = 1;
    private static final int BAD_INPUT = 2;

    private final RecallSettings settings;
    private final Path out;
    private final List<Curve> curves = new ArrayList<>();

    /** The sweep of one precision. */
    private record Curve(String precision, Map<Integer, Sweep.Result> results) {}

    private Recall(RecallSettings settings) throws IOException {
        this.settings = settings;
        out = Files.createDirectories(settings.out());
    }

    public static void main(String[] arguments) throws Exception {
        Locale.setDefault(Locale.ROOT);
        try {
            var settings = RecallSettings.of(Variables.ofEnvironment());
            if (settings.url().isEmpty()) {
                runOnOwnCollection(settings, List.of(arguments));
            } else {
                new Recall(settings).runOn(Endpoint.parse(settings.url()));
            }
        } catch (IllegalArgumentException
                | IllegalStateException
                | Endpoint.Refused
                | UncheckedIOException e) {
            say(e.getMessage());
            System.exit(BAD_INPUT);
        } catch (IOException e) {
            say(e.getMessage());
            System.exit(DEFECT);
        }
    }

    private static void say(String message) {
        System.err.println("bench-recall: " + message);
    }

    private static void runOnOwnCollection(RecallSettings asked, List<String> arguments)
            throws IOException, InterruptedException {
        Vectors vectors =
                asked.data().isEmpty()
                        ? Vectors.clustered(
                                asked.seed(), asked.dimension(), asked.rows(), asked.queries())
                        : Vectors.read(Path.of(asked.data()));
        RecallSettings settings = asked.within(vectors);
        Path work = Path.of(arguments.get(1));
        var database = new Database(arguments.get(0), work);
        String command = settings + " make bench-recall";
        Bench.print("Machine and settings", Machine.describe(database, command));
        say("starting the service");
        // Else a small collection is searched exactly, whatever ef_search says.
        try (var service =
                new Service(
                        arguments.subList(2, arguments.size()),
                        work.resolve("service.log"),
                        "tributary.pgvector.exact-size-max=0B")) {
            new Recall(settings).run(service.endpoint(), vectors);
        }
    }

    private void run(Endpoint endpoint, Vectors vectors) throws IOException, InterruptedException {
        var collection = new RemoteCollection(endpoint, "bench-recall");
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("dimension", vectors.dimension());
        spec.put("metric", settings.metric());
        spec.put("index", Map.of("type", "none"));
        collection.create(spec);
        Questions questions =
                Questions.of(endpoint, collection.name(), vectors, settings.queries());
        Grown grown = compareWithExact(collection, vectors, questions);

        var builds = new Table("precision", "index build s", "collection MB, index included");
        for (String precision : settings.precisions()) {
            boolean isFirst = precision.equals(settings.precisions().getFirst());
            double seconds = isFirst ? grown.buildSeconds() : build(collection, precision);
            say("searching, " + precision);
            curves.add(new Curve(precision, grown.sweep().overEfSearch()));
            // By now the index before it is gone.
            builds.row(
                    precision,
                    "%.1f".formatted(seconds),
                    "%,.0f".formatted(bytes(collection) / 1e6));
        }
        Bench.print("Index by precision", builds.toString());
        report("%,d vectors of %,d dimensions".formatted(settings.rows(), vectors.dimension()));
    }

    private static double build(RemoteCollection collection, String precision)
            throws InterruptedException {
        say("building the index, " + precision);
        return collection.patchIndex(Map.of("type", "hnsw", "precision", precision));
    }

    private static double bytes(RemoteCollection collection) {
        return ((Number) collection.get().get("bytes")).doubleValue();
    }

    /**
     * The collection with all its rows.
     *
     * @param sweep that knows the exact answers
     * @param buildSeconds of its index
     */
    private record Grown(Sweep sweep, double buildSeconds) {}

    /** Lets the collection grow. */
    private Grown compareWithExact(
            RemoteCollection collection, Vectors vectors, Questions questions)
            throws IOException, InterruptedException {
        var table = new Table("search", "rows", "recall@10", "p50 ms", "p99 ms", "index build s");
        var csv = new StringBuilder("search,rows,recall_at_10,p50_ms,p99_ms,index_build_s\n");
        String precision = settings.precisions().getFirst();
        Grown grown = null;
        int stored = 0;
        for (int size : settings.sizes()) {
            say("putting %,d rows".formatted(size));
            collection.patchIndex(Map.of("type", "none"));
            collection.put(stored, size, (from, to) -> putBody(vectors, from, to));
            stored = size;
            double seconds = build(collection, precision);
            say("searching, exactly and by the index");
            grown = new Grown(new Sweep(settings, questions), seconds);
            for (var way : grown.sweep().exactAndIndex().entrySet()) {
                boolean isExact = way.getKey().equals(Sweep.EXACT);
                List<String> cells = new ArrayList<>(List.of(way.getKey(), "" + size));
                cells.addAll(figures(way.getValue()));
                cells.add(isExact ? "" : "%.1f".formatted(seconds));
                csv.append(String.join(",", cells)).append('\n');
                cells.set(1, "%,d".formatted(size));
                table.row(cells.toArray(String[]::new));
            }
        }
        Files.writeString(out.resolve("breaking-point.csv"), csv);
        Bench.print("Exact scan and HNSW by size", table.toString());
        return grown;
    }

    private static byte[] putBody(Vectors vectors, long from, long to) {
        return Corpus.putBody(
                from,
                to,
                number ->
                        "{\"source_id\":\"%d\",\"embedding\":\"%s\"}"
                                .formatted(number, Corpus.base64(vectors.row((int) number))));
    }

    private static List<String> figures(Sweep.Result result) {
        return List.of(
                "%.4f".formatted(result.recall()),
                "%.2f".formatted(result.ms(0.5)),
                "%.2f".formatted(result.ms(0.99)));
    }

    /** On a collection that is there: only its present index. */
    private void runOn(Endpoint endpoint) throws IOException, InterruptedException {
        var collection = new RemoteCollection(endpoint, settings.collection());
        var index = (Map<?, ?>) collection.get().get("index");
        if (!"hnsw".equals(index.get("type")) || !"ready".equals(index.get("state"))) {
            throw new IllegalStateException(
                    "%s has no HNSW index that is ready: %s"
                            .formatted(settings.collection(), Json.write(index)));
        }
        var questions = Questions.ofStored(endpoint, settings.collection(), settings.queries());
        if (questions.all().isEmpty()) {
            throw new IllegalStateException(settings.collection() + " has no chunks");
        }
        say("searching, %,d stored embeddings".formatted(questions.all().size()));
        var sweep = new Sweep(settings, questions);
        curves.add(new Curve(String.valueOf(index.get("precision")), sweep.overEfSearch()));
        report("%s, %,d chunks".formatted(settings.collection(), collection.count()));
    }

    private void report(String subject) throws IOException {
        var table = new Table("precision", "ef_search", "recall@10", "p50 ms", "p99 ms");
        var csv = new StringBuilder("precision,ef_search,recall_at_10,p50_ms,p99_ms\n");
        List<Chart.Line> lines = new ArrayList<>();
        for (Curve curve : curves) {
            List<Chart.Point> points = new ArrayList<>();
            curve.results()
                    .forEach((efSearch, result) -> {
                        List<String> cells =
                                new ArrayList<>(List.of(curve.precision(), "" + efSearch));
                        cells.addAll(figures(result));
                        table.row(cells.toArray(String[]::new));
                        csv.append(String.join(",", cells)).append('\n');
                        points.add(new Chart.Point(result.ms(0.5), result.recall(), "" + efSearch));
                    });
            lines.add(new Chart.Line(curve.precision(), points));
        }
        var chart =
                new Chart(
                        "recall@10 by latency: " + subject,
                        new Chart.Axis(
                                "p50 latency of a search through HTTP, ms (at the points: ef_search)",
                                "%.1f"),
                        new Chart.Axis("recall@10", "%.3f"),
                        lines);
        Files.writeString(out.resolve("recall.csv"), csv);
        Files.writeString(out.resolve("recall.svg"), chart.toSvg());
        Bench.print("Recall over ef_search: " + subject, table.toString());
        say("CSV and chart are in " + out);
    }
}
