import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Measures the service from outside and prints Markdown tables. Needs a running cluster of
 * scripts/postgres whose database is empty; scripts/bench provides it.
 *
 * <p>Usage: {@code java bench/Bench.java CLUSTER DIRECTORY COMMAND...}: an empty directory to work
 * in, and the command that starts the service.
 */
final class Bench {
    private static final String COLLECTION = "bench";
    private static final int LIVE_ROWS = 5_000;
    private static final int STARTS = 3;
    private static final int RECALL_QUERIES = 200;

    private final Settings settings;
    private final Corpus corpus;
    private final Database database;
    private final List<String> command;
    private final Path work;

    private Bench(Settings settings, String cluster, List<String> command, Path work) {
        this.settings = settings;
        this.command = command;
        this.work = work;
        corpus = new Corpus(settings.seed(), settings.dimension());
        database = new Database(cluster, work);
    }

    public static void main(String[] arguments) throws Exception {
        Locale.setDefault(Locale.ROOT);
        Settings settings;
        try {
            settings = Settings.of(Variables.ofEnvironment());
        } catch (IllegalArgumentException e) {
            System.err.println("bench: " + e.getMessage());
            System.exit(2);
            return;
        }
        var command = List.of(arguments).subList(2, arguments.length);
        new Bench(settings, arguments[0], command, Path.of(arguments[1])).run();
    }

    private void run() throws IOException, InterruptedException {
        print("Machine and settings", Machine.describe(database, settings + " make bench"));
        List<Double> starts = new ArrayList<>();
        double firstStart;
        try (var first = start()) {
            firstStart = seconds(first.startTime());
        }
        for (int i = 1; i < STARTS; i++) {
            try (var again = start()) {
                starts.add(seconds(again.startTime()));
            }
        }
        try (var service = start()) {
            starts.add(seconds(service.startTime()));
            var memory = new Table("service", "resident MB", "highest MB", "live heap MB");
            addMemory(memory, "after its start", service);
            var writes =
                    new Table(
                            "writes", "rows", "seconds", "rows/s", "batch p50 ms", "batch p99 ms");
            createCollection(service);
            put(writes, "put, no index", service, 0, settings.rows());
            addMemory(memory, "after the puts", service);
            buildIndex(writes, service);
            print("Writing", writes.toString());

            database.storeQueries(corpus, Search.QUERIES, Search.HYBRID_WORDS);
            database.sql("CHECKPOINT");
            var searches = Search.all(service.endpoint(), corpus, settings, COLLECTION);
            new SearchRounds(settings, service, database).run(searches);
            print("Recall", recall(service, searches).toString());
            addMemory(memory, "after the searches", service);

            var live =
                    new Table(
                            "writes", "rows", "seconds", "rows/s", "batch p50 ms", "batch p99 ms");
            int rows = Math.min(LIVE_ROWS, settings.rows());
            put(
                    live,
                    "put, beside an HNSW of %,d".formatted(settings.rows()),
                    service,
                    settings.rows(),
                    rows);
            print("Writing beside an index", live.toString());
            collection(service).awaitIndex();
            new Imports(settings, corpus, database, service.endpoint(), work).run();

            var start = new Table("start", "seconds until ready");
            start.row("first, empty database, migrations", "%.2f".formatted(firstStart));
            start.row("again, median of " + STARTS, Table.spread(starts, "%.2f"));
            print("Start", start.toString());
            print("Memory", memory.toString());
        }
    }

    private Service start() throws IOException, InterruptedException {
        say("starting the service");
        return new Service(command, work.resolve("service.log"));
    }

    static void say(String message) {
        System.err.println("bench: " + message);
    }

    static void print(String heading, String body) {
        System.out.printf("### %s%n%n%s%n", heading, body);
    }

    static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    private void createCollection(Service service) {
        Map<String, Object> spec = new LinkedHashMap<>();
        if (settings.dimension() == 384) {
            spec.put("model", "all-minilm-l6-v2");
        }
        spec.put("dimension", settings.dimension());
        spec.put("index", Map.of("type", "none"));
        collection(service).create(spec);
    }

    private void put(Table table, String name, Service service, long from, int rows)
            throws InterruptedException {
        say(name);
        Load.Run run = collection(service).put(from, from + rows, corpus::putBody);
        table.row(
                name,
                "%,d".formatted(rows),
                "%.1f".formatted(run.seconds()),
                "%,.0f".formatted(rows / run.seconds()),
                "%.0f".formatted(run.ms(0.5)),
                "%.0f".formatted(run.ms(0.99)));
    }

    private static RemoteCollection collection(Service service) {
        return new RemoteCollection(service.endpoint(), COLLECTION);
    }

    private void buildIndex(Table table, Service service) throws InterruptedException, IOException {
        say("building the index");
        double seconds = collection(service).patchIndex(Map.of("type", "hnsw"));
        table.row(
                "index build, HNSW (m 16, ef_construction 200)",
                "%,d".formatted(settings.rows()),
                "%.1f".formatted(seconds),
                "%,.0f".formatted(settings.rows() / seconds),
                "",
                "");
        // As autovacuum would before long: the text index's list of new entries is worked in, too.
        String id = database.sql("SELECT max(id) FROM collection");
        database.sql("VACUUM ANALYZE chunk_" + id);
    }

    /** How many of the exact answer's hits are in the ordinary one. */
    private Table recall(Service service, List<Search> searches) throws IOException {
        var table =
                new Table(
                        "search",
                        "recall@10",
                        "worst query",
                        "answers that fell short",
                        "exact p50 ms",
                        "exact p99 ms");
        for (Search search : searches) {
            if (search.exact() != null) {
                say("recall, " + search.name());
                addRecall(table, service, search);
            }
        }
        return table;
    }

    private static void addRecall(Table table, Service service, Search search) throws IOException {
        double sum = 0;
        double worst = 1;
        int shorter = 0;
        List<Long> latencies = new ArrayList<>();
        try (var connection = service.endpoint().connect()) {
            for (int i = 0; i < RECALL_QUERIES; i++) {
                Set<String> found = connection.send(search.requests().apply(i)).ids();
                long start = System.nanoTime();
                var answer = connection.send(search.exact().apply(i));
                latencies.add(System.nanoTime() - start);
                Set<String> wanted = answer.ids();
                shorter += found.size() < wanted.size() ? 1 : 0;
                found.retainAll(wanted);
                double share = wanted.isEmpty() ? 1 : (double) found.size() / wanted.size();
                sum += share;
                worst = Math.min(worst, share);
            }
        }
        var exact = Load.Run.of(latencies, 1);
        table.row(
                search.name(),
                "%.3f".formatted(sum / RECALL_QUERIES),
                "%.1f".formatted(worst),
                "%d of %d".formatted(shorter, RECALL_QUERIES),
                "%.1f".formatted(exact.ms(0.5)),
                "%.1f".formatted(exact.ms(0.99)));
    }

    private static void addMemory(Table table, String name, Service service)
            throws IOException, InterruptedException {
        long resident = service.statusMb("VmRSS");
        long highest = service.statusMb("VmHWM");
        table.row(name, "" + resident, "" + highest, "" + service.liveHeapMb());
    }
}
