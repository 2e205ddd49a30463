package dev.tributary.ingest;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.tributary.vector.Include;
import dev.tributary.vector.Page;
import dev.tributary.vector.StoredChunk;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The bodies of calls on chunks. Every field may be absent, and is validated where it is used. */
final class ChunkRequests {
    private ChunkRequests() {}

    /**
     * Chunks to store.
     *
     * @param chunks the chunks, 1 to 1,000
     */
    record Put(@JsonSetter(contentNulls = Nulls.SET) @Nullable List<ChunkReading> chunks) {}

    /**
     * Chunks to change.
     *
     * @param mode of those that name none: merge, the default, or replace
     * @param chunks 1 to 1,000 of them, each with its id
     */
    record Patch(
            @Nullable PatchMode mode,
            @JsonSetter(contentNulls = Nulls.SET) @Nullable List<PatchInput> chunks) {}

    /**
     * The result of a patch of a batch.
     *
     * @param updated chunks that were changed
     * @param unchanged chunks that were stored so already
     * @param failed chunks that could not be changed
     * @param results one for each chunk, in the order of the request
     */
    record Patched(int updated, int unchanged, int failed, List<PutAnswer.Result> results) {
        static Patched of(PutAnswer answer) {
            return new Patched(
                    answer.updated(), answer.unchanged(), answer.failed(), answer.results());
        }
    }

    /**
     * Chunks to look up.
     *
     * @param ids ids of the chunks, at most 1,000
     * @param include which large fields to return; content and metadata if absent
     */
    record Get(@Nullable List<UUID> ids, @Nullable List<Include> include) {}

    /**
     * The chunks that were found, in the order of the ids; ids that do not exist are left out.
     *
     * @param chunks the chunks found
     */
    record Found(List<ChunkBody> chunks) {
        static Found of(List<StoredChunk> chunks) {
            return new Found(chunks.stream().map(ChunkBody::of).toList());
        }
    }

    /**
     * A page of chunks to return, in order of id.
     *
     * @param filter a condition that each chunk meets, in MongoDB's notation
     * @param cursor the previous page's next_cursor; absent for the first page
     * @param limit most chunks of the page, 1 to 1,000; 100 if absent
     * @param include which large fields to return; content and metadata if absent
     */
    record Scroll(
            @Nullable Map<String, @Nullable Object> filter,
            @Nullable String cursor,
            @Nullable Integer limit,
            @Nullable List<Include> include) {}

    /**
     * One page of chunks.
     *
     * @param chunks the chunks, in order of id
     * @param nextCursor sent as cursor to get the next page; absent on the last page
     */
    record ScrollPage(List<ChunkBody> chunks, @Nullable String nextCursor) {
        static ScrollPage of(Page page) {
            UUID next = page.next();
            return new ScrollPage(
                    page.chunks().stream().map(ChunkBody::of).toList(),
                    next == null ? null : cursor(next));
        }

        private static String cursor(UUID id) {
            byte[] bytes =
                    ByteBuffer.allocate(16)
                            .putLong(id.getMostSignificantBits())
                            .putLong(id.getLeastSignificantBits())
                            .array();
            return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        }
    }

    /**
     * Chunks to delete: by exactly one of ids, filter and source_id.
     *
     * @param ids ids of the chunks, at most 1,000
     * @param filter a condition in MongoDB's notation that selects the chunks; an empty one matches
     *     all
     * @param sourceType kind of the source; document if absent
     * @param sourceId the source whose chunks are deleted
     * @param dryRun true counts the chunks that would be deleted, and deletes nothing
     */
    record Delete(
            @Nullable List<UUID> ids,
            @Nullable Map<String, @Nullable Object> filter,
            @Nullable String sourceType,
            @Nullable String sourceId,
            @Nullable Boolean dryRun) {}

    /**
     * How many chunks were deleted.
     *
     * @param deleted number of chunks deleted, or of those that would be deleted in a dry run
     */
    record Deleted(long deleted) {}

    /**
     * Chunks to count.
     *
     * @param filter a condition that each chunk meets, in MongoDB's notation; all chunks if absent
     */
    record Count(@Nullable Map<String, @Nullable Object> filter) {}

    /**
     * How many chunks there are.
     *
     * @param count number of chunks that match
     */
    record Counted(long count) {}
}
