package dev.tributary.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.testing.CollectionsIT;
import dev.tributary.vector.Embedding;
import dev.tributary.vector.Metric;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** What searches say about the same chunks must agree, whatever the filter. */
class SearchConsistencyIT extends CollectionsIT {
    private static final int CHUNKS = 400;
    private static final int DIMENSION = 8;
    private static final int ROUNDS = 25;
    private static final List<String> WORDS =
            List.of("river", "lake", "delta", "spring", "mouth", "bank", "ford", "weir");

    private record Row(
            String source, Embedding vector, String content, int n, String lang, boolean draft) {
        String json() {
            return """
            {"source_id": "%s", "embedding": %s, "content": "%s",
             "metadata": {"n": %d, %s "draft": %s, "tags": ["t%d", "x"]}}\
            """
                    .formatted(
                            source,
                            array(vector),
                            content,
                            n,
                            lang.isEmpty() ? "" : "\"lang\": \"" + lang + "\",",
                            draft,
                            n % 3);
        }
    }

    /** A filter, and the same in Java. */
    private record Condition(String json, Set<String> matching) {}

    private static Row row(Random random, String source) {
        String content =
                IntStream.range(0, 1 + random.nextInt(6))
                        .mapToObj(_ -> WORDS.get(random.nextInt(WORDS.size())))
                        .collect(Collectors.joining(" "));
        return new Row(
                source,
                vector(random),
                content,
                random.nextInt(10),
                List.of("en", "de", "").get(random.nextInt(3)),
                random.nextBoolean());
    }

    private static Embedding vector(Random random) {
        var vector = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return Embedding.copyOf(vector);
    }

    private static String array(Embedding embedding) {
        float[] vector = embedding.toArray();
        return IntStream.range(0, vector.length)
                .mapToObj(i -> Float.toString(vector[i]))
                .collect(Collectors.joining(",", "[", "]"));
    }

    private static Condition condition(Random random, List<Row> all, int depth) {
        int n = random.nextInt(10);
        return switch (random.nextInt(depth == 0 ? 7 : 10)) {
            case 0 -> of(all, "{\"n\": " + n + "}", row -> row.n() == n);
            case 1 -> of(all, "{\"n\": {\"$gte\": " + n + "}}", row -> row.n() >= n);
            case 2 ->
                    of(
                            all,
                            "{\"n\": {\"$gt\": 2, \"$lt\": " + n + ".5}}",
                            row -> row.n() > 2 && row.n() <= n);
            case 3 -> of(all, "{\"lang\": {\"$ne\": \"en\"}}", row -> !row.lang().equals("en"));
            case 4 ->
                    of(
                            all,
                            "{\"lang\": {\"$in\": [\"de\", null]}}",
                            row -> !row.lang().equals("en"));
            case 5 -> of(all, "{\"tags\": {\"$contains\": \"t1\"}}", row -> row.n() % 3 == 1);
            case 6 ->
                    of(
                            all,
                            "{\"draft\": true, \"lang\": {\"$exists\": true}}",
                            row -> row.draft() && !row.lang().isEmpty());
            case 7 -> {
                Condition part = condition(random, all, depth - 1);
                var rest = new HashSet<>(all.stream().map(Row::source).toList());
                rest.removeAll(part.matching());
                yield new Condition("{\"$not\": " + part.json() + "}", rest);
            }
            case 8 -> {
                Condition a = condition(random, all, depth - 1);
                Condition b = condition(random, all, depth - 1);
                var both = new HashSet<>(a.matching());
                both.retainAll(b.matching());
                yield new Condition("{\"$and\": [" + a.json() + "," + b.json() + "]}", both);
            }
            default -> {
                Condition a = condition(random, all, depth - 1);
                Condition b = condition(random, all, depth - 1);
                var either = new HashSet<>(a.matching());
                either.addAll(b.matching());
                yield new Condition("{\"$or\": [" + a.json() + "," + b.json() + "]}", either);
            }
        };
    }

    private static Condition of(List<Row> all, String json, Predicate<Row> matches) {
        return new Condition(
                json, all.stream().filter(matches).map(Row::source).collect(Collectors.toSet()));
    }

