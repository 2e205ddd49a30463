package dev.tributary.pgvector;

import dev.tributary.failure.ServiceException;
import dev.tributary.pgvector.Database.Session;
import dev.tributary.vector.Chunk;
import dev.tributary.vector.ChunkKey;
import dev.tributary.vector.ChunkOutcome;
import dev.tributary.vector.ChunkOutcome.Status;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.ReplaceOutcome;
import dev.tributary.vector.Rows;
import dev.tributary.vector.VectorStore;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Replaces all chunks of a source in one transaction, so no reader sees a partial replacement. */
final class SourceWriter {
    private final Database database;

    SourceWriter(Database database) {
        this.database = database;
    }

    /** The new chunks of one source. */
    private record Source(Rows within, String type, String id, List<Row> rows) {
        private CollectionRef collection() {
            return within.collection();
        }
    }

    ReplaceOutcome replace(Rows within, String sourceType, String sourceId, List<Chunk> chunks) {
        Source source =
                new Source(
                        within, sourceType, sourceId, rows(within, sourceType, sourceId, chunks));
        try {
            return database.write(
                    "replacement of a document",
                    session -> {
                        lock(session, source);
                        // A chunk may take the key of one that a later batch moves.
                        session.execute(Sql.of("SET CONSTRAINTS ALL DEFERRED"));
                        refuseForeign(session, source);
                        int deleted = deleteOthers(session, source);
                        ReplaceOutcome outcome = insert(session, source, deleted);
                        session.execute(Sql.of("SET CONSTRAINTS ALL IMMEDIATE"));
                        return outcome;
                    });
        } catch (RuntimeException e) {
            String reason = RowInsert.rejection(within, e);
            if (reason == null) {
                throw e;
            }
            throw RowInsert.isTaken(e)
                    ? taken("a chunk's " + reason)
                    : ServiceException.impossible(
                            "chunk_refused", "chunks", "include one that " + reason);
        }
    }

    private static ServiceException taken(String message) {
        return ServiceException.conflict("source_taken", message);
    }

    private static List<Row> rows(
            Rows within, String sourceType, String sourceId, List<Chunk> chunks) {
        Set<UUID> ids = new HashSet<>();
        Set<ChunkKey> keys = new HashSet<>();
        List<Row> rows = new ArrayList<>();
        for (Chunk chunk : chunks) {
            Row row = Row.of(within, chunk);
            if (!chunk.key().sourceType().equals(sourceType)
                    || !chunk.key().sourceId().equals(sourceId)) {
                throw ServiceException.invalid(
                        "chunks", "include one of another source: " + row.source());
            }
            if (!ids.add(chunk.id()) || !keys.add(chunk.key())) {
                throw ServiceException.invalid("chunks", "include one twice: " + row.source());
            }
            rows.add(row);
        }
        return RowInsert.sorted(rows);
    }

    /**
     * Serializes replacements of one source. Otherwise the later one would not see, and so not
     * delete, what the earlier one has not committed yet.
     */
    private static void lock(Session session, Source source) throws SQLException {
        Sql sql =
                Sql.of(
                        "SELECT pg_advisory_xact_lock(?::integer, hashtext(?))",
                        source.collection().id(),
                        source.type() + '/' + source.id());
        session.execute(sql);
    }

    /** Refuses an id that belongs to another source: an upsert would take the chunk from it. */
    private static void refuseForeign(Session session, Source source) throws SQLException {
        Sql sql =
                Sql.of(
                        Partitions.rows(source.collection())
                                + " AND id = ANY (?) AND (source_type, source_id) <> (?, ?)"
                                + " ORDER BY id LIMIT 1",
                        RowInsert.column("uuid", source.rows(), row -> row.chunk().id()),
                        source.type(),
                        source.id());
        List<UUID> foreign = ChunkRows.ids(session, sql);
        if (!foreign.isEmpty()) {
            throw taken(
                    "chunk "
                            + foreign.getFirst()
                            + (source.within().isConfined()
                                    ? ": " + RowInsert.NOT_FREE
                                    : " belongs to another source"));
        }
    }

    private static int deleteOthers(Session session, Source source) throws SQLException {
        Sql sql =
                new Sql.Builder()
                        .add("DELETE FROM " + Partitions.rows(source.collection()))
                        .add(
                                " AND source_type = ? AND source_id = ? AND id <> ALL (?) AND ",
                                source.type(),
                                source.id(),
                                RowInsert.column("uuid", source.rows(), row -> row.chunk().id()))
                        .add(FilterSql.condition(source.within().restrict(null)))
                        .build();
        try (PreparedStatement statement = session.prepare(sql)) {
            return statement.executeUpdate();
        }
    }

    private static ReplaceOutcome insert(Session session, Source source, int deleted)
            throws SQLException {
        Map<Status, Integer> counts = new HashMap<>();
        List<Row> rows = source.rows();
        for (int from = 0; from < rows.size(); from += VectorStore.BATCH_MAX) {
            int to = Math.min(rows.size(), from + VectorStore.BATCH_MAX);
            for (ChunkOutcome outcome :
                    RowInsert.run(session, source.within(), rows.subList(from, to)).values()) {
                if (outcome.status() == Status.FAILED) {
                    throw taken("a chunk's " + outcome.error());
                }
                counts.merge(outcome.status(), 1, Integer::sum);
            }
        }
        return new ReplaceOutcome(
                counts.getOrDefault(Status.CREATED, 0),
                counts.getOrDefault(Status.UPDATED, 0),
                counts.getOrDefault(Status.UNCHANGED, 0),
                deleted);
    }
}
