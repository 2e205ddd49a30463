package dev.tributary.ingest;

import dev.tributary.ingest.ImportAnswer.LineError;
import dev.tributary.vector.ChunkOutcome.Status;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Counts the outcomes of the lines of an import. Safe for use by many threads. */
final class ImportTally {
    private static final int ERRORS_MAX = 100;

    private final Map<Status, Long> counts = new EnumMap<>(Status.class);
    private final TreeMap<Long, String> errors = new TreeMap<>();

    synchronized void add(long line, PutAnswer.Result result) {
        counts.merge(result.status(), 1L, Long::sum);
        if (result.status() == Status.FAILED) {
            addError(line, String.valueOf(result.error()));
        }
    }

    synchronized void addFailed(long line, String error) {
        counts.merge(Status.FAILED, 1L, Long::sum);
        addError(line, error);
    }

    /** Keeps the first errors of the file, in whatever order they arrive. */
    private void addError(long line, String error) {
        errors.put(line, error);
        if (errors.size() > ERRORS_MAX) {
            errors.pollLastEntry();
        }
    }

    synchronized long stored() {
        return count(Status.CREATED) + count(Status.UPDATED) + count(Status.UNCHANGED);
    }

    synchronized ImportAnswer answer(@Nullable Boolean indexed) {
        return new ImportAnswer(
                count(Status.CREATED),
                count(Status.UPDATED),
                count(Status.UNCHANGED),
                count(Status.FAILED),
                errors.entrySet().stream()
                        .map(error -> new LineError(error.getKey(), error.getValue()))
                        .toList(),
                indexed);
    }

    private long count(Status status) {
        return counts.getOrDefault(status, 0L);
    }
}
