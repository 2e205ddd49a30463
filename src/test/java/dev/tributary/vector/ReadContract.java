package dev.tributary.vector;

import static dev.tributary.vector.ChunkBuilder.chunk;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.failure.ServiceException.Kind;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What was stored comes back as it was: by id, by scrolling, in the hits of a search. */
abstract class ReadContract extends ReplaceContract {
    @Test
    void returnsEveryPartOfAChunk() {
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
    void returnsAChunkOfWhichOnlyTheVectorWasGiven() {
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
    void keepsEmptyContentApartFromNone() {
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
    void returnsMetadataAsItWas(String json) {
        var collection = plane();
        var chunk = chunk(0).metadata(Json.read(json)).build();
        fill(collection, chunk);

        assertSame(stored(collection, chunk.id()), chunk);
        var hit = nearest(collection, 1, 1, 0).hits().getFirst();
        assertThat(Json.canonical(hit.metadata())).isEqualTo(Json.canonical(chunk.metadata()));
    }

    @Test
    void keepsNumbersOfEveryJavaType() {
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
    void keepsCertRefsOfAnyShape(String json) {
        var collection = plane();
        Object certRefs = Json.read("{'value': " + json + "}").get("value");
        var chunk = chunk(0).certRefs(Objects.requireNonNull(certRefs)).build();
        fill(collection, chunk);

        assertSame(stored(collection, chunk.id()), chunk);
    }

    @Test
    void keepsEveryBitOfAnEmbedding() {
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
    void getsChunksInTheOrderAskedFor() {
        var collection = plane();
        List<Chunk> chunks = gaussianChunks(random(), 20, 2);
        fill(collection, chunks);
        var wanted = new ArrayList<>(chunks.stream().map(Chunk::id).toList());
        Collections.shuffle(wanted, random());

        var found = store().get(collection.allRows(), wanted, EVERYTHING);

        assertThat(found).extracting(StoredChunk::id).containsExactlyElementsOf(wanted);
    }

    @Test
    void leavesOutIdsThatAreNotThere() {
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
    void getsAChunkOnceHoweverOftenItsIdIsAskedFor() {
        var collection = plane();
        var a = chunk(0).build();
        var b = chunk(1).build();
        fill(collection, a, b);

        var found = store().get(collection.allRows(), ids(b, a, b, a), EVERYTHING);

        assertThat(found).extracting(StoredChunk::id).containsExactlyElementsOf(ids(b, a));
    }

    @Test
    void getsNothingIfNothingIsAskedFor() {
        assertThat(store().get(plane().allRows(), List.of(), EVERYTHING)).isEmpty();
    }

    @Test
    void getsAThousandChunksAndRefusesMore() {
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

    @ParameterizedTest
    @MethodSource("includes")
    void returnsThePartsAskedForAndNoOthers(Set<Include> include) {
        var collection = plane();
        var chunk = chunk(0).content("text").metadata(Map.of("n", 1)).tokenCount(3).build();
        fill(collection, chunk);

        var byId = store().get(collection.allRows(), ids(chunk), include).getFirst();
        var byScroll =
                store().scroll(collection.allRows(), null, null, 1, include).chunks().getFirst();
        var query = new VectorQuery(chunk.embedding(), SearchOptions.top(1).withInclude(include));
        var hit = store().search(collection.allRows(), query).hits().getFirst();

        assertThat(byScroll).isEqualTo(byId);
        assertThat(byId.tokenCount()).isEqualTo(3);
        assertParts(include, chunk, byId.content(), byId.metadata(), byId.embedding());
        assertParts(include, chunk, hit.content(), hit.metadata(), hit.embedding());
    }

    static void assertParts(
            Set<Include> include,
            Chunk chunk,
            @Nullable String content,
            @Nullable Map<String, @Nullable Object> metadata,
            @Nullable Embedding embedding) {
        assertThat(content).isEqualTo(include.contains(Include.CONTENT) ? chunk.content() : null);
        assertThat(Json.canonical(metadata))
                .isEqualTo(
                        include.contains(Include.METADATA)
                                ? Json.canonical(chunk.metadata())
                                : null);
        assertThat(embedding)
                .isEqualTo(include.contains(Include.EMBEDDING) ? chunk.embedding() : null);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 25, 50, 51, 1_000})
    void scrollsThroughEveryChunkOnceInOrderOfId(int limit) {
        var collection = plane();
        List<Chunk> chunks = scattered(50);
        fill(collection, chunks);

        var pages = pages(collection, null, limit);

        assertThat(pages.stream().flatMap(page -> page.chunks().stream()))
                .extracting(StoredChunk::id)
                .containsExactlyElementsOf(
                        chunks.stream().map(Chunk::id).sorted(ChunkIds.ORDER).toList());
        assertThat(pages).hasSize(Math.ceilDiv(50, limit));
    }

    @Test
    void scrollsThroughTheMatchingChunksOnly() {
        var collection = plane();
        fill(collection, numbered(30, "matching"));
        fill(collection, chunk("other", 0).metadata(Map.of("version", "other")).build());

        var pages = pages(collection, Filter.equal(path("version"), "matching"), 7);

        assertThat(pages.stream().mapToInt(page -> page.chunks().size()))
                .containsExactly(7, 7, 7, 7, 2);
    }

    @Test
    void scrollsThroughNothing() {
        var page = store().scroll(plane().allRows(), null, null, 10, EVERYTHING);

        assertThat(page.chunks()).isEmpty();
        assertThat(page.next()).isNull();
    }

    @Test
    void scrollsOnWhileChunksComeAndGo() {
        var collection = plane();
        List<Chunk> all = scattered(60);
        List<Chunk> stay = all.subList(0, 20);
        List<Chunk> go = new ArrayList<>(all.subList(20, 40));
        List<Chunk> come = new ArrayList<>(all.subList(40, 60));
        fill(collection, stay);
        fill(collection, go);
        List<UUID> seen = new ArrayList<>();

        UUID after = null;
        do {
            var page = store().scroll(collection.allRows(), null, after, 3, Set.of());
            page.chunks().forEach(chunk -> seen.add(chunk.id()));
            after = page.next();
            if (!go.isEmpty()) {
                fill(collection, come.removeLast());
                store().delete(collection.allRows(), Filter.ids(List.of(go.removeLast().id())));
            }
        } while (after != null && seen.size() < 100);

        assertThat(seen).doesNotHaveDuplicates();
        assertThat(seen).containsAll(stay.stream().map(Chunk::id).toList());
    }

    @Test
    void scrollsOnFromAnIdThatIsGone() {
        var collection = plane();
        fill(collection, scattered(10));
        var first = store().scroll(collection.allRows(), null, null, 4, Set.of());
        UUID last = first.chunks().getLast().id();
        store().delete(collection.allRows(), Filter.ids(List.of(last)));

        var second = store().scroll(collection.allRows(), null, last, 100, Set.of());

        assertThat(first.next()).isEqualTo(last);
        assertThat(second.chunks()).hasSize(6);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1_001})
    void refusesAPageOfAnImpossibleSize(int limit) {
        var collection = plane();

        ThrowingCallable call =
                () -> store().scroll(collection.allRows(), null, null, limit, Set.of());

        assertRefused(Kind.INVALID, call);
    }

    @Test
    void samplesChunksEachOnceAndNotTheSameEveryTime() {
        var collection = plane();
        List<Chunk> chunks = gaussianChunks(random(), 200, 2);
        fill(collection, chunks);

        var seen = new HashSet<UUID>();
        for (int i = 0; i < 60; i++) {
            var sample = store().sample(collection.allRows(), 50, Set.of());
            assertThat(sample).extracting(StoredChunk::id).doesNotHaveDuplicates().hasSize(50);
            sample.forEach(chunk -> seen.add(chunk.id()));
        }

        // That one is in none of 60 quarters happens once in ten million times.
        assertThat(seen).containsExactlyInAnyOrderElementsOf(ids(chunks.toArray(Chunk[]::new)));
    }

    @Test
    void samplesAllThereAreWithThePartsAskedFor() {
        var collection = plane();
        var chunk = chunk(0).content("text").embedding(3, 4).build();
        assertThat(store().sample(collection.allRows(), 10, EVERYTHING)).isEmpty();
        fill(collection, chunk);

        var whole = store().sample(collection.allRows(), 1_000, EVERYTHING);
        var light = store().sample(collection.allRows(), 1, Set.of(Include.EMBEDDING));

        assertThat(whole).hasSize(1);
        assertSame(whole.getFirst(), chunk);
        assertThat(light).hasSize(1);
        assertThat(light.getFirst().embedding()).isEqualTo(chunk.embedding());
        assertThat(light.getFirst().content()).isNull();
        assertThat(light.getFirst().metadata()).isNull();
    }

    @Test
    void samplesAsManyAsAskedForOfManyRows() {
        var collection = plane();
        fill(collection, gaussianChunks(random(), 2_000, 2));

        var sample = store().sample(collection.allRows(), 1_000, Set.of());

        assertThat(sample).extracting(StoredChunk::id).doesNotHaveDuplicates().hasSize(1_000);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1_001})
    void refusesASampleOfAnImpossibleSize(int limit) {
        var collection = plane();

        assertRefused(Kind.INVALID, () -> store().sample(collection.allRows(), limit, Set.of()));
    }

    @Test
    void countsTheMatchingChunks() {
        var collection = plane();
        fill(collection, numbered(3, "one"));

        assertThat(store().count(collection.allRows(), null)).isEqualTo(3);
        assertThat(store().count(collection.allRows(), Filter.equal(path("version"), "one")))
                .isEqualTo(3);
        assertThat(store().count(collection.allRows(), Filter.equal(path("version"), "two")))
                .isZero();
        assertThat(store().count(plane().allRows(), null)).isZero();
    }

    /** Every page, each asked for by the end of the one before. */
    private List<Page> pages(CollectionRef collection, @Nullable Filter filter, int limit) {
        List<Page> pages = new ArrayList<>();
        UUID after = null;
        do {
            var page = store().scroll(collection.allRows(), filter, after, limit, Set.of());
            pages.add(page);
            after = page.next();
        } while (after != null && pages.size() < 1_000);
        return pages;
    }

    /** Chunks whose ids are spread over all 128 bits. */
    private static List<Chunk> scattered(int count) {
        var random = random();
        return IntStream.range(0, count)
                .mapToObj(i -> {
                    var id = new UUID(random.nextLong(), random.nextLong());
                    return chunk(i).id(id).build();
                })
                .toList();
    }

    /** Asserts that nothing of a chunk was lost or altered. */
    static void assertSame(StoredChunk stored, Chunk given) {
        assertThat(stored.id()).isEqualTo(given.id());
        assertThat(stored.key()).isEqualTo(given.key());
        assertThat(stored.content()).isEqualTo(given.content());
        assertThat(stored.contentHash()).isEqualTo(given.contentHash());
        assertThat(stored.embedding()).isEqualTo(given.embedding());
        assertThat(Json.canonical(stored.metadata())).isEqualTo(Json.canonical(given.metadata()));
        assertThat(stored.tenant()).isEqualTo(given.tenant());
        assertThat(stored.aclDigest()).isEqualTo(given.aclDigest());
        assertThat(Json.canonical(stored.certRefs())).isEqualTo(Json.canonical(given.certRefs()));
        assertThat(stored.boosts()).isEqualTo(given.boosts());
        assertThat(stored.tokenCount()).isEqualTo(given.tokenCount());
        assertThat(stored.parent()).isEqualTo(given.parent());
    }
}
