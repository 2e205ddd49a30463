package dev.tributary.pgvector;

import dev.tributary.failure.ServiceException;
import dev.tributary.vector.Chunk;
import dev.tributary.vector.ChunkKey;
import dev.tributary.vector.ChunkOutcome;
import dev.tributary.vector.Rows;
import dev.tributary.vector.VectorStore;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/** Stores chunks of any sources. A chunk that cannot be stored fails alone. */
final class ChunkWriter {
    private final Database database;

    ChunkWriter(Database database) {
        this.database = database;
    }

    List<ChunkOutcome> upsert(Rows into, List<Chunk> chunks) {
        if (chunks.size() > VectorStore.BATCH_MAX) {
            throw ServiceException.invalid(
                    "chunks",
                    "has %,d chunks, must have at most %,d"
                            .formatted(chunks.size(), VectorStore.BATCH_MAX));
        }
        Map<Integer, ChunkOutcome> outcomes = new TreeMap<>();
        Map<Integer, Row> accepted = new LinkedHashMap<>();
        Set<UUID> ids = new HashSet<>();
        Set<ChunkKey> keys = new HashSet<>();
        for (int i = 0; i < chunks.size(); i++) {
            Chunk chunk = chunks.get(i);
            try {
                accepted.put(i, accept(into, chunk, ids, keys));
            } catch (ServiceException e) {
                outcomes.put(i, ChunkOutcome.failed(chunk.id(), String.valueOf(e.getMessage())));
            }
        }
        Map<UUID, ChunkOutcome> written = write(into, RowInsert.sorted(accepted.values()));
        accepted.forEach(
                (i, row) -> outcomes.put(i, Objects.requireNonNull(written.get(row.chunk().id()))));
        return List.copyOf(outcomes.values());
    }

    private static Row accept(Rows into, Chunk chunk, Set<UUID> ids, Set<ChunkKey> keys) {
        Row row = Row.of(into, chunk);
        if (!ids.add(chunk.id())) {
            throw ServiceException.invalid(
                    "id", chunk.id() + " appears twice in this request: the first one was kept");
        }
        if (!keys.add(chunk.key())) {
            throw ServiceException.invalid(
                    "source_id",
                    row.source() + " appears twice in this request: the first one was kept");
        }
        return row;
    }

    /**
     * Writes a batch, new rows by COPY. If PostgreSQL refuses that because of a row or a concurrent
     * write, falls back to {@link #insert}.
     */
    private Map<UUID, ChunkOutcome> write(Rows into, List<Row> rows) {
        if (rows.size() < RowCopy.ROWS_MIN) {
            return insert(into, rows);
        }
        try {
            return database.write("put of chunks", session -> RowCopy.run(session, into, rows));
        } catch (RuntimeException e) {
            if (RowInsert.rejection(into, e) == null) {
                throw e;
            }
            return insert(into, rows);
        }
    }

    /** Inserts a batch; a row that PostgreSQL refuses fails alone. */
    private Map<UUID, ChunkOutcome> insert(Rows into, List<Row> rows) {
        return new BatchWrite<Row>(
                        database,
                        "put of chunks",
                        into,
                        (session, batch) -> RowInsert.run(session, into, batch),
                        (row, reason) ->
                                ChunkOutcome.failed(row.chunk().id(), row.source() + ": " + reason))
                .run(rows);
    }
}
