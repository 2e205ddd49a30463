package dev.tributary.search;

import static dev.tributary.vector.ChunkBuilder.chunk;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.testing.CollectionsIT;
import dev.tributary.vector.Chunk;
import dev.tributary.vector.ChunkIds;
import dev.tributary.vector.Distances;
import dev.tributary.vector.Embedding;
import dev.tributary.vector.Filter;
import dev.tributary.vector.FilterJson;
import dev.tributary.vector.FilterMatcher;
import dev.tributary.vector.Metric;
import dev.tributary.vector.RandomFilters;
import dev.tributary.vector.StoredChunks;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What must be true of every search, tried on random chunks, filters and refinements. */
class SearchPropertyIT extends CollectionsIT {
    private static final int CHUNKS = 300;
    private static final int DIMENSION = 6;
    private static final int ROUNDS = 20;

    /** Values closer than this may be rounded to either order by a store that adds up float32. */
    private static final double GAP = 2e-6;

    private static final List<String> WORDS =
            List.of("river", "lake", "delta", "spring", "mouth", "bank", "ford", "weir");

    /** One round: what is searched for, and the chunks that may be found. */
    private record Round(
            String collection,
            Metric metric,
            Embedding query,
            Filter filter,
            List<Chunk> matching) {
        /** The fields of a request that compares every chunk. */
        String fields(int topK) {
            return """
            "embedding": %s, "filter": %s, "top_k": %d, "include": [], "params": {"exact": true}\
            """
                    .formatted(
                            array(query),
                            JsonMapper.shared().writeValueAsString(FilterJson.write(filter)),
                            topK);
        }

        /** All that match, nearest first; of the highest boosted score with a boost. */
        List<Chunk> ranked(@Nullable String boost) {
            Comparator<Chunk> order =
                    boost == null
                            ? Comparator.comparingDouble(this::distance)
                            : Comparator.comparingDouble((Chunk it) -> boosted(it, boost))
                                    .reversed();
            return matching.stream()
                    .sorted(order.thenComparing(Chunk::id, ChunkIds.ORDER))
                    .toList();
        }

        /**
         * True if no two chunks are all but equally near, unless they are equal by their boosts.
         */
        boolean hasOneOrder() {
            return areApart(matching.stream().mapToDouble(this::distance))
                    && areApart(
                            matching.stream()
                                    .mapToDouble(it -> boosted(it, "fresh"))
                                    .filter(score -> score != 0));
        }

        private static boolean areApart(DoubleStream values) {
            double[] sorted = values.sorted().toArray();
            return IntStream.range(1, sorted.length).allMatch(i -> sorted[i] - sorted[i - 1] > GAP);
        }

        private double boosted(Chunk chunk, String boost) {
            return metric.score(distance(chunk)) * chunk.boosts().getOrDefault(boost, 1.0) + 0.0;
        }

        private double distance(Chunk chunk) {
            return Distances.between(metric, chunk.embedding(), query);
        }
    }

    @ParameterizedTest
    @EnumSource
    void searchesKeepTheirPromises(Metric metric) {
        long seed = Long.getLong("seed", new Random().nextLong());
        System.out.println("searches by seed " + seed);
        var random = new Random(seed);
        List<Chunk> all = IntStream.range(0, CHUNKS).mapToObj(i -> random(random, i)).toList();
        String collection =
                create(
                        "{\"dimension\": %d, \"metric\": \"%s\", \"language\": \"simple\"}"
                                .formatted(DIMENSION, metric.name().toLowerCase(Locale.ROOT)));
        Answer put =
                putChunks(
                        collection,
                        all.stream().map(SearchPropertyIT::json).toArray(String[]::new));
        assertThat(put.body().path("created").asInt()).isEqualTo(CHUNKS);

        for (int i = 0; i < ROUNDS; i++) {
            Filter filter = filter(random);
            List<Chunk> matching =
                    all.stream()
                            .filter(it ->
                                    FilterMatcher.matches(
                                            filter, StoredChunks.stored(it, Instant.EPOCH)))
                            .toList();
            Round round;
            do {
                round = new Round(collection, metric, vector(random), filter, matching);
            } while (!round.hasOneOrder());

            try {
                assertThat(count(collection, json(filter))).isEqualTo(matching.size());
                assertNearest(round, 1 + random.nextInt(40));
                assertBoosted(round, 1 + random.nextInt(40));
                assertGrouped(round, random);
                assertFiltered(round, random);
                assertFused(round, random);
            } catch (AssertionError e) {
                throw new AssertionError("seed " + seed + ", round " + i + ", " + filter, e);
            }
        }
    }

