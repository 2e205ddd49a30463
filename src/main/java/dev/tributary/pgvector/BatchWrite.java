package dev.tributary.pgvector;

import dev.tributary.pgvector.Database.Session;
import dev.tributary.vector.ChunkOutcome;
import dev.tributary.vector.Rows;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiFunction;

/**
 * A write of many items, each of which may be refused by PostgreSQL without the others. Safe for
 * use by several threads.
 *
 * @param operation what the write is called in errors
 * @param rows the rows that it may change
 * @param step writes all items of a batch, or none
 * @param refused the outcome of an item that PostgreSQL refused for a reason
 */
record BatchWrite<T>(
        Database database,
        String operation,
        Rows rows,
        Step<T> step,
        BiFunction<T, String, ChunkOutcome> refused) {
    interface Step<T> {
        Map<UUID, ChunkOutcome> run(Session session, List<T> batch) throws SQLException;
    }

    /**
     * Writes a batch. If PostgreSQL refuses its data, writes the halves separately, down to the
     * invalid item, which fails alone.
     */
    Map<UUID, ChunkOutcome> run(List<T> batch) {
        if (batch.isEmpty()) {
            return Map.of();
        }
        try {
            return database.write(operation, session -> step.run(session, batch));
        } catch (RuntimeException e) {
            String reason = RowInsert.rejection(rows, e);
            if (reason == null) {
                throw e;
            }
            if (batch.size() == 1) {
                ChunkOutcome outcome = refused.apply(batch.getFirst(), reason);
                return Map.of(outcome.id(), outcome);
            }
        }
        int half = batch.size() / 2;
        Map<UUID, ChunkOutcome> outcomes = new HashMap<>(run(batch.subList(0, half)));
        outcomes.putAll(run(batch.subList(half, batch.size())));
        return outcomes;
    }
}
