package dev.tributary.ingest;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The result of an import.
 *
 * @param created chunks that were new
 * @param updated chunks that differed from what was stored
 * @param unchanged chunks that were already stored with the same content
 * @param failed lines that could not be stored
 * @param errors the errors of the first 100 lines that failed
 * @param indexed whether every row is in the index; absent without wait=indexed
 */
record ImportAnswer(
        long created,
        long updated,
        long unchanged,
        long failed,
        List<LineError> errors,
        @Nullable Boolean indexed) {
    /**
     * A line that could not be stored.
     *
     * @param line number of the line, from 1
     * @param error what is wrong with the line, beginning with the field
     */
    record LineError(long line, String error) {}
}