    @ParameterizedTest
    @EnumSource
    void searchesAgreeWithEachOtherAndWithJava(Metric metric) {
        long seed = new Random().nextLong();
        System.out.println("searches by seed " + seed);
        var random = new Random(seed);
        List<Row> all = IntStream.range(0, CHUNKS).mapToObj(i -> row(random, "s" + i)).toList();
        String name =
                create(
                        "{\"dimension\": %d, \"metric\": \"%s\"}"
                                .formatted(DIMENSION, metric.name().toLowerCase(Locale.ROOT)));
        putChunks(name, all.stream().map(Row::json).toArray(String[]::new));
        assertThat(count(name)).isEqualTo(CHUNKS);

        for (int round = 0; round < ROUNDS; round++) {
            Condition condition = condition(random, all, 2);
            Embedding query = vector(random);
            int topK = 1 + random.nextInt(30);
            String fields =
                    "\"embedding\": %s, \"filter\": %s, \"top_k\": %d, \"include\": [\"metadata\"]"
                            .formatted(array(query), condition.json(), topK);
            String words =
                    ", \"query\": \"%s %s\""
                            .formatted(
                                    WORDS.get(random.nextInt(WORDS.size())),
                                    WORDS.get(random.nextInt(WORDS.size())));

            Answer exact = search(name, fields + ", \"params\": {\"exact\": true}");
            Answer fast = search(name, fields);
            Answer hybrid = hybrid(name, fields + words);
            Answer text =
                    hybrid(name, fields + words + ", \"fusion\": {\"weights\": {\"vector\": 0}}");

            String context = "seed " + seed + ", round " + round + ", " + condition.json();
            assertThat(exact.status()).as(context).isEqualTo(200);
            assertThat(sources(exact))
                    .as(context)
                    .containsExactlyElementsOf(nearest(metric, all, condition, query, topK));
            assertThat(condition.matching()).as(context).containsAll(sources(fast));
            assertThat(condition.matching()).as(context).containsAll(sources(hybrid));
            assertThat(condition.matching()).as(context).containsAll(sources(text));
            int full = Math.min(topK, condition.matching().size());
            assertThat(sources(fast)).as(context).hasSize(full).doesNotHaveDuplicates();
            assertThat(sources(hybrid)).as(context).hasSize(full).doesNotHaveDuplicates();
            assertThat(count(name, condition.json())).isEqualTo(condition.matching().size());
            assertFused(name, fields, words, context);
        }
    }

    /** Brute force in double precision. */
    private static List<String> nearest(
            Metric metric, List<Row> all, Condition condition, Embedding query, int topK) {
        return all.stream()
                .filter(row -> condition.matching().contains(row.source()))
                .sorted(
                        Comparator.comparingDouble(
                                row -> distance(metric, row.vector().toArray(), query.toArray())))
                .limit(topK)
                .map(Row::source)
                .toList();
    }

    private static double distance(Metric metric, float[] a, float[] b) {
        double dot = 0;
        double squaresA = 0;
        double squaresB = 0;
        double squares = 0;
        for (int i = 0; i < a.length; i++) {
            dot += (double) a[i] * b[i];
            squaresA += (double) a[i] * a[i];
            squaresB += (double) b[i] * b[i];
            squares += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
        }
        return switch (metric) {
            case COSINE -> 1 - dot / Math.sqrt(squaresA * squaresB);
            case L2 -> Math.sqrt(squares);
            case INNER_PRODUCT -> -dot;
        };
    }

    /** A hybrid answer is the reciprocal rank fusion of its two legs asked separately. */
    private void assertFused(String name, String fields, String words, String context) {
        String legs =
                fields.replaceFirst(
                        "\"top_k\": \\d+", "\"top_k\": 100, \"params\": {\"exact\": true}");
        Answer vector = hybrid(name, legs + words + ", \"fusion\": {\"weights\": {\"text\": 0}}");
        Answer text = hybrid(name, legs + words + ", \"fusion\": {\"weights\": {\"vector\": 0}}");
        Answer fused =
                hybrid(
                        name,
                        legs
                                + words
                                + ", \"fusion\": {\"k\": 10, \"weights\": {\"vector\": 0.7, \"text\": 2}}");
        Map<String, Double> scores = new HashMap<>();
        addRanks(scores, vector, 0.7);
        addRanks(scores, text, 2);

        List<String> order = new ArrayList<>();
        for (JsonNode hit : fused.body().path("results")) {
            String id = hit.path("id").asString();
            order.add(id);
            assertThat(hit.path("score").asDouble())
                    .as(context)
                    .isCloseTo(scores.getOrDefault(id, Double.NaN), within(1e-12));
        }
        List<String> expected =
                scores.entrySet().stream()
                        .sorted(
                                Map.Entry.<String, Double>comparingByValue()
                                        .reversed()
                                        .thenComparing(Map.Entry.comparingByKey()))
                        .limit(100)
                        .map(Map.Entry::getKey)
                        .toList();
        assertThat(order).as(context).containsExactlyElementsOf(expected);
    }

    private static void addRanks(Map<String, Double> scores, Answer leg, double weight) {
        int rank = 1;
        for (String id : texts(leg.body().path("results"), "id")) {
            scores.merge(id, weight / (10 + rank), Double::sum);
            rank++;
        }
    }
}
