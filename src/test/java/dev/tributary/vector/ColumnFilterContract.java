package dev.tributary.vector;

import static dev.tributary.vector.ChunkBuilder.chunk;
import static dev.tributary.vector.FilterContract.names;
import static dev.tributary.vector.StoreFixture.EVERYTHING;
import static dev.tributary.vector.StoreFixture.ids;
import static dev.tributary.vector.StoreFixture.random;
import static dev.tributary.vector.StoredChunks.findable;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.vector.Filter.And;
import dev.tributary.vector.Filter.Column;
import dev.tributary.vector.Filter.Compare;
import dev.tributary.vector.Filter.Comparison;
import dev.tributary.vector.Filter.Equal;
import dev.tributary.vector.Filter.Not;
import dev.tributary.vector.Filter.Value;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The filter language, on columns, and at random. */
interface ColumnFilterContract extends StoreCalls {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    {'$source_type': 'page'}             | web
                    {'$source_type': {'$ne': 'page'}}    | a b c
                    {'$source_id': 'b'}                  | b
                    {'$source_id': {'$in': ['a', 'c']}}  | a c
                    {'$source_id': {'$gt': 'b'}}         | c web
                    {'$chunk_index': 2}                  | c
                    {'$chunk_index': 2.0}                | c
                    {'$chunk_index': 1.5}                | -
                    {'$chunk_index': 1e30}               | -
                    {'$chunk_index': {'$ne': 1e30}}      | a b c web
                    {'$chunk_index': {'$gt': 1.5}}       | c web
                    {'$chunk_index': {'$lte': 1}}        | a b
                    {'$chunk_index': {'$lt': 1e30}}      | a b c web
                    {'$chunk_index': {'$gt': -1e30}}     | a b c web
                    {'$chunk_index': {'$in': [0, 3, 0.5]}} | a web
                    {'$parent_index': 1}                 | c
                    {'$parent_index': {'$ne': 1}}        | a b web
                    {'$parent_index': {'$in': [0, 1, 3]}} | c web
                    {'$parent_index': {'$gt': 1}}        | web
                    {'$parent_index': {'$exists': false}} | a b
                    {'$parent_index': null}              | a b
                    {'$tenant': 'one'}                   | a
                    {'$tenant': {'$ne': 'one'}}          | b c web
                    {'$tenant': {'$nin': ['one', 'two']}} | c web
                    {'$tenant': {'$in': ['one', null]}}  | a c web
                    {'$tenant': null}                    | c web
                    {'$tenant': {'$exists': true}}       | a b
                    {'$tenant': {'$exists': false}}      | c web
                    {'$tenant': {'$gt': 'one'}}          | b
                    {'$tenant': {'$not': {'$gt': 'one'}}} | a c web
                    {'$id': {'$exists': true}}           | a b c web
                    {'$chunk_index': null}               | -
                    {'$created_at': {'$gt': '2020-01-01T00:00:00Z'}} | a b c web
                    {'$created_at': {'$lt': '2020-01-01T00:00:00+02:00'}} | -
                    {'$updated_at': {'$gte': '-9999-01-01T00:00:00Z'}} | a b c web
                    {'$updated_at': {'$lt': '+300000-01-01T00:00:00Z'}} | a b c web
                    {'$updated_at': {'$gt': '+300000-01-01T00:00:00Z'}} | -
                    {'$updated_at': {'$ne': '+300000-01-01T00:00:00Z'}} | a b c web
                    """)
    default void looksAtColumns(String filter, String expected) {
        var collection = plane();
        fill(
                collection,
                findable("a", 0).tenant("one").build(),
                findable("b", 1).tenant("two").build(),
                findable("c", 2).parent(1, null).build(),
                findable("web", 3).key(new ChunkKey("page", "web", 3)).parent(3, "whole").build());

        assertThat(matchingJson(collection, filter)).containsExactlyInAnyOrder(names(expected));
    }

    @Test
    default void looksAtIds() {
        var collection = plane();
        var low = findable("low", 0).id(new UUID(0x0000_0000_0000_4000L, 1)).build();
        var high = findable("high", 0).id(new UUID(0xFFFF_0000_0000_4000L, 1)).build();
        fill(collection, low, high);
        var above = new Compare(Column.ID, Comparison.GREATER, new Value.Id(low.id()));

        assertThat(matching(collection, Filter.ids(List.of(low.id(), UUID.randomUUID()))))
                .containsExactly("low");
        assertThat(matching(collection, new Not(Filter.ids(List.of(low.id())))))
                .containsExactly("high");
        assertThat(matching(collection, Filter.ids(List.of()))).isEmpty();
        assertThat(matching(collection, above)).containsExactly("high");
    }

    @Test
    default void looksAtTimesToTheMicrosecond() {
        var collection = plane();
        var chunk = findable("a", 0).build();
        fill(collection, chunk);
        Instant created = stored(collection, chunk.id()).createdAt();
        Instant before = created.minus(1, ChronoUnit.MICROS);
        Instant after = created.plus(1, ChronoUnit.MICROS);

        assertThat(matching(collection, new Equal(Column.CREATED_AT, new Value.Time(created))))
                .containsExactly("a");
        assertThat(matching(collection, new Equal(Column.CREATED_AT, new Value.Time(before))))
                .isEmpty();
        assertThat(matching(collection, timeBetween(before, after))).containsExactly("a");
        assertThat(matching(collection, timeBetween(created, after))).isEmpty();
    }

    private static Filter timeBetween(Instant least, Instant most) {
        return new And(
                List.of(
                        new Compare(Column.CREATED_AT, Comparison.GREATER, new Value.Time(least)),
                        new Compare(Column.CREATED_AT, Comparison.LESS, new Value.Time(most))));
    }

    static Stream<Filter> wrongTypes() {
        var number = new Value.Decimal(BigDecimal.ZERO);
        var id = new Value.Text(chunk("a", 0).build().id().toString());
        return Stream.of(
                new Equal(Column.ID, id),
                new Equal(Column.SOURCE_ID, number),
                new Equal(Column.CHUNK_INDEX, new Value.Text("0")),
                new Equal(Column.TENANT, new Value.Bool(true)),
                new Equal(Column.CREATED_AT, new Value.Text("2026-01-01T00:00:00Z")),
                new Filter.In(Column.ID, List.of(id, number, new Value.Null())),
                new Compare(Column.CHUNK_INDEX, Comparison.GREATER_OR_EQUAL, new Value.Text("")),
                new Compare(Column.SOURCE_ID, Comparison.GREATER_OR_EQUAL, number));
    }

    @ParameterizedTest
    @MethodSource("dev.tributary.vector.ColumnFilterContract#wrongTypes")
    default void neverMatchesAColumnAgainstAnotherType(Filter filter) {
        var collection = plane();
        fill(collection, findable("a", 0).build());

        assertThat(matching(collection, filter)).isEmpty();
        assertThat(matching(collection, new Not(filter))).containsExactly("a");
    }

    @Test
    default void letsThoseReadWhoseDigestIsListed() {
        var collection = plane();
        fill(
                collection,
                findable("public", 0).build(),
                findable("red", 0).aclDigest("00ff").build(),
                findable("blue", 0).aclDigest("ab12cd").build());

        assertThat(matching(collection, new Filter.AclAmong(List.of()))).containsExactly("public");
        assertThat(matching(collection, new Filter.AclAmong(List.of("00ff", "1234"))))
                .containsExactlyInAnyOrder("public", "red");
        assertThat(matching(collection, new Filter.AclAmong(List.of("ab12cd", "00ff"))))
                .containsExactlyInAnyOrder("public", "red", "blue");
        assertThat(matching(collection, new Not(new Filter.AclAmong(List.of("00ff")))))
                .containsExactly("blue");
    }

    @Test
    default void meansTheSameToEveryStoreForRandomFilters() {
        Random random = random();
        var collection = plane();
        List<Chunk> chunks = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            chunks.add(RandomFilters.vary(random, findable("r" + i, i % 5)).build());
        }
        fill(collection, chunks);
        List<StoredChunk> rows = all(collection);

        for (int i = 0; i < 80; i++) {
            Filter filter = RandomFilters.filter(random);
            assertThat(matching(collection, filter))
                    .as(filter.toString())
                    .containsExactlyInAnyOrderElementsOf(reference(rows, filter));
        }
    }

    static List<String> reference(List<StoredChunk> rows, Filter filter) {
        return rows.stream()
                .filter(row -> FilterMatcher.matches(filter, row))
                .map(row -> row.key().sourceId())
                .toList();
    }

    private List<StoredChunk> all(CollectionRef collection) {
        var ids = store().ids(collection.allRows(), null, VectorStore.BATCH_MAX);
        return store().get(collection.allRows(), ids, EVERYTHING);
    }

    @Test
    default void aHitKnowsItsParentWhateverIsIncluded() {
        var collection = plane();
        fill(
                collection,
                findable("part", 2).embedding(1, 0).parent(1, null).build(),
                findable("whole", 0).embedding(0, 1).build());
        var options = SearchOptions.top(2).withInclude(Set.of());

        var near = search(collection, new VectorQuery(Embedding.copyOf(1, 0), options));

        assertThat(near.hits()).extracting(Hit::parentIndex).containsExactly(1, null);
    }
}
