package dev.tributary.ingest;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A document to be split, embedded and stored. Replaces the one of the same source as a whole.
 *
 * @param content its text, at most 1 MB; required
 * @param title stored as metadata.title of every chunk, and searched with its words
 * @param contentType text/plain or text/markdown; told by the ending of source_id if absent
 * @param metadata a JSON object that every chunk gets, at most 64 KB
 * @param tenant row-level owner, 1 to 128 characters
 * @param sourceType kind of source, 1 to 64 characters; document if absent
 * @param chunking how to split it
 */
record DocumentRequest(
        @Nullable String content,
        @Nullable String title,
        @Nullable String contentType,
        @Nullable Map<String, @Nullable Object> metadata,
        @Nullable String tenant,
        @Nullable String sourceType,
        @Nullable ChunkingRequest chunking) {

    /**
     * How a document is split.
     *
     * @param strategy sentence keeps sentences whole; fixed takes so many tokens; sentence if
     *     absent
     * @param size most tokens of a chunk, by the collection's model, special tokens included; as
     *     many as the model reads if absent
     * @param overlap tokens that a chunk repeats of the one before, 0 to half the size; 32 if
     *     absent
     */
    record ChunkingRequest(
            Chunking.@Nullable Strategy strategy,
            @Nullable Integer size,
            @Nullable Integer overlap) {}
}
