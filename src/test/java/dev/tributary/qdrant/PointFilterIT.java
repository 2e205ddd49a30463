package dev.tributary.qdrant;

import static dev.tributary.vector.ChunkBuilder.chunk;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.vector.DerivedChunk;
import dev.tributary.vector.Embedding;
import dev.tributary.vector.Filter;
import dev.tributary.vector.FilterMatcher;
import dev.tributary.vector.Generation;
import dev.tributary.vector.Json;
import dev.tributary.vector.Metric;
import dev.tributary.vector.RandomFilters;
import dev.tributary.vector.SearchOptions;
import dev.tributary.vector.StoredChunk;
import dev.tributary.vector.VectorQuery;
import dev.tributary.vector.VectorStore;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A filter means in Qdrant what it means in the reference, which PostgreSQL is compared with. */
class PointFilterIT extends QdrantFixture {
    private static final int CHUNKS = 2_000;
    private static final int FILTERS = 2_000;

    private static final Embedding ANYWHERE = Embedding.copyOf(1, 0);

    private static Set<UUID> matching(Generation generation, Filter filter) {
        var options = SearchOptions.top(VectorStore.TOP_K_MAX).withExact(true).withFilter(filter);
        return new HashSet<>(store().nearest(generation, new VectorQuery(ANYWHERE, options)));
    }

    private static Set<UUID> reference(List<StoredChunk> chunks, Filter filter) {
        return chunks.stream()
                .filter(chunk -> FilterMatcher.matches(filter, chunk))
                .map(StoredChunk::id)
                .collect(Collectors.toSet());
    }

    private static void fill(Generation generation, List<DerivedChunk> chunks) {
        for (int from = 0; from < chunks.size(); from += VectorStore.BATCH_MAX) {
            int to = Math.min(chunks.size(), from + VectorStore.BATCH_MAX);
            store().add(generation, chunks.subList(from, to));
        }
    }

    /** Qdrant returns a thousand at most, so each filter is asked of both halves. */
    @Test
    void meansTheSameForRandomFilters() {
        long seed = Long.getLong("seed", ThreadLocalRandom.current().nextLong());
        System.out.println("seed " + seed);
        var random = new Random(seed);
        var generation = generation(2, Metric.L2);
        List<DerivedChunk> chunks = new ArrayList<>();
        for (int i = 0; i < CHUNKS; i++) {
            chunks.add(
                    derived(
                            RandomFilters.vary(random, chunk("r" + i % 150, i % 7).id(id(i)))
                                    .build(),
                            0));
        }
        fill(generation, chunks);
        List<StoredChunk> rows = chunks.stream().map(DerivedChunk::chunk).toList();
        int asked = 0;
        int refused = 0;
        while (asked < FILTERS) {
            Filter filter = RandomFilters.filter(random);
            if (PointFilter.of(filter).refusal() != null) {
                refused++;
                continue;
            }
            asked++;
            Filter half =
                    new Filter.Compare(
                            Filter.Column.CHUNK_INDEX,
                            Filter.Comparison.LESS,
                            new Filter.Value.Decimal(BigDecimal.valueOf(3)));
            for (Filter side : List.of(half, new Filter.Not(half))) {
                Filter both = new Filter.And(List.of(side, filter));
                Set<UUID> expected = reference(rows, both);
                Set<UUID> found = matching(generation, both);
                if (expected.size() <= VectorStore.TOP_K_MAX) {
                    assertThat(found).as(filter.toString()).isEqualTo(expected);
                } else {
                    assertThat(expected).as(filter.toString()).containsAll(found);
                    assertThat(found).hasSize(VectorStore.TOP_K_MAX);
                }
            }
        }
        // What Qdrant cannot say is the exception.
        assertThat(refused).isLessThan(FILTERS);
    }

    private static UUID id(int number) {
        return new UUID(0x0000_0000_0000_4000L | (long) number << 32, 0x8000_0000_0000_0000L);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    {'$chunk_index': {'$gt': 1.5}}               | 2 3
                    {'$chunk_index': {'$lt': 1.5}}               | 0 1
                    {'$chunk_index': {'$gte': 1.5}}              | 2 3
                    {'$chunk_index': {'$lte': 1.5}}              | 0 1
                    {'$chunk_index': {'$lt': 1e30}}              | 0 1 2 3
                    {'$chunk_index': {'$gt': 1e30}}              | -
                    {'$chunk_index': 1.5}                        | -
                    {'$chunk_index': 1e30}                       | -
                    {'$chunk_index': {'$in': [0, 3, 0.5]}}       | 0 3
                    {'$created_at': {'$gt': '2026-11-27T10:15:30.123455Z'}}  | 0 1 2 3
                    {'$created_at': {'$gt': '2026-11-27T10:15:30.123456Z'}}  | -
                    {'$created_at': {'$gte': '2026-11-27T10:15:30.123456Z'}} | 0 1 2 3
                    {'$created_at': {'$lt': '+300000-01-01T00:00:00Z'}}      | 0 1 2 3
                    {'$updated_at': {'$lt': '-9999-01-01T00:00:00Z'}}        | -
                    {'$tenant': null}                            | 1 2 3
                    {'$tenant': {'$in': ['one', null]}}          | 0 1 2 3
                    {'$tenant': {'$ne': 'one'}}                  | 1 2 3
                    {'$parent_index': {'$exists': true}}         | 1
                    {'n': 9007199254740993}                      | 2
                    {'n': 9007199254740992}                      | -
                    {'n': {'$in': [0.10, 2]}}                    | 3
                    {'tags': {'$all': ['a', 'b']}}               | 1
                    {'tags': {'$elemMatch': {'$eq': 'b'}}}       | 1 2
                    {'a\\\\.b': 1}                               | 0
                    {'a.b': 1}                                   | 1
                    {'list.x': null}                             | 0 1 2
                    """)
    void looksAtColumnsAndMetadata(String json, String expected) {
        var generation = generation(2, Metric.L2);
        fill(
                generation,
                List.of(
                        derived(chunk(0).tenant("one").metadata(Map.of("a.b", 1)).build(), 0),
                        derived(
                                chunk(1).parent(0, null)
                                        .metadata(
                                                Map.of(
                                                        "tags",
                                                        List.of("a", "b"),
                                                        "a",
                                                        Map.of("b", 1)))
                                        .build(),
                                0),
                        derived(
                                chunk(2).metadata(
                                                Map.of(
                                                        "n",
                                                        9_007_199_254_740_993L,
                                                        "tags",
                                                        List.of("b"),
                                                        "list",
                                                        List.of(Map.of("x", 1), Map.of("y", 1))))
                                        .build(),
                                0),
                        derived(
                                chunk(3).metadata(Map.of("n", 0.1, "list", List.of(Map.of("x", 1))))
                                        .build(),
                                0)));
        Map<UUID, String> names =
                Map.of(
                        chunk(0).build().id(), "0",
                        chunk(1).build().id(), "1",
                        chunk(2).build().id(), "2",
                        chunk(3).build().id(), "3");

        var filter = Filter.parse(Json.read(json));

        assertThat(matching(generation, filter).stream().map(names::get).sorted().toList())
                .containsExactly(expected.equals("-") ? new String[0] : expected.split(" "));
    }
}
