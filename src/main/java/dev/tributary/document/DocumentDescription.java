package dev.tributary.document;

import dev.tributary.job.JobAnswer;
import dev.tributary.vector.ChunkKey;
import dev.tributary.vector.SourceSummary;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A document: all chunks of one source, put as a document or one by one.
 *
 * @param sourceType the kind of source
 * @param sourceId the source
 * @param title the title in the metadata of its first chunk
 * @param chunks how many chunks it has; 0 while a job stores its first version
 * @param contentHash changes with the content of any chunk: SHA-256 of the content hashes of its
 *     chunks, in order
 * @param createdAt when its oldest chunk was created
 * @param updatedAt when a chunk of it was last written
 * @param chunkIds the ids of its chunks in order of chunk_index, the first 1,000
 * @param job the job that stores a new version; absent if there is none
 */
record DocumentDescription(
        String sourceType,
        String sourceId,
        @Nullable String title,
        long chunks,
        @Nullable String contentHash,
        @Nullable Instant createdAt,
        @Nullable Instant updatedAt,
        List<UUID> chunkIds,
        @Nullable JobAnswer job) {
    static DocumentDescription of(
            ChunkKey source,
            @Nullable SourceSummary found,
            List<UUID> chunkIds,
            @Nullable JobAnswer job) {
        return new DocumentDescription(
                source.sourceType(),
                source.sourceId(),
                found == null ? null : found.title(),
                found == null ? 0 : found.chunks(),
                found == null ? null : found.contentHash(),
                found == null ? null : found.createdAt(),
                found == null ? null : found.updatedAt(),
                chunkIds,
                job);
    }
}
