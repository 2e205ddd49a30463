import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Writes into two collections alike, of which Qdrant follows one, in turns: at a steady rate; as
 * fast as they are answered; and so again while Qdrant is stopped, which shows what writers pay
 * apart from the processor time that Qdrant takes from them.
 */
final class QdrantWrites {
    private static final String FOLLOWED = "followed";
    private static final String ALONE = "alone";
    private static final int WRITERS = 2;
    private static final int BATCH = 100;

    /** Seldom enough that counting what is pending takes little from what is measured. */
    private static final long LAG_PAUSE_MS = 100;

    private final QdrantSettings settings;
    private final Corpus corpus;
    private final Database database;
    private final Endpoint endpoint;
    private final Qdrant qdrant;
    private final Map<Cell, List<Written>> results = new LinkedHashMap<>();
    private long number;

    /** How it is written. */
    private enum Way {
        PACED,
        FAST,
        STOPPED
    }

    private record Cell(String name, Way way) {}

    /**
     * One round.
     *
     * @param lags that were seen meanwhile, in seconds
     * @param databaseMs processor time of the database for a batch
     */
    private record Written(Load.Run run, List<Double> lags, double databaseMs) {
        double rowsPerSecond() {
            return BATCH * run.perSecond();
        }
    }

    QdrantWrites(
            QdrantSettings settings,
            Corpus corpus,
            Database database,
            Endpoint endpoint,
            Qdrant qdrant) {
        this.settings = settings;
        this.corpus = corpus;
        this.database = database;
        this.endpoint = endpoint;
        this.qdrant = qdrant;
        number = settings.rows();
    }

    void run() throws IOException, InterruptedException {
        for (String name : List.of(FOLLOWED, ALONE)) {
            new RemoteCollection(endpoint, name).create(Map.of("dimension", settings.dimension()));
        }
        followed().follow();
        var interval = Duration.ofNanos(1_000_000_000L * BATCH / settings.rate());
        int batches = Math.toIntExact(settings.time().toNanos() / interval.toNanos());
        for (int round = 0; round <= settings.rounds(); round++) {
            Bench.say("writing, round " + round);
            for (String name :
                    round % 2 == 0 ? List.of(FOLLOWED, ALONE) : List.of(ALONE, FOLLOWED)) {
                for (Way way : ways()) {
                    Written written = write(name, batches, way == Way.PACED ? interval : null, way);
                    // The first round is spent on compiling.
                    if (round > 0) {
                        add(new Cell(name, way), written);
                    }
                }
            }
        }
        Bench.print("Lag", lags().toString());
        Bench.print("Cost for writers", costs().toString());
    }

    private List<Way> ways() {
        return qdrant.canPause() ? List.of(Way.values()) : List.of(Way.PACED, Way.FAST);
    }

    private FollowedCollection followed() {
        return new FollowedCollection(endpoint, FOLLOWED);
    }

    private void add(Cell cell, Written written) {
        results.computeIfAbsent(cell, _ -> new ArrayList<>()).add(written);
    }

    /**
     * Begins when nothing is left to do from the run before.
     *
     * @param interval between the starts of two batches; null to write at full speed
     */
    private Written write(String name, int batches, @Nullable Duration interval, Way way)
            throws IOException, InterruptedException {
        List<byte[]> requests = new ArrayList<>();
        for (int i = 0; i < batches; i++, number += BATCH) {
            byte[] body = corpus.putBody(number, number + BATCH);
            requests.add(endpoint.request("PUT", "/collections/" + name + "/chunks", body));
        }
        followed().awaitChanges();
        new RemoteCollection(endpoint, FOLLOWED).awaitIndex();
        new RemoteCollection(endpoint, ALONE).awaitIndex();
        database.sql("CHECKPOINT");
        if (way == Way.STOPPED) {
            qdrant.pause();
        }
        var isOver = new AtomicBoolean();
        try (var threads = Executors.newSingleThreadExecutor()) {
            Future<List<Double>> lags =
                    threads.submit(() -> way == Way.STOPPED ? List.of() : watch(isOver));
            Duration before = database.cpuTime();
            Load.Run run;
            try {
                run =
                        interval == null
                                ? Load.each(endpoint, WRITERS, requests)
                                : Load.paced(endpoint, WRITERS, requests, interval);
            } finally {
                isOver.set(true);
            }
            double databaseMs = database.cpuTime().minus(before).toNanos() / 1e6 / batches;
            return new Written(run, lags.get(), databaseMs);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } finally {
            if (way == Way.STOPPED) {
                qdrant.resume();
            }
        }
    }

    private List<Double> watch(AtomicBoolean isOver) throws InterruptedException {
        List<Double> lags = new ArrayList<>();
        while (!isOver.get()) {
            lags.add(followed().lagSeconds());
            Thread.sleep(LAG_PAUSE_MS);
        }
        return lags;
    }

    private Table lags() {
        var table = new Table("writes", "rows/s", "lag p50 s", "p90 s", "p99 s", "max s");
        results.forEach((cell, rounds) -> {
            if (cell.name().equals(FOLLOWED) && cell.way() != Way.STOPPED) {
                List<Double> all =
                        rounds.stream().flatMap(it -> it.lags().stream()).sorted().toList();
                table.row(
                        way(cell),
                        Table.spread(rounds.stream().map(Written::rowsPerSecond).toList(), "%,.0f"),
                        quantile(all, 0.5),
                        quantile(all, 0.9),
                        quantile(all, 0.99),
                        quantile(all, 1));
            }
        });
        return table;
    }

    private String way(Cell cell) {
        return switch (cell.way()) {
            case PACED -> "%,d rows/s".formatted(settings.rate());
            case FAST -> "full speed";
            case STOPPED -> "full speed, Qdrant stopped";
        };
    }

    private static String quantile(List<Double> sorted, double share) {
        int index = (int) Math.ceil(share * sorted.size()) - 1;
        return "%.2f".formatted(sorted.get(Math.max(0, index)));
    }

    private Table costs() {
        var table =
                new Table(
                        "writes", "rows/s", "batch p50 ms", "batch p99 ms", "database ms a batch");
        results.forEach((cell, rounds) ->
                table.row(
                        way(cell) + ", " + cell.name(),
                        Table.spread(rounds.stream().map(Written::rowsPerSecond).toList(), "%,.0f"),
                        spread(rounds, 0.5),
                        spread(rounds, 0.99),
                        Table.spread(rounds.stream().map(Written::databaseMs).toList(), "%.1f")));
        for (Way way : ways()) {
            table.row(
                    way(new Cell(FOLLOWED, way)) + ", followed / alone",
                    ratio(way, Written::rowsPerSecond),
                    ratio(way, it -> it.run().ms(0.5)),
                    ratio(way, it -> it.run().ms(0.99)),
                    ratio(way, Written::databaseMs));
        }
        return table;
    }

    private static String spread(List<Written> rounds, double share) {
        return Table.spread(rounds.stream().map(it -> it.run().ms(share)).toList(), "%.1f");
    }

    /** Round by round. */
    private String ratio(Way way, ToDoubleFunction<Written> value) {
        List<Written> followed = results.get(new Cell(FOLLOWED, way));
        List<Written> alone = results.get(new Cell(ALONE, way));
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < followed.size(); i++) {
            ratios.add(value.applyAsDouble(followed.get(i)) / value.applyAsDouble(alone.get(i)));
        }
        return Table.spread(ratios, "%.2f");
    }
}
