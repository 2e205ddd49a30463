package dev.tributary.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.testing.HttpIT;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Recall at the default settings through HTTP, against exact answers: on SIFT vectors where they
 * lie beside the project ({@code ../shared/eval/sift5k}, from a public sample), and else on
 * clustered random ones, whose exact answers are computed here.
 */
class PublicCollectionsIT extends HttpIT {
    private static final Path SIFT = Path.of("..", "shared", "eval", "sift5k");
    private static final int TOP_K = 10;

    /** Vectors to search, vectors to search with, and the positions of the true ten nearest. */
    private record Task(List<float[]> base, List<float[]> queries, List<Set<Integer>> truth) {}

    @ParameterizedTest
    @CsvSource({
        "l2, query, groundtruth, 0.98",
        "cosine, query, groundtruth_cosine, 0.98",
        "l2, query_ood, groundtruth_ood, 0.95"
    })
    void findsTheTrueNeighboursAtDefaultSettings(
            String metric, String queries, String truth, double recallLeast) throws IOException {
        Task task =
                Files.isDirectory(SIFT)
                        ? read(queries, truth)
                        : generate(metric.equals("cosine"), new Random(4));
        String collection = "recall-" + metric + "-" + queries.replace('_', '-');
        load(collection, metric, task.base());

        double found = 0;
        for (int i = 0; i < task.queries().size(); i++) {
            Set<Integer> hits = search(collection, task.queries().get(i));
            hits.retainAll(task.truth().get(i));
            found += hits.size();
        }

        assertThat(found / (TOP_K * task.queries().size())).isGreaterThanOrEqualTo(recallLeast);
        delete("/collections/" + collection);
    }

    private void load(String collection, String metric, List<float[]> base) {
        put(
                "/collections/" + collection,
                "{\"dimension\": %d, \"metric\": \"%s\"}"
                        .formatted(base.getFirst().length, metric));
        for (int from = 0; from < base.size(); from += 1_000) {
            String chunks =
                    IntStream.range(from, Math.min(from + 1_000, base.size()))
                            .mapToObj(i ->
                                    "{\"source_id\": \"%d\", \"embedding\": \"%s\"}"
                                            .formatted(i, base64(base.get(i))))
                            .collect(Collectors.joining(","));
            Answer answer =
                    put("/collections/" + collection + "/chunks", "{\"chunks\": [" + chunks + "]}");
            assertThat(answer.body().path("failed").asInt()).isZero();
        }
        patch("/collections/" + collection, "{\"index\": {\"type\": \"hnsw\"}}");
        await().atMost(Duration.ofMinutes(2))
                .until(() ->
                        get("/collections/" + collection)
                                .body()
                                .at("/index/state")
                                .asString()
                                .equals("ready"));
    }

    private Set<Integer> search(String collection, float[] query) {
        Answer answer =
                post(
                        "/search",
                        "{\"collection\": \"%s\", \"embedding\": \"%s\", \"top_k\": %d, \"include\": []}"
                                .formatted(collection, base64(query), TOP_K));
        Set<Integer> hits = new HashSet<>();
        answer.body()
                .path("results")
                .forEach(hit -> hits.add(Integer.valueOf(hit.path("source_id").asString())));
        return hits;
    }

    private static String base64(float[] vector) {
        ByteBuffer bytes =
                ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    private static Task read(String queries, String truth) throws IOException {
        List<Set<Integer>> nearest = new ArrayList<>();
        for (ByteBuffer row : rows(truth + ".ivecs")) {
            nearest.add(
                    IntStream.range(0, TOP_K)
                            .map(i -> row.getInt(i * Integer.BYTES))
                            .boxed()
                            .collect(Collectors.toSet()));
        }
        return new Task(vectors("base.fvecs"), vectors(queries + ".fvecs"), nearest);
    }

    private static List<float[]> vectors(String name) throws IOException {
        List<ByteBuffer> rows = rows(name);
        List<float[]> vectors = new ArrayList<>();
        for (ByteBuffer row : rows) {
            float[] vector = new float[row.capacity() / Float.BYTES];
            row.asFloatBuffer().get(vector);
            vectors.add(vector);
        }
        return vectors;
    }

    /** The rows of a vecs file: each has its length before it, and 4 bytes a component. */
    private static List<ByteBuffer> rows(String name) throws IOException {
        ByteBuffer file =
                ByteBuffer.wrap(Files.readAllBytes(SIFT.resolve(name)))
                        .order(ByteOrder.LITTLE_ENDIAN);
        List<ByteBuffer> rows = new ArrayList<>();
        while (file.hasRemaining()) {
            int bytes = file.getInt() * 4;
            rows.add(file.slice(file.position(), bytes).order(ByteOrder.LITTLE_ENDIAN));
            file.position(file.position() + bytes);
        }
        return rows;
    }

    private static Task generate(boolean cosine, Random random) {
        List<float[]> centres = gaussian(random, 50, 32, 4);
        List<float[]> base = around(random, centres, 2_000);
        List<float[]> queries = around(random, centres, 50);
        List<Set<Integer>> truth = new ArrayList<>();
        for (float[] query : queries) {
            truth.add(
                    IntStream.range(0, base.size())
                            .boxed()
                            .sorted((a, b) ->
                                    Double.compare(
                                            distance(cosine, base.get(a), query),
                                            distance(cosine, base.get(b), query)))
                            .limit(TOP_K)
                            .collect(Collectors.toSet()));
        }
        return new Task(base, queries, truth);
    }

    private static List<float[]> gaussian(Random random, int rows, int dimension, double spread) {
        List<float[]> vectors = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            float[] vector = new float[dimension];
            for (int i = 0; i < dimension; i++) {
                vector[i] = (float) (random.nextGaussian() * spread);
            }
            vectors.add(vector);
        }
        return vectors;
    }

    private static List<float[]> around(Random random, List<float[]> centres, int rows) {
        List<float[]> vectors = gaussian(random, rows, centres.getFirst().length, 1);
        for (float[] vector : vectors) {
            float[] centre = centres.get(random.nextInt(centres.size()));
            for (int i = 0; i < vector.length; i++) {
                vector[i] += centre[i];
            }
        }
        return vectors;
    }

    private static double distance(boolean cosine, float[] a, float[] b) {
        double product = 0;
        double squares = 0;
        double normA = 0;
        double normB = 0;
        for (int i = 0; i < a.length; i++) {
            product += a[i] * b[i];
            squares += (a[i] - b[i]) * (a[i] - b[i]);
            normA += a[i] * a[i];
            normB += b[i] * b[i];
        }
        return cosine ? -product / Math.sqrt(normA * normB) : squares;
    }
}
