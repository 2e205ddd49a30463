package dev.tributary.qdrant;

import static dev.tributary.vector.ChunkBuilder.chunk;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.failure.ServiceException;
import dev.tributary.failure.ServiceException.Kind;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.DerivedSettings;
import dev.tributary.vector.Generation;
import dev.tributary.vector.IndexSpec;
import dev.tributary.vector.Metric;
import dev.tributary.vector.TextSpec;
import io.grpc.Status;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.grpc.Points.UpdateStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a server says, and what becomes of it: over real connections, also with TLS. */
class QdrantCallsIT {
    private static final String FULL =
            "Service internal error: No space left on device: WAL buffer size exceeds available disk space";

    private static final Generation GENERATION =
            new Generation(
                    new CollectionRef(
                            1,
                            "default",
                            2,
                            Metric.L2,
                            TextSpec.of("english"),
                            new IndexSpec(
                                    IndexSpec.Type.NONE, IndexSpec.Precision.FLOAT32, 0, 0, 0)),
                    1,
                    DerivedSettings.DEFAULT);

    /** Calls with the client that the service has. */
    private static void with(
            ScriptedQdrant server, Map<String, String> settings, Consumer<QdrantStore> test) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("port", "" + server.port());
        all.putIfAbsent("timeout", "30s");
        QdrantProperties properties = QdrantFixture.properties(all);
        try (QdrantClient client = new QdrantConfiguration().qdrantClient(properties)) {
            var calls = new QdrantCalls(client, properties.timeout(), properties.adminTimeout());
            test.accept(new QdrantStore(calls, properties));
        }
    }

    private static void assertFails(
            ThrowingCallable call, Kind kind, String code, String... words) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        e -> {
                            assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind);
                            assertThat(e.code()).as(e.getMessage()).isEqualTo(code);
                            for (String word : words) {
                                assertThat(e).hasMessageContaining(word);
                            }
                        });
    }

    private static void put(QdrantStore store) {
        store.put(GENERATION, List.of(QdrantFixture.derived(chunk(1).build(), 1)));
    }

    @ParameterizedTest
    @CsvSource({
        "CANCELLED, UNAVAILABLE, qdrant_failed",
        "UNKNOWN, UNAVAILABLE, qdrant_failed",
        "INVALID_ARGUMENT, IMPOSSIBLE, qdrant_refused",
        "DEADLINE_EXCEEDED, UNAVAILABLE, qdrant_slow",
        "NOT_FOUND, MISSING, qdrant_collection_not_found",
        "ALREADY_EXISTS, UNAVAILABLE, qdrant_failed",
        "PERMISSION_DENIED, UNAVAILABLE, qdrant_denied",
        "RESOURCE_EXHAUSTED, UNAVAILABLE, qdrant_busy",
        "FAILED_PRECONDITION, UNAVAILABLE, qdrant_busy",
        "ABORTED, UNAVAILABLE, qdrant_failed",
        "OUT_OF_RANGE, IMPOSSIBLE, qdrant_refused",
        "UNIMPLEMENTED, UNAVAILABLE, qdrant_failed",
        "INTERNAL, UNAVAILABLE, qdrant_failed",
        "UNAVAILABLE, UNAVAILABLE, qdrant_unavailable",
        "DATA_LOSS, UNAVAILABLE, qdrant_failed",
        "UNAUTHENTICATED, UNAVAILABLE, qdrant_denied"
    })
    void hasAFailureForEachStatus(Status.Code code, Kind kind, String failure) throws Exception {
        var status = Status.fromCode(code).withDescription("as it is said");
        try (var server = new ScriptedQdrant().answering(status)) {
            with(
                    server,
                    Map.of(),
                    store -> {
                        assertFails(() -> put(store), kind, failure);
                        assertFails(() -> store.count(GENERATION), kind, failure);
                    });
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Status.Code.class,
            names = {"INVALID_ARGUMENT", "UNAUTHENTICATED", "RESOURCE_EXHAUSTED", "UNAVAILABLE"})
    void repeatsWhatQdrantSays(Status.Code code) throws Exception {
        var status = Status.fromCode(code).withDescription("as it is said");
        try (var server = new ScriptedQdrant().answering(status)) {
            with(
                    server,
                    Map.of(),
                    store ->
                            assertThatThrownBy(() -> put(store))
                                    .hasMessageContaining("as it is said"));
        }
    }

    @Test
    void saysThatTheDiskIsFull() throws Exception {
        try (var server = new ScriptedQdrant().answering(Status.INTERNAL.withDescription(FULL))) {
            with(
                    server,
                    Map.of(),
                    store ->
                            assertFails(() -> put(store), Kind.UNAVAILABLE, "qdrant_failed", FULL));
        }
    }

    @Test
    void doesNotWaitForASlowServer() throws Exception {
        try (var server = new ScriptedQdrant().after(Duration.ofSeconds(3))) {
            with(
                    server,
                    Map.of("timeout", "1s"),
                    store -> {
                        long start = System.nanoTime();

                        assertFails(() -> put(store), Kind.UNAVAILABLE, "qdrant_slow");

                        assertThat(Duration.ofNanos(System.nanoTime() - start))
                                .isBetween(Duration.ofMillis(900), Duration.ofMillis(2_900));
                    });
        }
    }

    @Test
    void givesTimeToCallsOnCollections() throws Exception {
        try (var server = new ScriptedQdrant().after(Duration.ofMillis(700))) {
            with(
                    server,
                    Map.of("timeout", "200ms", "admin-timeout", "30s"),
                    store -> {
                        assertFails(() -> put(store), Kind.UNAVAILABLE, "qdrant_slow");

                        store.use(GENERATION);
                    });
            with(
                    server,
                    Map.of("admin-timeout", "200ms"),
                    store ->
                            assertFails(
                                    () -> store.use(GENERATION), Kind.UNAVAILABLE, "qdrant_slow"));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = UpdateStatus.class,
            names = {"Acknowledged", "WaitTimeout", "ClockRejected"})
    void takesAWriteForDoneOnlyOnceItIsApplied(UpdateStatus outcome) throws Exception {
        try (var server = new ScriptedQdrant().writing(outcome)) {
            with(
                    server,
                    Map.of(),
                    store ->
                            assertFails(
                                    () -> put(store),
                                    Kind.UNAVAILABLE,
                                    "qdrant_slow",
                                    outcome.name()));
            server.writing(UpdateStatus.Completed);
            with(server, Map.of(), QdrantCallsIT::put);
        }
    }

    @Test
    void sendsTheKey() throws Exception {
        try (var server = new ScriptedQdrant().asking("secret")) {
            with(server, Map.of("api-key", "secret"), QdrantCallsIT::put);
            for (Map<String, String> wrong :
                    List.of(Map.of("api-key", "guess"), Map.<String, String>of())) {
                with(
                        server,
                        wrong,
                        store ->
                                assertFails(
                                        () -> put(store),
                                        Kind.UNAVAILABLE,
                                        "qdrant_denied",
                                        "Invalid API key"));
            }
        }
    }

    @Test
    void trustsTheCertificateThatItIsGiven(@TempDir Path folder) throws Exception {
        var keys = new SelfSigned(folder, "ip:127.0.0.1");
        try (var server = new ScriptedQdrant(keys.server())) {
            with(
                    server,
                    Map.of("tls", "true", "ca-certificate", keys.certificate().toString()),
                    QdrantCallsIT::put);
            with(
                    server,
                    Map.of("tls", "true"),
                    store ->
                            assertFails(
                                    () -> put(store),
                                    Kind.UNAVAILABLE,
                                    "qdrant_unavailable",
                                    "certificate is not trusted"));
        }
    }

    @Test
    void trustsNoCertificateOfAnotherHost(@TempDir Path folder) throws Exception {
        var keys = new SelfSigned(folder, "dns:elsewhere.example");
        try (var server = new ScriptedQdrant(keys.server())) {
            with(
                    server,
                    Map.of("tls", "true", "ca-certificate", keys.certificate().toString()),
                    store ->
                            assertFails(
                                    () -> put(store),
                                    Kind.UNAVAILABLE,
                                    "qdrant_unavailable",
                                    "certificate is not trusted",
                                    "127.0.0.1"));
        }
    }

    @Test
    void saysThatOnlyOneSideHasTls(@TempDir Path folder) throws Exception {
        var keys = new SelfSigned(folder, "ip:127.0.0.1");
        try (var plain = new ScriptedQdrant();
                var encrypted = new ScriptedQdrant(keys.server())) {
            with(
                    plain,
                    Map.of("tls", "true"),
                    store -> assertFails(() -> put(store), Kind.UNAVAILABLE, "qdrant_unavailable"));
            with(
                    encrypted,
                    Map.of(),
                    store -> assertFails(() -> put(store), Kind.UNAVAILABLE, "qdrant_unavailable"));
        }
    }

    /** More than the 4 MB that gRPC takes unless told otherwise. */
    @Test
    void readsLongAnswers() throws Exception {
        List<UUID> ids = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            ids.add(UUID.randomUUID());
        }
        try (var server = new ScriptedQdrant()) {
            with(
                    server,
                    Map.of(),
                    store ->
                            assertThat(store.embeddings(GENERATION, ids))
                                    .containsOnlyKeys(ids.toArray(UUID[]::new)));
        }
    }

    @Test
    void endsWhenItIsInterrupted() throws Exception {
        try (var server = new ScriptedQdrant().after(Duration.ofSeconds(20))) {
            with(
                    server,
                    Map.of(),
                    store -> {
                        Thread.currentThread().interrupt();

                        assertFails(() -> put(store), Kind.UNAVAILABLE, "interrupted");

                        assertThat(Thread.interrupted()).isTrue();
                    });
        }
    }
}