    private void assertNearest(Round round, int topK) {
        Answer answer = search(round.collection(), round.fields(topK));

        assertThat(ids(answer)).isEqualTo(ids(round.ranked(null), topK));
        assertThat(answer.body().path("complete").asBoolean()).isTrue();
    }

    private void assertBoosted(Round round, int topK) {
        Answer answer = search(round.collection(), round.fields(topK) + ", \"boost\": \"fresh\"");

        assertThat(ids(answer)).isEqualTo(ids(round.ranked("fresh"), topK));
        assertThat(answer.body().path("complete").asBoolean()).isTrue();
    }

    private void assertGrouped(Round round, Random random) {
        int topK = 1 + random.nextInt(20);
        int size = 1 + random.nextInt(10);
        boolean byTenant = random.nextBoolean();
        String by = byTenant ? "tenant" : "chunk_index";
        Map<Object, List<Chunk>> groups = new LinkedHashMap<>();
        for (Chunk chunk : round.ranked(null)) {
            Object value = byTenant ? chunk.tenant() : (Object) chunk.key().chunkIndex();
            groups.computeIfAbsent(value == null ? chunk.id() : value, _ -> new ArrayList<>())
                    .add(chunk);
        }
        List<Chunk> expected =
                groups.values().stream()
                        .limit(topK)
                        .flatMap(chunks -> chunks.stream().limit(size))
                        .toList();

        Answer answer =
                search(
                        round.collection(),
                        round.fields(topK)
                                + ", \"group_by\": \"%s\", \"group_size\": %d".formatted(by, size));

        assertThat(ids(answer)).isEqualTo(ids(expected, expected.size()));
        assertThat(answer.body().path("complete").asBoolean()).isTrue();
    }

    /** No hit on either leg breaks the filter, or has what is excluded; and none is missing. */
    private void assertFiltered(Round round, Random random) {
        String excluded = word(random);
        String query = ", \"query\": \"%s %s".formatted(word(random), word(random));
        List<String> matching = ids(round.matching(), CHUNKS);
        List<String> kept =
                ids(
                        round.matching().stream()
                                .filter(it -> !words(it).contains(excluded))
                                .toList(),
                        CHUNKS);
        String fields = round.fields(CHUNKS).replace(", \"params\": {\"exact\": true}", "");

        Answer hybrid = hybrid(round.collection(), fields + query + '"');
        Answer some =
                hybrid(
                        round.collection(),
                        fields + ", \"query_syntax\": \"web\"" + query + " -" + excluded + '"');
        Answer grouped =
                hybrid(
                        round.collection(),
                        fields + query + "\", \"group_by\": \"source_id\", \"group_size\": 2");

        assertThat(ids(hybrid)).containsExactlyInAnyOrderElementsOf(matching);
        assertThat(ids(some)).containsExactlyInAnyOrderElementsOf(kept);
        assertThat(ids(grouped)).doesNotHaveDuplicates();
        assertThat(matching).containsAll(ids(grouped));
    }

