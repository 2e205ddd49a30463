package dev.tributary.vector;

import static dev.tributary.vector.ChunkBuilder.chunk;
import static dev.tributary.vector.StoreFixture.EVERYTHING;
import static dev.tributary.vector.StoreFixture.assertRefused;
import static dev.tributary.vector.StoreFixture.gaussianChunks;
import static dev.tributary.vector.StoreFixture.ids;
import static dev.tributary.vector.StoreFixture.query;
import static dev.tributary.vector.StoreFixture.random;
import static dev.tributary.vector.StoredChunks.assertParts;
import static dev.tributary.vector.StoredChunks.assertSame;
import static dev.tributary.vector.StoredChunks.numbered;
import static dev.tributary.vector.StoredChunks.path;
import static dev.tributary.vector.StoredChunks.scattered;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.failure.ServiceException.Kind;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What was stored comes back as it was: by id, and in the hits of a search. */
interface ReadContract extends StoreCalls {
    @Test
    default void returnsEveryPartOfAChunk() {
        var collection = plane();
        var chunk =
                chunk(0).key(new ChunkKey("web page", "guides/ß 'quoted' \"%\\ 😀.md", 7))
                        .id(UUID.fromString("fedcba98-7654-4321-8fed-cba987654321"))
                        .content("First line\n\tsecond, with \\ and '\"; and 😀\r\n")
                        .contentHash("0123456789abcdef".repeat(4))
                        .embedding(0.1f, -3.4e-5f)
                        .metadata(Map.of("lang", "en"))
                        .tenant("tenant's \"own\"")
                        .aclDigest("00ff80")
                        .certRefs(Json.read("{'a': [1, null, {'b': 'c'}]}"))
                        .boosts(Map.of("fresh", 1.5, "it's", 0.25))
                        .tokenCount(42)
                        .parent(0, "all of it")
                        .build();
        fill(collection, chunk);

        var stored = stored(collection, chunk.id());

        assertSame(stored, chunk);
    }

    @Test
    default void returnsAChunkOfWhichOnlyTheVectorWasGiven() {
        var collection = plane();
        var chunk = chunk(0).build();
        fill(collection, chunk);

        var stored = stored(collection, chunk.id());

        assertSame(stored, chunk);
        assertThat(stored.content()).isNull();
        assertThat(stored.metadata()).isEmpty();
        assertThat(stored.boosts()).isEmpty();
    }

