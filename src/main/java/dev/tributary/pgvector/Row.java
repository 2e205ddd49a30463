package dev.tributary.pgvector;

import dev.tributary.failure.ServiceException;
import dev.tributary.vector.Chunk;
import dev.tributary.vector.ChunkKey;
import dev.tributary.vector.Rows;
import dev.tributary.vector.TextRules;
import org.jspecify.annotations.Nullable;

/**
 * A chunk ready for its partition: checked, with its JSON serialized.
 *
 * @param boosts null if there are none
 */
record Row(Chunk chunk, String metadata, @Nullable String certRefs, @Nullable String boosts) {
    /**
     * @throws ServiceException {@code DENIED} if the chunk is outside the rows; {@code IMPOSSIBLE}
     *     if its embedding does not fit the collection; {@code INVALID} if a text in it cannot be
     *     stored
     */
    static Row of(Rows into, Chunk chunk) {
        into.requireContains(chunk);
        into.collection().requireFit(chunk.embedding());
        TextRules.storable("source_type", chunk.key().sourceType());
        TextRules.storable("source_id", chunk.key().sourceId());
        storable("content", chunk.content());
        storable("tenant", chunk.tenant());
        if (chunk.parent() != null) {
            storable("parent_content", chunk.parent().content());
        }
        return new Row(
                chunk,
                json("metadata", chunk.metadata()),
                chunk.certRefs() == null ? null : json("cert_refs", chunk.certRefs()),
                chunk.boosts().isEmpty() ? null : json("boosts", chunk.boosts()));
    }

    private static void storable(String field, @Nullable String text) {
        if (text != null) {
            TextRules.storable(field, text);
        }
    }

    /**
     * The JSON keeps half of a surrogate pair as it is, so it is checked here. U+0000 is escaped in
     * it, and PostgreSQL refuses that.
     */
    static String json(String field, Object value) {
        return TextRules.storable(field, Json.write(value));
    }

    /** For messages: {@code document/guides/hnsw.md#3}. */
    String source() {
        ChunkKey key = chunk.key();
        return "%s/%s#%d".formatted(key.sourceType(), key.sourceId(), key.chunkIndex());
    }
}
