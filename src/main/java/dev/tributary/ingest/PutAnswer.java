package dev.tributary.ingest;

import dev.tributary.vector.ChunkOutcome.Status;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The result of a put.
 *
 * @param created chunks that were new
 * @param updated chunks that differed from what was stored
 * @param unchanged chunks that were already stored with the same content
 * @param failed chunks that could not be stored
 * @param results one result for each chunk, in the order of the request
 * @param indexed whether every row is in the index; absent without wait=indexed
 */
record PutAnswer(
        int created,
        int updated,
        int unchanged,
        int failed,
        List<Result> results,
        @Nullable Boolean indexed) {
    /**
     * The result for one chunk.
     *
     * @param id id of the chunk; absent if it could not be determined
     * @param status created, updated, unchanged or failed
     * @param error why it failed, beginning with the field; absent unless it failed
     * @param warning a warning about a chunk that was stored
     */
    record Result(
            @Nullable UUID id, Status status, @Nullable String error, @Nullable String warning) {}

    static PutAnswer of(List<Result> results) {
        return new PutAnswer(
                count(results, Status.CREATED),
                count(results, Status.UPDATED),
                count(results, Status.UNCHANGED),
                count(results, Status.FAILED),
                results,
                null);
    }

    PutAnswer withIndexed(boolean isIndexed) {
        return new PutAnswer(created, updated, unchanged, failed, results, isIndexed);
    }

    private static int count(List<Result> results, Status status) {
        return (int) results.stream().filter(result -> result.status() == status).count();
    }
}
