import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * Runs every kind of search over HTTP and, right beside it, the same statement by pgbench: in
 * rounds, so that what else the machine does falls on both.
 */
final class SearchRounds {
    private final Settings settings;
    private final Service service;
    private final Database database;
    private final Map<Cell, List<Pair>> results = new LinkedHashMap<>();

    private record Cell(Search search, int clients) {}

    /** CPU time in a run, in milliseconds a request. */
    private record Cpu(double service, double database, double generator) {}

    /** What one round gave. Without pgbench, its run and CPU time are null. */
    private record Pair(Load.Run http, Cpu httpCpu, Load.Run pgbench, Cpu pgbenchCpu) {}

    private record Measured(Load.Run run, Cpu cpu) {}

    private interface Task {
        Load.Run run() throws IOException, InterruptedException;
    }

    SearchRounds(Settings settings, Service service, Database database) {
        this.settings = settings;
        this.service = service;
        this.database = database;
    }

    void run(List<Search> searches) throws IOException, InterruptedException {
        Map<Search, String> scripts = new LinkedHashMap<>();
        for (Search search : searches) {
            warmUp(search);
            if (search.inSql()) {
                scripts.put(search, statement(search));
            }
        }
        for (int round = 0; round < settings.rounds(); round++) {
            Bench.say("round %d of %d".formatted(round + 1, settings.rounds()));
            for (Search search : searches) {
                for (int clients : settings.clients()) {
                    Pair pair = pair(search, clients, scripts.get(search), round % 2 == 0);
                    results.computeIfAbsent(new Cell(search, clients), _ -> new ArrayList<>())
                            .add(pair);
                }
            }
        }
        Bench.print("Searching", searchTable().toString());
        Bench.print("CPU time of a search", cpuTable().toString());
        printStatements(scripts);
    }

    /** Until the compiler has seen it, and the rows are in memory. */
    private void warmUp(Search search) throws InterruptedException {
        Bench.say("warming up, " + search.name());
        int most = settings.clients().stream().max(Integer::compare).orElseThrow();
        Load.during(settings.time(), service.endpoint(), most, search.requests());
    }

    private String statement(Search search) throws IOException, InterruptedException {
        String text = database.sql("SELECT text FROM bench_query WHERE id = 0");
        return database.statementOf(
                () -> {
                    try (var connection = service.endpoint().connect()) {
                        connection.send(search.requests().apply(0));
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                },
                Search.QUERIES,
                text);
    }

    /** Which of the two is first alternates. */
    private Pair pair(Search search, int clients, String script, boolean httpFirst)
            throws IOException, InterruptedException {
        Task http =
                () -> Load.during(settings.time(), service.endpoint(), clients, search.requests());
        if (script == null) {
            Measured alone = measured(http);
            return new Pair(alone.run(), alone.cpu(), null, null);
        }
        Task pgbench = () -> database.pgbench(script, clients, settings.time());
        Measured first = measured(httpFirst ? http : pgbench);
        Measured second = measured(httpFirst ? pgbench : http);
        Measured ours = httpFirst ? first : second;
        Measured bare = httpFirst ? second : first;
        return new Pair(ours.run(), ours.cpu(), bare.run(), bare.cpu());
    }

    private Measured measured(Task task) throws IOException, InterruptedException {
        Duration serviceStart = service.cpuTime();
        Duration databaseStart = database.cpuTime();
        Duration ownStart = ownCpuTime();
        Load.Run run = task.run();
        double count = run.requests();
        return new Measured(
                run,
                new Cpu(
                        service.cpuTime().minus(serviceStart).toNanos() / 1e6 / count,
                        database.cpuTime().minus(databaseStart).toNanos() / 1e6 / count,
                        ownCpuTime().minus(ownStart).toNanos() / 1e6 / count));
    }

    private static Duration ownCpuTime() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    private static String medians(List<Pair> pairs, String format, ToDoubleFunction<Pair> value) {
        return format.formatted(Table.median(values(pairs, value)));
    }

    private static List<Double> values(List<Pair> pairs, ToDoubleFunction<Pair> value) {
        return pairs.stream().map(value::applyAsDouble).toList();
    }

    private Table searchTable() {
        var table =
                new Table(
                        "search",
                        "clients",
                        "searches/s",
                        "p50 ms",
                        "p90 ms",
                        "p99 ms",
                        "max ms",
                        "pgbench/s",
                        "p50 ms",
                        "p99 ms",
                        "HTTP / pgbench");
        results.forEach((cell, pairs) -> {
            List<String> cells =
                    new ArrayList<>(
                            List.of(
                                    cell.search().name(),
                                    "" + cell.clients(),
                                    Table.spread(
                                            values(pairs, it -> it.http().perSecond()), "%,.0f"),
                                    medians(pairs, "%.2f", it -> it.http().ms(0.5)),
                                    medians(pairs, "%.2f", it -> it.http().ms(0.9)),
                                    medians(pairs, "%.2f", it -> it.http().ms(0.99)),
                                    medians(pairs, "%.1f", it -> it.http().ms(1))));
            cells.addAll(cell.search().inSql() ? beside(pairs) : List.of("", "", "", ""));
            table.row(cells.toArray(String[]::new));
        });
        return table;
    }

    private static List<String> beside(List<Pair> pairs) {
        return List.of(
                Table.spread(values(pairs, it -> it.pgbench().perSecond()), "%,.0f"),
                medians(pairs, "%.2f", it -> it.pgbench().ms(0.5)),
                medians(pairs, "%.2f", it -> it.pgbench().ms(0.99)),
                Table.spread(
                        values(pairs, it -> it.http().perSecond() / it.pgbench().perSecond()),
                        "%.2f"));
    }

    private Table cpuTable() {
        var table =
                new Table(
                        "search",
                        "clients",
                        "service ms",
                        "database ms",
                        "load generator ms",
                        "database ms under pgbench");
        results.forEach((cell, pairs) ->
                table.row(
                        cell.search().name(),
                        "" + cell.clients(),
                        medians(pairs, "%.3f", it -> it.httpCpu().service()),
                        medians(pairs, "%.3f", it -> it.httpCpu().database()),
                        medians(pairs, "%.3f", it -> it.httpCpu().generator()),
                        cell.search().inSql()
                                ? medians(pairs, "%.3f", it -> it.pgbenchCpu().database())
                                : ""));
        return table;
    }

    /** Those that differ from another in the value of a filter only are left out. */
    private static void printStatements(Map<Search, String> scripts) {
        Set<String> shapes = new HashSet<>();
        var text = new StringBuilder();
        scripts.forEach((search, script) -> {
            if (shapes.add(script.replaceAll("'\\{\"[^']*'", "?"))) {
                text.append("%s:\n\n```sql\n%s```\n\n".formatted(search.name(), script));
            }
        });
        Bench.print("What pgbench runs", text.toString());
    }
}
