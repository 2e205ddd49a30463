package dev.tributary.pgvector;

import dev.tributary.failure.ServiceException;
import dev.tributary.pgvector.Database.Session;
import dev.tributary.vector.Chunk;
import dev.tributary.vector.ChunkKey;
import dev.tributary.vector.ChunkOutcome.Status;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.ReplaceOutcome;
import dev.tributary.vector.VectorStore;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Replaces all chunks of a source in one transaction, so that no reader sees a part of it. */
final class SourceWriter {
    private final Database database;

    SourceWriter(Database database) {
        this.database = database;
    }

    /** The chunks of one source, as they shall be. */
    private record Source(CollectionRef collection, String type, String id, List<Row> rows) {
        String table() {
            return Partitions.table(collection);
        }
    }

    ReplaceOutcome replace(
            CollectionRef collection, String sourceType, String sourceId, List<Chunk> chunks) {
        Source source =
                new Source(
                        collection,
                        sourceType,
                        sourceId,
                        rows(collection, sourceType, sourceId, chunks));
        try {
            return database.write(
                    "replacement of a document",
                    session -> {
                        lock(session, source);
                        // A chunk may take the place of one that a later batch moves.
                        session.execute(Sql.of("SET CONSTRAINTS ALL DEFERRED"));
                        refuseForeign(session, source);
                        int deleted = deleteOthers(session, source);
                        ReplaceOutcome outcome = insert(session, source, deleted);
                        session.execute(Sql.of("SET CONSTRAINTS ALL IMMEDIATE"));
                        return outcome;
                    });
        } catch (RuntimeException e) {
            String reason = RowInsert.rejection(e);
            if (reason == null) {
                throw e;
            }
            throw RowInsert.isTaken(e)
                    ? ServiceException.conflict("source_taken", "a chunk's " + reason)
                    : ServiceException.impossible(
                            "chunk_refused", "chunks", "hold one that " + reason);
        }
    }

    private static List<Row> rows(
            CollectionRef collection, String sourceType, String sourceId, List<Chunk> chunks) {
        Set<UUID> ids = new HashSet<>();
        Set<ChunkKey> keys = new HashSet<>();
        List<Row> rows = new ArrayList<>();
        for (Chunk chunk : chunks) {
            Row row = Row.of(collection, chunk);
            if (!chunk.key().sourceType().equals(sourceType)
                    || !chunk.key().sourceId().equals(sourceId)) {
                throw ServiceException.invalid(
                        "chunks", "have one of another source: " + row.source());
            }
            if (!ids.add(chunk.id()) || !keys.add(chunk.key())) {
                throw ServiceException.invalid("chunks", "have one twice: " + row.source());
            }
            rows.add(row);
        }
        return RowInsert.sorted(rows);
    }

    /**
     * Replacements of one source take turns: without it the later one would not see, and so not
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

    /** An upsert would take a chunk away from the source that has its id. */
    private static void refuseForeign(Session session, Source source) throws SQLException {
        Sql sql =
                Sql.of(
                        """
                        SELECT id FROM %s
                        WHERE collection_id = %d AND id = ANY (?) AND (source_type, source_id) <> (?, ?)
                        ORDER BY id LIMIT 1
                        """
                                .formatted(source.table(), source.collection().id()),
                        RowInsert.column("uuid", source.rows(), row -> row.chunk().id()),
                        source.type(),
                        source.id());
        try (PreparedStatement statement = session.prepare(sql);
                ResultSet found = statement.executeQuery()) {
            if (found.next()) {
                throw ServiceException.conflict(
                        "source_taken",
                        "chunk %s belongs to another source".formatted(ChunkRows.id(found)));
            }
        }
    }

    private static int deleteOthers(Session session, Source source) throws SQLException {
        Sql sql =
                Sql.of(
                        """
                        DELETE FROM %s
                        WHERE collection_id = %d AND source_type = ? AND source_id = ? AND id <> ALL (?)
                        """
                                .formatted(source.table(), source.collection().id()),
                        source.type(),
                        source.id(),
                        RowInsert.column("uuid", source.rows(), row -> row.chunk().id()));
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
            RowInsert.run(session, source.collection(), rows.subList(from, to))
                    .values()
                    .forEach(outcome -> counts.merge(outcome.status(), 1, Integer::sum));
        }
        return new ReplaceOutcome(
                counts.getOrDefault(Status.CREATED, 0),
                counts.getOrDefault(Status.UPDATED, 0),
                counts.getOrDefault(Status.UNCHANGED, 0),
                deleted);
    }
}
