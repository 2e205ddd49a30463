import io.qdrant.client.grpc.Points.QueryPoints;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Measures a collection that Qdrant follows: how long its first copy takes, searches through it
 * beside the same ones by Qdrant's own client, their recall, how far it lags behind writers, and
 * what it costs them. Prints Markdown tables.
 *
 * <p>Usage: {@code java bench/QdrantBench.java CLUSTER DIRECTORY COMMAND...}, as {@link Bench},
 * with the service's libraries on the class path; scripts/bench-qdrant provides them.
 */
final class QdrantBench {
    private static final String COLLECTION = "bench";
    private static final int QUERIES = 1_000;
    private static final int RECALL_QUERIES = 200;
    private static final int TOP_K = 10;

    private static final List<Kind> KINDS =
            List.of(
                    new Kind("by vector", null, null),
                    new Kind("filter keeps 50 %", "lang", "en"),
                    new Kind("filter keeps 1 %", "author", "author-7"),
                    new Kind("filter keeps 0.1 %", "project", "project-7"));

    private final QdrantSettings settings;
    private final Corpus corpus;
    private final Qdrant qdrant;
    private final Database database;
    private final Endpoint endpoint;

    /** A search with a condition of the metadata, or with none. */
    private record Kind(String name, @Nullable String field, @Nullable String value) {
        String filter() {
            return field == null ? "" : ",\"filter\":{\"%s\":\"%s\"}".formatted(field, value);
        }

        @Nullable String tag() {
            return field == null ? null : "=" + field + "=s" + value;
        }
    }

    /** One round of the two ways of a search. */
    private record Pair(Load.Run http, Load.Run client) {}

    private QdrantBench(
            QdrantSettings settings, Qdrant qdrant, Service service, Database database) {
        this.settings = settings;
        this.qdrant = qdrant;
        this.database = database;
        endpoint = service.endpoint();
        corpus = new Corpus(settings.common().seed(), settings.dimension());
    }

    public static void main(String[] arguments) throws Exception {
        Locale.setDefault(Locale.ROOT);
        QdrantSettings settings;
        try {
            settings = QdrantSettings.of(Variables.ofEnvironment());
        } catch (IllegalArgumentException e) {
            System.err.println("bench-qdrant: " + e.getMessage());
            System.exit(2);
            return;
        }
        Path work = Path.of(arguments[1]);
        var database = new Database(arguments[0], work);
        Bench.print(
                "Machine and settings",
                Machine.describe(database, settings + " make bench-qdrant"));
        List<String> command = List.of(arguments).subList(2, arguments.length);
        try (var qdrant = Qdrant.of(settings, work);
                var service =
                        new Service(
                                command,
                                work.resolve("service.log"),
                                qdrant.settings(settings.apiKey()).toArray(String[]::new))) {
            System.out.println(qdrant.describe() + "\n");
            new QdrantBench(settings, qdrant, service, database).run();
        }
    }

    private void run() throws IOException, InterruptedException {
        fill();
        search();
        recall();
        new QdrantWrites(settings, corpus, database, endpoint, qdrant).run();
    }

    private void fill() throws InterruptedException {
        Bench.say("putting %,d rows".formatted(settings.rows()));
        var collection = new RemoteCollection(endpoint, COLLECTION);
        // Every hit is one that Qdrant has found.
        collection.create(
                Map.of("dimension", settings.dimension(), "index", Map.of("type", "none")));
        collection.put(0, settings.rows(), corpus::putBody);
        Bench.say("filling Qdrant");
        double seconds = new FollowedCollection(endpoint, COLLECTION).follow();
        var table = new Table("first copy", "rows", "seconds", "rows/s");
        table.row(
                "until it is used for searches",
                "%,d".formatted(settings.rows()),
                "%.1f".formatted(seconds),
                "%,.0f".formatted(settings.rows() / seconds));
        Bench.say("waiting for Qdrant's graph");
        double graph = qdrant.awaitIndex(qdrant.onlyCollection());
        table.row(
                "until Qdrant's graph is built, after that",
                "%,d".formatted(settings.rows()),
                "%.1f".formatted(graph),
                "%,.0f".formatted(settings.rows() / graph));
        Bench.print("Filling", table.toString());
    }

