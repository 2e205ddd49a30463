package dev.tributary.pgvector;

import dev.tributary.failure.ServiceException;
import dev.tributary.vector.Chunk;
import dev.tributary.vector.ChunkKey;
import dev.tributary.vector.Rows;
import dev.tributary.vector.TextRules;
import org.jspecify.annotations.Nullable;

/**
 * A chunk as it goes into its partition: storable, its JSON written.
 *
 * @param boosts null where there are none
 */
record Row(Chunk chunk, String metadata, @Nullable String certRefs, @Nullable String boosts) {
    /**
     * @throws ServiceException {@code DENIED} if it lies outside of the rows; {@code IMPOSSIBLE} if
     *     its embedding does not fit the collection; {@code INVALID} if a text in it cannot be
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
     * Half of a surrogate pair comes through as it is; U+0000 is escaped, and PostgreSQL objects.
     */
    private static String json(String field, Object value) {
        return TextRules.storable(field, Json.write(value));
    }

    /** For messages: {@code document/guides/hnsw.md#3}. */
    String source() {
        ChunkKey key = chunk.key();
        return "%s/%s#%d".formatted(key.sourceType(), key.sourceId(), key.chunkIndex());
    }
}