    /** A hybrid answer is the reciprocal rank fusion of its two legs asked separately. */
    private void assertFused(Round round, Random random) {
        double vectorWeight = 0.1 + random.nextInt(30) / 10.0;
        double textWeight = 0.1 + random.nextInt(30) / 10.0;
        int k = 1 + random.nextInt(100);
        String fields =
                round.fields(CHUNKS)
                        + ", \"query\": \"%s %s\"".formatted(word(random), word(random));
        Answer vector =
                hybrid(round.collection(), fields + ", \"fusion\": {\"weights\": {\"text\": 0}}");
        Answer text =
                hybrid(round.collection(), fields + ", \"fusion\": {\"weights\": {\"vector\": 0}}");
        Map<String, Double> scores = new HashMap<>();
        addRanks(scores, vector, k, vectorWeight);
        addRanks(scores, text, k, textWeight);
        List<String> expected =
                scores.entrySet().stream()
                        .sorted(
                                Map.Entry.<String, Double>comparingByValue()
                                        .reversed()
                                        .thenComparing(Map.Entry.comparingByKey()))
                        .map(Map.Entry::getKey)
                        .toList();

        Answer fused =
                hybrid(
                        round.collection(),
                        fields
                                + ", \"fusion\": {\"k\": %d, \"weights\": {\"vector\": %s, \"text\": %s}}"
                                        .formatted(k, vectorWeight, textWeight));

        assertThat(ids(fused)).isEqualTo(expected);
        for (JsonNode hit : fused.body().path("results")) {
            assertThat(hit.path("score").asDouble())
                    .isCloseTo(
                            scores.getOrDefault(hit.path("id").asString(), Double.NaN),
                            within(1e-12));
        }
    }

    private static void addRanks(Map<String, Double> scores, Answer leg, int k, double weight) {
        int rank = 1;
        for (String id : ids(leg)) {
            scores.merge(id, weight / (k + rank), Double::sum);
            rank++;
        }
    }

    private static Chunk random(Random random, int i) {
        String content =
                IntStream.range(0, random.nextInt(6))
                        .mapToObj(_ -> word(random))
                        .collect(Collectors.joining(" "));
        var builder =
                chunk("r" + i / 2, i % 2 + 2 * random.nextInt(3))
                        .content(content.isEmpty() ? "nothing" : content)
                        .embedding(vector(random).toArray())
                        .boosts(
                                random.nextBoolean()
                                        ? Map.of("fresh", random.nextInt(8) / 4.0)
                                        : Map.of());
        return RandomFilters.vary(random, builder).build();
    }

    private static Filter filter(Random random) {
        Filter filter = RandomFilters.filter(random);
        while (!FilterJson.canWrite(filter)) {
            filter = RandomFilters.filter(random);
        }
        return filter;
    }

    private static String json(Filter filter) {
        return JsonMapper.shared().writeValueAsString(FilterJson.write(filter));
    }

    private static String json(Chunk chunk) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("source_id", chunk.key().sourceId());
        json.put("chunk_index", chunk.key().chunkIndex());
        json.put("content", chunk.content());
        json.put("embedding", chunk.embedding().toArray());
        json.put("metadata", chunk.metadata());
        json.put("tenant", chunk.tenant());
        json.put("acl_digest", chunk.aclDigest());
        json.put("boosts", chunk.boosts());
        if (chunk.parent() != null) {
            json.put("parent_index", chunk.parent().index());
            json.put("parent_content", chunk.parent().content());
        }
        return JsonMapper.shared().writeValueAsString(json);
    }

    private static Set<String> words(Chunk chunk) {
        return new HashSet<>(List.of(String.valueOf(chunk.content()).split(" ", -1)));
    }

    private static String word(Random random) {
        return WORDS.get(random.nextInt(WORDS.size()));
    }

    private static Embedding vector(Random random) {
        var vector = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return Embedding.copyOf(vector);
    }

    private static String array(Embedding embedding) {
        return JsonMapper.shared().writeValueAsString(embedding.toArray());
    }

    private static List<String> ids(Answer answer) {
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
        return texts(answer.body().path("results"), "id");
    }

    private static List<String> ids(List<Chunk> chunks, int limit) {
        return chunks.stream().limit(limit).map(it -> it.id().toString()).toList();
    }
}
