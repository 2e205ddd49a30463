package dev.tributary.qdrant;

import dev.tributary.testing.QdrantEngine;
import dev.tributary.vector.Chunk;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.DerivedChunk;
import dev.tributary.vector.DerivedSettings;
import dev.tributary.vector.DerivedSettings.Quantization;
import dev.tributary.vector.Generation;
import dev.tributary.vector.IndexSpec;
import dev.tributary.vector.Metric;
import dev.tributary.vector.StoredChunks;
import dev.tributary.vector.TextSpec;
import io.qdrant.client.QdrantClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** The store on the Qdrant of the tests, with fresh collections for each of them. */
abstract class QdrantFixture {
    static final Instant CREATED = Instant.parse("2026-11-27T10:15:30.123456Z");

    /** Starts anywhere, so that runs which share a server do not meet. */
    private static final AtomicLong NEXT_ID =
            new AtomicLong(ThreadLocalRandom.current().nextLong(1_000_000, 2_000_000_000));

    private static @Nullable QdrantClient client;

    private final List<Generation> created = new ArrayList<>();

    @BeforeAll
    static void connect() {
        client = QdrantEngine.shared().client();
    }

    @AfterAll
    static void disconnect() {
        client().close();
    }

    @AfterEach
    void dropGenerations() {
        created.forEach(each -> store().drop(each.collection().id(), each.number()));
    }

    static QdrantClient client() {
        if (client == null) {
            throw new IllegalStateException("not connected");
        }
        return client;
    }

    static QdrantStore store() {
        return store(properties(Map.of()));
    }

    static QdrantStore store(QdrantProperties properties) {
        var timeout = Duration.ofSeconds(30);
        return new QdrantStore(new QdrantCalls(client(), timeout, timeout), properties);
    }

    /** The defaults, but for these settings. */
    static QdrantProperties properties(Map<String, String> settings) {
        return new Binder(new MapConfigurationPropertySource(settings))
                .bindOrCreate("", QdrantProperties.class);
    }

    /** A generation that is not there yet, dropped after the test. */
    Generation unborn(int dimension, Metric metric) {
        return unborn(dimension, metric, Quantization.NONE);
    }

    Generation unborn(int dimension, Metric metric, Quantization quantization) {
        var collection =
                new CollectionRef(
                        NEXT_ID.getAndIncrement(),
                        "default",
                        dimension,
                        metric,
                        TextSpec.of("english"),
                        new IndexSpec(IndexSpec.Type.NONE, IndexSpec.Precision.FLOAT32, 0, 0, 0));
        return next(new Generation(collection, 0, new DerivedSettings(quantization)));
    }

    Generation next(Generation generation) {
        var next =
                new Generation(
                        generation.collection(), generation.number() + 1, generation.settings());
        created.add(next);
        return next;
    }

    /** A generation that is searched. */
    Generation generation(int dimension, Metric metric) {
        return generation(dimension, metric, Quantization.NONE);
    }

    Generation generation(int dimension, Metric metric, Quantization quantization) {
        var generation = unborn(dimension, metric, quantization);
        store().create(generation);
        store().use(generation);
        return generation;
    }

    static DerivedChunk derived(Chunk chunk, long version) {
        return derived(chunk, version, "hash of " + chunk.id());
    }

    static DerivedChunk derived(Chunk chunk, long version, String hash) {
        return new DerivedChunk(
                StoredChunks.stored(chunk, CREATED),
                chunk.embedding(),
                chunk.metadata(),
                version,
                hash);
    }
}
