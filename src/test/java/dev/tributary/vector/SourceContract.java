package dev.tributary.vector;

import static dev.tributary.vector.ChunkBuilder.chunk;
import static dev.tributary.vector.StoreFixture.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.failure.ServiceException.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Chunks taken together by their source, and listed. */
interface SourceContract extends RecordCalls {
    private static Chunk of(String type, String id, int index) {
        return chunk(0).key(new ChunkKey(type, id, index)).build();
    }

    private List<String> list(CollectionRef collection, @Nullable String type, String prefix) {
        return store()
                .sources(collection.allRows(), new SourceQuery(type, prefix, null, 1_000))
                .stream()
                .map(source -> source.key().sourceType() + " " + source.key().sourceId())
                .toList();
    }

    @Test
    default void sumsUpTheChunksOfASource() {
        var collection = plane();
        String first = "ab".repeat(32);
        String second = "cd".repeat(32);
        fill(
                collection,
                chunk("two", 7).contentHash(second).metadata("title", "not the first").build(),
                chunk("two", 3).contentHash(first).metadata("title", "Of two").build(),
                chunk("none", 0).metadata("title", 5).build());

        List<SourceSummary> found =
                store().sources(collection.allRows(), new SourceQuery(null, "", null, 10));

        assertThat(found).extracting(it -> it.key().sourceId()).containsExactly("none", "two");
        SourceSummary two = found.getLast();
        assertThat(two.chunks()).isEqualTo(2);
        assertThat(two.title()).isEqualTo("Of two");
        assertThat(two.contentHash()).isEqualTo(InMemorySources.sha256(List.of(first, second)));
        assertThat(two.createdAt()).isBeforeOrEqualTo(two.updatedAt());
        assertThat(found.getFirst().title()).isNull();
        assertThat(found.getFirst().contentHash()).isNull();
        assertThat(found.getFirst().chunks()).isEqualTo(1);
    }

    @Test
    default void listsSourcesInOrderOfCodePoints() {
        var collection = plane();
        fill(
                collection,
                of("document", "b", 0),
                of("document", "B", 0),
                of("document", "a-b", 0),
                of("document", "a b", 0),
                of("document", "aa", 0),
                of("document", "\uFFFD", 0),
                of("document", "\uD83D\uDE00", 0),
                of("crawl", "z", 0));

        assertThat(list(collection, null, ""))
                .containsExactly(
                        "crawl z",
                        "document B",
                        "document a b",
                        "document a-b",
                        "document aa",
                        "document b",
                        "document \uFFFD",
                        "document \uD83D\uDE00");
        assertThat(list(collection, "document", "a"))
                .containsExactly("document a b", "document a-b", "document aa");
        assertThat(list(collection, "crawl", "")).containsExactly("crawl z");
        assertThat(list(collection, "crawl", "a")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a%", "a_", "a\uD7FF", "a\uDBFF\uDFFF", "\uDBFF\uDFFF", "é"})
    default void aPrefixIsTakenAsItIs(String prefix) {
        var collection = plane();
        List<String> ids =
                List.of(
                        "a%b",
                        "a_b",
                        "axb",
                        "a\uD7FFx",
                        "a\uE000",
                        "a\uDBFF\uDFFF1",
                        "b",
                        "\uDBFF\uDFFF\uDBFF\uDFFF",
                        "e",
                        "étude",
                        "f");
        fill(collection, ids.stream().map(id -> of("document", id, 0)).toArray(Chunk[]::new));

        assertThat(list(collection, null, prefix))
                .containsExactlyInAnyOrderElementsOf(
                        ids.stream()
                                .filter(id -> id.startsWith(prefix))
                                .map(id -> "document " + id)
                                .toList());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 6, 1_000})
    default void pagesHaveEverySourceOnce(int limit) {
        var collection = plane();
        List<Chunk> chunks = new ArrayList<>();
        for (String id : List.of("a", "b", "c", "d", "e", "f")) {
            chunks.add(of("document", id, 0));
            chunks.add(of("document", id, 1));
        }
        fill(collection, chunks.toArray(Chunk[]::new));

        List<String> walked = new ArrayList<>();
        ChunkKey after = null;
        List<SourceSummary> page;
        do {
            page = store().sources(collection.allRows(), new SourceQuery(null, "", after, limit));
            page.forEach(source -> walked.add(source.key().sourceId()));
            after = page.isEmpty() ? null : page.getLast().key();
        } while (page.size() == limit);

        assertThat(walked).containsExactly("a", "b", "c", "d", "e", "f");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1_001})
    default void refusesAPageOfNoSourceOrTooMany(int limit) {
        assertRefused(
                Kind.INVALID,
                () -> store().sources(plane().allRows(), new SourceQuery(null, "", null, limit)));
    }
}