    private void search() throws InterruptedException {
        String name = qdrant.onlyCollection();
        var table =
                new Table(
                        "search",
                        "clients",
                        "through the service/s",
                        "p50 ms",
                        "p99 ms",
                        "Qdrant's client/s",
                        "p50 ms",
                        "p99 ms",
                        "service / client");
        Map<Kind, Map<Integer, List<Pair>>> results = new LinkedHashMap<>();
        for (int round = 0; round <= settings.rounds(); round++) {
            Bench.say("searching, round " + round);
            for (Kind kind : KINDS) {
                List<byte[]> requests = requests(kind, "\"store\":\"qdrant\"");
                List<QueryPoints> queries =
                        IntStream.range(0, QUERIES)
                                .mapToObj(
                                        i -> Qdrant.query(name, corpus.queryVector(i), kind.tag()))
                                .toList();
                for (int clients : settings.clients()) {
                    Pair pair = pair(requests, queries, clients, round % 2 == 0);
                    // The first one is spent on compiling.
                    if (round > 0) {
                        results.computeIfAbsent(kind, _ -> new LinkedHashMap<>())
                                .computeIfAbsent(clients, _ -> new ArrayList<>())
                                .add(pair);
                    }
                }
            }
        }
        results.forEach((kind, byClients) ->
                byClients.forEach((clients, pairs) -> table.row(row(kind, clients, pairs))));
        Bench.print("Searching", table.toString());
    }

    private Pair pair(
            List<byte[]> requests, List<QueryPoints> queries, int clients, boolean httpFirst)
            throws InterruptedException {
        Load.Run client = httpFirst ? null : client(queries, clients);
        Load.Run http =
                Load.during(settings.time(), endpoint, clients, i -> requests.get(i % QUERIES));
        return new Pair(http, client == null ? client(queries, clients) : client);
    }

    private Load.Run client(List<QueryPoints> queries, int clients) throws InterruptedException {
        return Load.during(settings.time(), clients, i -> qdrant.run(queries.get(i % QUERIES)));
    }

    private static String[] row(Kind kind, int clients, List<Pair> pairs) {
        return new String[] {
            kind.name(),
            "" + clients,
            Table.spread(pairs.stream().map(it -> it.http().perSecond()).toList(), "%,.0f"),
            "%.2f".formatted(median(pairs.stream().map(it -> it.http().ms(0.5)).toList())),
            "%.2f".formatted(median(pairs.stream().map(it -> it.http().ms(0.99)).toList())),
            Table.spread(pairs.stream().map(it -> it.client().perSecond()).toList(), "%,.0f"),
            "%.2f".formatted(median(pairs.stream().map(it -> it.client().ms(0.5)).toList())),
            "%.2f".formatted(median(pairs.stream().map(it -> it.client().ms(0.99)).toList())),
            Table.spread(
                    pairs.stream()
                            .map(it -> it.http().perSecond() / it.client().perSecond())
                            .toList(),
                    "%.2f")
        };
    }

    private static double median(List<Double> values) {
        return Table.median(values);
    }

    private List<byte[]> requests(Kind kind, String params) {
        return IntStream.range(0, QUERIES)
                .mapToObj(i ->
                        endpoint.request(
                                "POST",
                                "/search",
                                "{\"collection\":\"%s\",\"embedding\":\"%s\"%s,\"params\":{%s}}"
                                        .formatted(
                                                COLLECTION,
                                                Corpus.base64(corpus.queryVector(i)),
                                                kind.filter(),
                                                params)))
                .toList();
    }

    /** Against PostgreSQL's exact answer. */
    private void recall() throws IOException {
        var table = new Table("search", "recall@10", "worst query", "answered by Qdrant");
        for (Kind kind : KINDS) {
            Bench.say("recall, " + kind.name());
            List<byte[]> fast = requests(kind, "\"store\":\"qdrant\"");
            List<byte[]> exact = requests(kind, "\"exact\":true");
            double sum = 0;
            double worst = 1;
            int answered = 0;
            try (var connection = endpoint.connect()) {
                for (int i = 0; i < RECALL_QUERIES; i++) {
                    var answer = connection.send(fast.get(i));
                    answered += answer.body().contains("\"store\":\"qdrant\"") ? 1 : 0;
                    Set<String> found = answer.ids();
                    Set<String> wanted = connection.send(exact.get(i)).ids();
                    if (wanted.size() != TOP_K) {
                        throw new IllegalStateException(
                                "%s: %d hits".formatted(kind.name(), wanted.size()));
                    }
                    found.retainAll(wanted);
                    double share = (double) found.size() / TOP_K;
                    sum += share;
                    worst = Math.min(worst, share);
                }
            }
            table.row(
                    kind.name(),
                    "%.4f".formatted(sum / RECALL_QUERIES),
                    "%.1f".formatted(worst),
                    "%d of %d".formatted(answered, RECALL_QUERIES));
        }
        Bench.print("Recall", table.toString());
    }
}
