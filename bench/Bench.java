import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Measures the service from outside and prints Markdown tables. Needs a running cluster of
 * scripts/postgres whose database is empty; scripts/bench provides it.
 *
 * <p>Usage: {@code java bench/Bench.java CLUSTER DIRECTORY COMMAND...}: an empty directory to work
 * in, and the command that starts the service.
 */
final class Bench {
    private static final String COLLECTION = "bench";
    private static final String PATH = "/collections/" + COLLECTION;
    private static final int BATCH = 1_000;
    private static final int PUT_CLIENTS = 2;

    /** Batches that are made ahead of a timed stretch: about 150 MB. */
    private static final int BATCHES_AHEAD = 50;

    private static final int LIVE_ROWS = 5_000;
    private static final int STARTS = 3;
    private static final int RECALL_QUERIES = 200;
    private static final Pattern ID = Pattern.compile("\"id\":\"([0-9a-f-]{36})\"");

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
            settings = Settings.fromEnvironment();
        } catch (IllegalArgumentException e) {
            System.err.println("bench: " + e.getMessage());
            System.exit(2);
            return;
        }
        var command = List.of(arguments).subList(2, arguments.length);
        new Bench(settings, arguments[0], command, Path.of(arguments[1])).run();
    }

    private void run() throws IOException, InterruptedException {
        printMachine();
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
            var searches = Search.all(corpus, settings, COLLECTION);
            new SearchRounds(settings, service, database).run(searches);
            print("Recall", recall(service, searches).toString());
            addMemory(memory, "after the searches", service);

            var live =
                    new Table(
                            "writes", "rows", "seconds", "rows/s", "batch p50 ms", "batch p99 ms");
            int rows = Math.min(LIVE_ROWS, settings.rows());
            put(
                    live,
                    "put, live HNSW of %,d".formatted(settings.rows()),
                    service,
                    settings.rows(),
                    rows);
            print("Writing into a live index", live.toString());

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

    private void printMachine() throws IOException, InterruptedException {
        Path meminfo = Path.of("/proc/meminfo");
        String memory = "?";
        if (Files.exists(meminfo)) {
            Matcher total =
                    Pattern.compile("MemTotal: +(\\d+) kB").matcher(Files.readString(meminfo));
            memory = total.find() ? "%.0f".formatted(Long.parseLong(total.group(1)) / 1e6) : "?";
        }
        print(
                "Machine and settings",
                """
                %s, %d cores, %s GB, shared by service, database and load generator. Java %s, PostgreSQL %s, pgvector %s, \
                shared_buffers %s.

                ```sh
                %s make bench
                ```
                """
                        .formatted(
                                LocalDate.now(),
                                Runtime.getRuntime().availableProcessors(),
                                memory,
                                Runtime.version().feature(),
                                database.sql("SHOW server_version").split(" ")[0],
                                database.sql(
                                        "SELECT default_version FROM pg_available_extensions WHERE name = 'vector'"),
                                database.sql("SHOW shared_buffers"),
                                settings));
    }

    private void createCollection(Service service) {
        String model = settings.dimension() == 384 ? "\"model\":\"all-minilm-l6-v2\"," : "";
        service.call(
                "PUT",
                PATH,
                "{%s\"dimension\":%d,\"index\":{\"type\":\"none\"}}"
                        .formatted(model, settings.dimension()));
    }

    /** Puts rows in batches. Only the requests are timed: their bodies are made before. */
    private void put(Table table, String name, Service service, long from, int rows)
            throws InterruptedException {
        say(name);
        List<Load.Run> runs = new ArrayList<>();
        long end = from + rows;
        for (long ahead = from; ahead < end; ahead += BATCHES_AHEAD * BATCH) {
            List<byte[]> requests = new ArrayList<>();
            long stretch = Math.min(end, ahead + BATCHES_AHEAD * BATCH);
            for (long batch = ahead; batch < stretch; batch += BATCH) {
                byte[] body = corpus.putBody(batch, Math.min(stretch, batch + BATCH));
                requests.add(HttpConnection.request("PUT", PATH + "/chunks", body));
            }
            runs.add(Load.each(service.port(), PUT_CLIENTS, requests));
        }
        requireStored(service, end);
        double seconds = runs.stream().mapToDouble(Load.Run::seconds).sum();
        Load.Run all = Load.Run.joined(runs, seconds);
        table.row(
                name,
                "%,d".formatted(rows),
                "%.1f".formatted(seconds),
                "%,.0f".formatted(rows / seconds),
                "%.0f".formatted(all.ms(0.5)),
                "%.0f".formatted(all.ms(0.99)));
    }

    private static void requireStored(Service service, long rows) {
        String count = service.call("POST", PATH + "/count", "{}");
        if (!count.contains("\"count\":" + rows)) {
            throw new IllegalStateException(rows + " rows were put, but there are " + count);
        }
    }

    private void buildIndex(Table table, Service service) throws InterruptedException, IOException {
        say("building the index");
        long start = System.nanoTime();
        service.call("PATCH", PATH, "{\"index\":{\"type\":\"hnsw\"}}");
        String index = "";
        while (!index.contains("\"state\":\"ready\"")) {
            Thread.sleep(200);
            String answer = service.call("GET", PATH, "");
            index = answer.substring(answer.indexOf("\"index\":"));
            if (System.nanoTime() - start > indexTimeMax().toNanos()) {
                throw new IllegalStateException("the index is not ready: " + answer);
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
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

    private Duration indexTimeMax() {
        return Duration.ofSeconds(120 + settings.rows() / 100);
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
        try (var connection = new HttpConnection(service.port())) {
            for (int i = 0; i < RECALL_QUERIES; i++) {
                Set<String> found = ids(connection.send(search.requests().apply(i)).body());
                long start = System.nanoTime();
                String answer = connection.send(search.exact().apply(i)).body();
                latencies.add(System.nanoTime() - start);
                Set<String> wanted = ids(answer);
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

    private static Set<String> ids(String answer) {
        Set<String> ids = new HashSet<>();
        Matcher matcher = ID.matcher(answer);
        while (matcher.find()) {
            ids.add(matcher.group(1));
        }
        return ids;
    }

    private static void addMemory(Table table, String name, Service service)
            throws IOException, InterruptedException {
        long resident = service.statusMb("VmRSS");
        long highest = service.statusMb("VmHWM");
        table.row(name, "" + resident, "" + highest, "" + service.liveHeapMb());
    }
}
