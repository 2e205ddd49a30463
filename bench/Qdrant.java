import io.qdrant.client.ConditionFactory;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;
import io.qdrant.client.QueryFactory;
import io.qdrant.client.WithPayloadSelectorFactory;
import io.qdrant.client.WithVectorsSelectorFactory;
import io.qdrant.client.grpc.Collections.CollectionStatus;
import io.qdrant.client.grpc.Collections.HnswConfigDiff;
import io.qdrant.client.grpc.Collections.UpdateCollection;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.SearchParams;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Qdrant, and its own client: a server that was given, or else the test engine. */
final class Qdrant implements AutoCloseable {
    private static final int EF_SEARCH = 100;
    private static final Duration INDEX_MAX = Duration.ofMinutes(15);
    private static final int STOP_SECONDS = 30;

    private final @Nullable Process engine;
    private final String host;
    private final int port;
    private final QdrantClient client;

    private Qdrant(@Nullable Process engine, String host, int port, String apiKey) {
        this.engine = engine;
        this.host = host;
        this.port = port;
        var builder = QdrantGrpcClient.newBuilder(host, port, false);
        if (!apiKey.isEmpty()) {
            builder.withApiKey(apiKey);
        }
        client = new QdrantClient(builder.build());
    }

    /**
     * Connects to a server, or starts the engine.
     *
     * @param work where the engine keeps its data
     */
    static Qdrant of(QdrantSettings settings, Path work) throws IOException {
        if (!settings.qdrant().isEmpty()) {
            String[] parts = settings.qdrant().split(":", -1);
            return new Qdrant(null, parts[0], Integer.parseInt(parts[1]), settings.apiKey());
        }
        Process engine =
                new ProcessBuilder(
                                "scripts/qdrant-engine",
                                "run",
                                "--data",
                                work.resolve("qdrant").toString())
                        .redirectError(work.resolve("qdrant.log").toFile())
                        .start();
        // It ends when its input does, so also when this program is killed.
        var output =
                new BufferedReader(
                        new InputStreamReader(engine.getInputStream(), StandardCharsets.UTF_8));
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith("ready ")) {
                int port = Integer.parseInt(line.substring("ready ".length()).strip());
                return new Qdrant(engine, "127.0.0.1", port, "");
            }
        }
        throw new IOException("the test engine did not start: see " + work.resolve("qdrant.log"));
    }

    /** Whether it can be stopped for a while: a given server cannot. */
    boolean canPause() {
        return engine != null;
    }

    /** Lets it take no processor time until {@link #resume()}. */
    void pause() throws IOException, InterruptedException {
        signal("-STOP");
    }

    void resume() throws IOException, InterruptedException {
        signal("-CONT");
    }

    private void signal(String signal) throws IOException, InterruptedException {
        String pid = String.valueOf(Objects.requireNonNull(engine).pid());
        if (new ProcessBuilder("kill", signal, pid).start().waitFor() != 0) {
            throw new IllegalStateException("kill " + signal + " failed");
        }
    }

    String describe() {
        return engine == null
                ? "Qdrant is the server at %s:%d.".formatted(host, port)
                : "Qdrant is the test engine: its engine in a Python process, not its server.";
    }

    /** Settings of a service that uses it. */
    List<String> settings(String apiKey) {
        return List.of(
                "tributary.qdrant.enabled=true",
                "tributary.qdrant.host=" + host,
                "tributary.qdrant.port=" + port,
                "tributary.qdrant.api-key=" + apiKey);
    }

    /**
     * Waits until the points are in the graph, and returns for how many seconds. The engine makes
     * it when the settings change.
     */
    double awaitIndex(String collection) throws InterruptedException {
        long start = System.nanoTime();
        if (engine != null) {
            call(() ->
                    client.updateCollectionAsync(
                                    UpdateCollection.newBuilder()
                                            .setCollectionName(collection)
                                            .setHnswConfig(HnswConfigDiff.getDefaultInstance())
                                            .build(),
                                    INDEX_MAX)
                            .get());
        }
        while (call(() -> client.getCollectionInfoAsync(collection).get()).getStatus()
                != CollectionStatus.Green) {
            if (System.nanoTime() - start > INDEX_MAX.toNanos()) {
                throw new IllegalStateException("Qdrant has not built its graph");
            }
            Thread.sleep(1_000);
        }
        return (System.nanoTime() - start) / 1e9;
    }

    /** The collection of the service there. */
    String onlyCollection() throws InterruptedException {
        List<String> all = call(() -> client.listCollectionsAsync().get());
        if (all.size() != 1) {
            throw new IllegalStateException("Qdrant must have one collection, has " + all);
        }
        return all.getFirst();
    }

    /**
     * A search as a program would make it that uses Qdrant alone: ids and scores only.
     *
     * @param tag what the points must have; null for every point
     */
    static QueryPoints query(String collection, float[] vector, @Nullable String tag) {
        var query =
                QueryPoints.newBuilder()
                        .setCollectionName(collection)
                        .setQuery(QueryFactory.nearest(vector))
                        .setLimit(10)
                        .setParams(SearchParams.newBuilder().setHnswEf(EF_SEARCH))
                        .setWithPayload(WithPayloadSelectorFactory.enable(false))
                        .setWithVectors(WithVectorsSelectorFactory.enable(false));
        if (tag != null) {
            query.setFilter(Filter.newBuilder().addMust(ConditionFactory.matchKeyword("t", tag)));
        }
        return query.build();
    }

    /** Runs a query and waits for its answer. */
    void run(QueryPoints query) throws InterruptedException {
        call(() -> client.queryAsync(query).get());
    }

    /** A call of the client. */
    private interface Call<T> {
        T run() throws ExecutionException, InterruptedException;
    }

    private static <T> T call(Call<T> call) throws InterruptedException {
        try {
            return call.run();
        } catch (ExecutionException e) {
            throw new IllegalStateException("Qdrant: " + e.getCause().getMessage(), e);
        }
    }

    @Override
    public void close() {
        client.close();
        if (engine != null) {
            engine.destroy();
            try {
                engine.waitFor(STOP_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
