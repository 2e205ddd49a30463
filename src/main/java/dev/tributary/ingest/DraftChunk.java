package dev.tributary.ingest;

import dev.tributary.vector.Chunk;
import dev.tributary.vector.ChunkKey;
import dev.tributary.vector.Embedding;
import dev.tributary.vector.Parent;
import dev.tributary.vector.Rows;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A checked chunk, before its content is embedded. The components are those of {@link Chunk}. */
record DraftChunk(
        UUID id,
        ChunkKey key,
        @Nullable String content,
        @Nullable String contentHash,
        @Nullable Embedding embedding,
        Map<String, @Nullable Object> metadata,
        @Nullable String tenant,
        @Nullable String aclDigest,
        @Nullable Object certRefs,
        Map<String, Double> boosts,
        @Nullable Parent parent,
        @Nullable Integer tokenCount) {

    /** The same chunk with the tenant that the rows are confined to, if it has no tenant. */
    DraftChunk within(Rows rows) {
        return tenant != null || !rows.isConfined()
                ? this
                : new DraftChunk(
                        id,
                        key,
                        content,
                        contentHash,
                        embedding,
                        metadata,
                        rows.tenant(),
                        aclDigest,
                        certRefs,
                        boosts,
                        parent,
                        tokenCount);
    }

    Chunk with(Embedding vector, @Nullable Integer tokens) {
        return new Chunk(
                id,
                key,
                content,
                contentHash,
                vector,
                metadata,
                tenant,
                aclDigest,
                certRefs,
                boosts,
                tokens,
                parent);
    }
}
