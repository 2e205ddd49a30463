package dev.tributary.vector;

import static dev.tributary.vector.Callers.version;
import static dev.tributary.vector.ChunkBuilder.chunk;
import static dev.tributary.vector.StoreFixture.random;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Chunks to store, and what must come back of them. */
public final class StoredChunks {
    private StoredChunks() {}

    /** What is stored of a chunk that is created and never changed. */
    public static StoredChunk stored(Chunk chunk, Instant createdAt) {
        return new StoredChunk(
                chunk.id(),
                chunk.key(),
                chunk.content(),
                chunk.contentHash(),
                chunk.embedding(),
                chunk.metadata(),
                chunk.tenant(),
                chunk.aclDigest(),
                chunk.certRefs(),
                chunk.boosts(),
                chunk.tokenCount(),
                chunk.parent(),
                createdAt,
                createdAt);
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

    /** Chunks whose ids are spread over all 128 bits. */
    static List<Chunk> scattered(int count) {
        var random = random();
        return IntStream.range(0, count)
                .mapToObj(i -> {
                    var id = new UUID(random.nextLong(), random.nextLong());
                    return chunk(i).id(id).build();
                })
                .toList();
    }

    /** The first chunks of the source, each of which names its version. */
    static List<Chunk> numbered(int count, String version) {
        return IntStream.range(0, count)
                .mapToObj(i -> chunk(i).metadata(Map.of("version", version)).build())
                .toList();
    }

    static Filter.Path path(String... keys) {
        return new Filter.Path(List.of(keys));
    }

    /** A chunk that {@link StoreCalls#matching} finds by vector and by word. */
    static ChunkBuilder findable(String name, int chunkIndex) {
        return chunk(name, chunkIndex).content("tributary");
    }

    static List<String> sources(SearchResult result) {
        return result.hits().stream().map(hit -> hit.key().sourceId()).toList();
    }
}
