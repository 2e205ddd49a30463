package dev.tributary.recall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.testing.PostgresServer;
import dev.tributary.testing.Service;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The recall of live searches, from the search to the page that Prometheus reads. */
class RecallGaugeIT {
    private static final Pattern GAUGE =
            Pattern.compile(
                    "^pgvector_search_recall\\{namespace=\"([a-z]+)\"} (\\S+)$", Pattern.MULTILINE);

    private static final Duration WAIT_MAX = Duration.ofSeconds(30);
    private static final int DIMENSION = 32;
    private static final int ROWS = 2_000;
    private static final int QUERIES = 20;

    private final Random random = new Random(17);

    @Test
    void appearsWhereMetricsAreReadAndTellsAGoodIndexFromABadOne() {
        try (var service =
                Service.on(
                        PostgresServer.shared(),
                        "tributary.recall.share=1",
                        "tributary.recall.budget=1",
                        "tributary.pgvector.exact-size-max=0B")) {
            fill(service, "good", "{\"type\": \"hnsw\", \"m\": 32, \"ef_construction\": 400}");
            fill(service, "bad", "{\"type\": \"hnsw\", \"m\": 2, \"ef_construction\": 4}");

            for (int i = 0; i < QUERIES; i++) {
                String query = vector();
                search(service, "good", query, 1_000);
                await().atMost(WAIT_MAX).until(() -> !Double.isNaN(gauge(service, "good")));
                search(service, "bad", query, 1);
            }

            await().atMost(WAIT_MAX).until(() -> !Double.isNaN(gauge(service, "bad")));
            System.out.printf(
                    "good %.3f bad %.3f%n", gauge(service, "good"), gauge(service, "bad"));
            assertThat(gauge(service, "good")).isEqualTo(1);
            assertThat(gauge(service, "bad")).isBetween(0.01, 0.95);
            assertThat(metrics(service))
                    .contains("pgvector_search_recall_probes_total{outcome=\"measured\"}")
                    .contains("pgvector_search_recall_probes_total{outcome=\"dropped\"}");
        }
    }

    private void fill(Service service, String namespace, String index) {
        String path = "/collections/vectors";
        service.put(
                path + "?namespace=" + namespace,
                "{\"dimension\": %d, \"metric\": \"l2\", \"index\": %s}"
                        .formatted(DIMENSION, index));
        for (int from = 0; from < ROWS; from += 1_000) {
            List<String> chunks = new ArrayList<>();
            for (int i = from; i < from + 1_000; i++) {
                chunks.add("{\"source_id\": \"%d\", \"embedding\": %s}".formatted(i, vector()));
            }
            var answer =
                    service.put(
                            path + "/chunks?namespace=" + namespace,
                            "{\"chunks\": [" + String.join(",", chunks) + "]}");
            assertThat(answer.body().path("created").asInt()).isEqualTo(1_000);
        }
    }

    private static void search(Service service, String namespace, String query, int efSearch) {
        var answer =
                service.post(
                        "/search",
                        """
                        {"collection": "vectors", "namespace": "%s", "embedding": %s,
                         "params": {"ef_search": %d}}
                        """
                                .formatted(namespace, query, efSearch));
        assertThat(answer.status()).isEqualTo(200);
    }

    private String vector() {
        List<String> components = new ArrayList<>();
        for (int i = 0; i < DIMENSION; i++) {
            components.add(Float.toString((float) random.nextGaussian()));
        }
        return components.toString();
    }

    private static double gauge(Service service, String namespace) {
        Matcher gauge = GAUGE.matcher(metrics(service));
        while (gauge.find()) {
            if (gauge.group(1).equals(namespace)) {
                return Double.parseDouble(gauge.group(2));
            }
        }
        return Double.NaN;
    }

    private static String metrics(Service service) {
        var answer = service.get("/actuator/prometheus");
        return new String(answer.response().body(), StandardCharsets.UTF_8);
    }
}
