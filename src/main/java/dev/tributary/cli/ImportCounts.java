package dev.tributary.cli;

import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * The outcomes of the lines that were sent.
 *
 * @param created chunks that were new
 * @param updated chunks that differed from what was stored
 * @param unchanged chunks that were already stored with the same content
 * @param failed lines that could not be stored
 * @param errors the errors of the first failed lines, at most 100
 */
record ImportCounts(
        long created, long updated, long unchanged, long failed, List<LineError> errors) {
    static final ImportCounts NONE = new ImportCounts(0, 0, 0, 0, List.of());

    private static final int ERRORS_MAX = 100;

    /**
     * Why a line was not stored.
     *
     * @param line number of the line, from 1
     * @param error what is wrong with the line
     */
    record LineError(long line, String error) {}

    static ImportCounts of(JsonNode answer) {
        return new ImportCounts(
                answer.path("created").asLong(),
                answer.path("updated").asLong(),
                answer.path("unchanged").asLong(),
                answer.path("failed").asLong(),
                answer.path("errors")
                        .valueStream()
                        .map(it ->
                                new LineError(
                                        it.path("line").asLong(), it.path("error").asString("")))
                        .toList());
    }

    /**
     * Adds the counts of the next request.
     *
     * @param before number of records before its first line
     */
    ImportCounts plus(ImportCounts next, long before) {
        return new ImportCounts(
                created + next.created,
                updated + next.updated,
                unchanged + next.unchanged,
                failed + next.failed,
                Stream.concat(
                                errors.stream(),
                                next.errors.stream()
                                        .map(it -> new LineError(it.line() + before, it.error())))
                        .limit(ERRORS_MAX)
                        .toList());
    }

    /** The number of chunks that are stored now. */
    long stored() {
        return created + updated + unchanged;
    }
}
