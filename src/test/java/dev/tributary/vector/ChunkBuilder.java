package dev.tributary.vector;

import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes chunks for tests: of everything that a test does not care about, there is a default. */
public final class ChunkBuilder {
    private ChunkKey key;
    private @Nullable UUID id;
    private @Nullable String content;
    private @Nullable String contentHash;
    private Embedding embedding = Embedding.copyOf(1, 0);
    private Map<String, @Nullable Object> metadata = Map.of();
    private @Nullable String tenant;
    private @Nullable String aclDigest;
    private @Nullable Object certRefs;
    private Map<String, Double> boosts = Map.of();
    private @Nullable Integer tokenCount;
    private @Nullable Parent parent;

    private ChunkBuilder(ChunkKey key) {
        this.key = key;
    }

    /** The chunk of the source {@code source} at this position. */
    public static ChunkBuilder chunk(int chunkIndex) {
        return chunk("source", chunkIndex);
    }

    public static ChunkBuilder chunk(String sourceId, int chunkIndex) {
        return new ChunkBuilder(new ChunkKey(ChunkKey.SOURCE_TYPE_DEFAULT, sourceId, chunkIndex));
    }

    public ChunkBuilder key(ChunkKey newKey) {
        key = newKey;
        return this;
    }

    /** Without it, the id is the one derived from the key. */
    public ChunkBuilder id(UUID newId) {
        id = newId;
        return this;
    }

    public ChunkBuilder content(String newContent) {
        content = newContent;
        return this;
    }

    public ChunkBuilder contentHash(String newContentHash) {
        contentHash = newContentHash;
        return this;
    }

    public ChunkBuilder embedding(float... components) {
        embedding = Embedding.copyOf(components);
        return this;
    }

    public ChunkBuilder metadata(Map<String, ? extends @Nullable Object> newMetadata) {
        metadata = Json.copy(newMetadata);
        return this;
    }

    public ChunkBuilder metadata(String name, @Nullable Object value) {
        return metadata(Json.object(name, value));
    }

    public ChunkBuilder tenant(String newTenant) {
        tenant = newTenant;
        return this;
    }

    public ChunkBuilder aclDigest(String newAclDigest) {
        aclDigest = newAclDigest;
        return this;
    }

    public ChunkBuilder certRefs(Object newCertRefs) {
        certRefs = newCertRefs;
        return this;
    }

    public ChunkBuilder boosts(Map<String, Double> newBoosts) {
        boosts = newBoosts;
        return this;
    }

    public ChunkBuilder tokenCount(int newTokenCount) {
        tokenCount = newTokenCount;
        return this;
    }

    public ChunkBuilder parent(int index, @Nullable String newContent) {
        parent = new Parent(index, newContent);
        return this;
    }

    public Chunk build() {
        return new Chunk(
                id == null ? key.toId() : id,
                key,
                content,
                contentHash,
                embedding,
                metadata,
                tenant,
                aclDigest,
                certRefs,
                boosts,
                tokenCount,
                parent);
    }
}