    @Test
    default void keepsEmptyContentApartFromNone() {
        var collection = plane();
        fill(collection, chunk(0).content("").build());

        assertThat(stored(collection, chunk(0).build().id()).content()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'text': 'a \\\\ backslash, a \\t tab, a \\n line, a % and an _'}",
                "{'nested': {'a': {'b': {'c': [1, [2, [3]]]}}}}",
                "{'нет': 'ж', '键': '值', '😀': '\\uFFFF', 'a b.c': 1, '$ref': 1}",
                "{'tenth': 0.1, 'zero': 0, 'minus': -1.5e-7, 'large': 1e30}",
                "{'long': 9007199254740993, 'longest': 9223372036854775807,"
                        + " 'least': -9223372036854775808}",
                "{'null': null, 'list': [null]}",
                "{'list': [], 'object': {}, 'text': ''}",
                "{'true': true, 'false': false, 'words': ['true', 'null', '1', '{}']}",
                "{'sql': '\\\\x41', 'json': '{\\u0022a\\u0022: [1]}', 'u': '\\\\u0000'}"
            })
    default void returnsMetadataAsItWas(String json) {
        var collection = plane();
        var chunk = chunk(0).metadata(Json.read(json)).build();
        fill(collection, chunk);

        assertSame(stored(collection, chunk.id()), chunk);
        var hit = nearest(collection, 1, 1, 0).hits().getFirst();
        assertThat(Json.canonical(hit.metadata())).isEqualTo(Json.canonical(chunk.metadata()));
    }

    @Test
    default void keepsNumbersOfEveryJavaType() {
        var collection = plane();
        var numbers = new LinkedHashMap<String, Object>();
        numbers.put("int", 1);
        numbers.put("long", Long.MAX_VALUE - 1);
        numbers.put("double", 0.1);
        numbers.put("decimal", new BigDecimal("2.50"));
        var chunk = chunk(0).metadata(numbers).build();
        fill(collection, chunk);

        assertSame(stored(collection, chunk.id()), chunk);
    }

    @ParameterizedTest
    @ValueSource(strings = {"'text'", "12.5", "true", "[]", "{}", "[{'serial': '0a'}, 2]"})
    default void keepsCertRefsOfAnyShape(String json) {
        var collection = plane();
        Object certRefs = Json.read("{'value': " + json + "}").get("value");
        var chunk = chunk(0).certRefs(Objects.requireNonNull(certRefs)).build();
        fill(collection, chunk);

        assertSame(stored(collection, chunk.id()), chunk);
    }

    @Test
    default void keepsEveryBitOfAnEmbedding() {
        var collection = collection(6, Metric.L2);
        var chunk =
                chunk(0).embedding(
                                0.1f,
                                -0.0f,
                                Float.MIN_NORMAL,
                                16_777_215f,
                                (float) Math.PI,
                                -1e-20f)
                        .build();
        fill(collection, chunk);

        assertThat(stored(collection, chunk.id()).embedding()).isEqualTo(chunk.embedding());
    }

    @Test
    default void getsChunksInTheOrderAskedFor() {
        var collection = plane();
        List<Chunk> chunks = gaussianChunks(random(), 20, 2);
        fill(collection, chunks);
        var wanted = new ArrayList<>(chunks.stream().map(Chunk::id).toList());
        Collections.shuffle(wanted, random());

        var found = store().get(collection.allRows(), wanted, EVERYTHING);

        assertThat(found).extracting(StoredChunk::id).containsExactlyElementsOf(wanted);
    }

    @Test
    default void leavesOutIdsThatAreNotThere() {
        var collection = plane();
        var chunk = chunk(0).build();
        fill(collection, chunk);

        var found =
                store().get(
                                collection.allRows(),
                                List.of(UUID.randomUUID(), chunk.id(), UUID.randomUUID()),
                                EVERYTHING);

        assertThat(found).extracting(StoredChunk::id).containsExactly(chunk.id());
    }

    @Test
    default void getsAChunkOnceHoweverOftenItsIdIsAskedFor() {
        var collection = plane();
        var a = chunk(0).build();
        var b = chunk(1).build();
        fill(collection, a, b);

        var found = store().get(collection.allRows(), ids(b, a, b, a), EVERYTHING);

        assertThat(found).extracting(StoredChunk::id).containsExactlyElementsOf(ids(b, a));
    }

    @Test
    default void getsNothingIfNothingIsAskedFor() {
        assertThat(store().get(plane().allRows(), List.of(), EVERYTHING)).isEmpty();
    }

    @Test
    default void getsAThousandChunksAndRefusesMore() {
        var collection = plane();
        List<Chunk> chunks = gaussianChunks(random(), VectorStore.BATCH_MAX, 2);
        fill(collection, chunks);
        var ids = new ArrayList<>(chunks.stream().map(Chunk::id).toList());

        assertThat(store().get(collection.allRows(), ids, Set.of())).hasSize(VectorStore.BATCH_MAX);

        ids.add(UUID.randomUUID());
        assertRefused(Kind.INVALID, () -> store().get(collection.allRows(), ids, Set.of()));
    }

    static Stream<Set<Include>> includes() {
        return Stream.of(
                Set.of(),
                Set.of(Include.CONTENT),
                Set.of(Include.METADATA),
                Set.of(Include.EMBEDDING),
                Include.DEFAULT,
                EVERYTHING);
    }

    @Test
    default void countsTheMatchingChunks() {
        var collection = plane();
        fill(collection, numbered(3, "one"));

        assertThat(store().count(collection.allRows(), null)).isEqualTo(3);
        assertThat(store().count(collection.allRows(), Filter.equal(path("version"), "one")))
                .isEqualTo(3);
        assertThat(store().count(collection.allRows(), Filter.equal(path("version"), "two")))
                .isZero();
        assertThat(store().count(plane().allRows(), null)).isZero();
    }

    @ParameterizedTest
    @MethodSource("dev.tributary.vector.ReadContract#includes")
    default void returnsThePartsAskedForAndNoOthers(Set<Include> include) {
        var collection = plane();
        var chunk = chunk(0).content("text").metadata(Map.of("n", 1)).tokenCount(3).build();
        fill(collection, chunk);

        var byId = store().get(collection.allRows(), ids(chunk), include).getFirst();
        var query = new VectorQuery(chunk.embedding(), SearchOptions.top(1).withInclude(include));
        var hit = search(collection, query).hits().getFirst();

        assertThat(byId.tokenCount()).isEqualTo(3);
        assertParts(include, chunk, byId.content(), byId.metadata(), byId.embedding());
        assertParts(include, chunk, hit.content(), hit.metadata(), hit.embedding());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 25, 50, 51, 1_000})
    default void listsEveryIdOnceInOrder(int limit) {
        var collection = plane();
        List<Chunk> chunks = scattered(50);
        fill(collection, chunks);
        List<UUID> seen = new ArrayList<>();

        List<UUID> page = store().ids(collection.allRows(), null, limit);
        while (!page.isEmpty() && seen.size() < 100) {
            seen.addAll(page);
            page = store().ids(collection.allRows(), page.getLast(), limit);
        }

        assertThat(seen)
                .containsExactlyElementsOf(
                        chunks.stream().map(Chunk::id).sorted(ChunkIds.ORDER).toList());
    }

    @Test
    default void listsIdsOnWhileChunksComeAndGo() {
        var collection = plane();
        List<Chunk> all = scattered(60);
        List<Chunk> stay = all.subList(0, 20);
        List<Chunk> go = new ArrayList<>(all.subList(20, 40));
        List<Chunk> come = new ArrayList<>(all.subList(40, 60));
        fill(collection, stay);
        fill(collection, go);
        List<UUID> seen = new ArrayList<>();

        List<UUID> page = store().ids(collection.allRows(), null, 3);
        while (!page.isEmpty() && seen.size() < 100) {
            seen.addAll(page);
            if (!go.isEmpty()) {
                fill(collection, come.removeLast());
                store().delete(collection.allRows(), List.of(go.removeLast().id()));
            }
            page = store().ids(collection.allRows(), page.getLast(), 3);
        }

        assertThat(seen).doesNotHaveDuplicates();
        assertThat(seen).containsAll(stay.stream().map(Chunk::id).toList());
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1_001})
    default void refusesAPageOfIdsOfAnImpossibleSize(int limit) {
        var collection = plane();

        assertRefused(Kind.INVALID, () -> store().ids(collection.allRows(), null, limit));
    }
}
