package dev.tributary.pgvector;

import dev.tributary.failure.ServiceException;
import dev.tributary.pgvector.Database.Session;
import dev.tributary.pgvector.Sql.Texts;
import dev.tributary.vector.ChunkFields;
import dev.tributary.vector.ChunkOutcome;
import dev.tributary.vector.ChunkOutcome.Status;
import dev.tributary.vector.ChunkPatch;
import dev.tributary.vector.Include;
import dev.tributary.vector.Rows;
import dev.tributary.vector.StoredChunk;
import dev.tributary.vector.VectorStore;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Changes stored chunks without their contents and embeddings. */
final class PatchWriter {
    private final Database database;

    PatchWriter(Database database) {
        this.database = database;
    }

    /** Fields that are ready to be stored. */
    private record Changed(UUID id, ChunkFields fields, String metadata, @Nullable String boosts) {
        /**
         * @throws ServiceException as the change does; {@code DENIED} if the chunk would leave the
         *     rows; {@code INVALID} if a text in it cannot be stored
         */
        static Changed of(Rows rows, StoredChunk chunk, ChunkPatch patch) {
            ChunkFields fields = patch.change().apply(ChunkFields.of(chunk));
            rows.requireContains(fields.tenant());
            return new Changed(
                    chunk.id(),
                    fields,
                    Row.json("metadata", fields.metadata()),
                    fields.boosts().isEmpty() ? null : Row.json("boosts", fields.boosts()));
        }
    }

    List<ChunkOutcome> patch(Rows rows, List<ChunkPatch> patches) {
        if (patches.size() > VectorStore.BATCH_MAX) {
            throw ServiceException.invalid(
                    "chunks",
                    "has %,d chunks, must have at most %,d"
                            .formatted(patches.size(), VectorStore.BATCH_MAX));
        }
        Map<Integer, ChunkOutcome> outcomes = new TreeMap<>();
        Map<UUID, Integer> positions = new LinkedHashMap<>();
        for (int i = 0; i < patches.size(); i++) {
            UUID id = patches.get(i).id();
            if (positions.putIfAbsent(id, i) != null) {
                outcomes.put(
                        i,
                        ChunkOutcome.failed(
                                id,
                                "id "
                                        + id
                                        + " appears twice in this request: the first one was kept"));
            }
        }
        Map<UUID, ChunkOutcome> written =
                write(rows, positions.values().stream().map(patches::get).toList());
        positions.forEach((id, i) -> outcomes.put(i, Objects.requireNonNull(written.get(id))));
        return List.copyOf(outcomes.values());
    }

    /** Changes a batch; a chunk that PostgreSQL refuses fails alone. */
    private Map<UUID, ChunkOutcome> write(Rows rows, List<ChunkPatch> patches) {
        return new BatchWrite<ChunkPatch>(
                        database,
                        "patch of chunks",
                        rows,
                        (session, batch) -> run(session, rows, batch),
                        (patch, reason) -> ChunkOutcome.failed(patch.id(), "metadata " + reason))
                .run(patches);
    }

    private static Map<UUID, ChunkOutcome> run(Session session, Rows rows, List<ChunkPatch> patches)
            throws SQLException {
        Map<UUID, ChunkPatch> byId = new LinkedHashMap<>();
        Map<UUID, ChunkOutcome> outcomes = new HashMap<>();
        for (ChunkPatch patch : patches) {
            UUID id = patch.id();
            byId.put(id, patch);
            outcomes.put(id, ChunkOutcome.failed(id, "id " + id + " does not exist"));
        }
        List<Changed> changed = new ArrayList<>();
        for (StoredChunk chunk : lock(session, rows, byId.keySet())) {
            UUID id = chunk.id();
            try {
                changed.add(Changed.of(rows, chunk, Objects.requireNonNull(byId.get(id))));
                outcomes.put(id, ChunkOutcome.of(id, Status.UNCHANGED));
            } catch (ServiceException e) {
                outcomes.put(id, ChunkOutcome.failed(id, String.valueOf(e.getMessage())));
            }
        }
        for (UUID id : update(session, rows, changed)) {
            outcomes.put(id, ChunkOutcome.of(id, Status.UPDATED));
        }
        return outcomes;
    }

    /**
     * Locks the rows in the same order as upserts. The update of nothing before it takes the lock
     * that writers to a followed collection share: whoever waits for that must hold no rows.
     */
    private static List<StoredChunk> lock(Session session, Rows rows, Set<UUID> ids)
            throws SQLException {
        String table = Partitions.table(rows.collection());
        session.execute(Sql.of("UPDATE " + table + " SET metadata = metadata WHERE false"));
        Sql from =
                new Sql.Builder()
                        .add(
                                Partitions.rows(rows.collection()) + " AND id = ANY (?) AND ",
                                new Texts("uuid", List.copyOf(ids)))
                        .add(FilterSql.condition(rows.restrict(null)))
                        .add(" ORDER BY id FOR UPDATE")
                        .build();
        return ChunkRows.read(session, from, Set.of(Include.METADATA));
    }

    /** A new version of a row is a fresh row of the approximate index, as after an upsert. */
    private static List<UUID> update(Session session, Rows rows, List<Changed> changed)
            throws SQLException {
        List<UUID> updated = new ArrayList<>();
        if (changed.isEmpty()) {
            return updated;
        }
        Sql sql =
                Sql.of(
                        """
                        UPDATE %s AS stored SET
                            metadata = new.metadata::jsonb, tenant = new.tenant,
                            acl_digest = decode(new.acl_digest, 'hex'), boosts = new.boosts::jsonb,
                            seq = nextval('chunk_seq'), updated_at = now()
                        FROM unnest(?::uuid[], ?::text[], ?::text[], ?::text[], ?::text[])
                            AS new (id, metadata, tenant, acl_digest, boosts)
                        WHERE stored.collection_id = %d AND stored.id = new.id
                          AND (stored.metadata, stored.tenant, stored.acl_digest, stored.boosts)
                            IS DISTINCT FROM
                              (new.metadata::jsonb, new.tenant, decode(new.acl_digest, 'hex'), new.boosts::jsonb)
                        RETURNING stored.id
                        """
                                .formatted(
                                        Partitions.table(rows.collection()),
                                        rows.collection().id()),
                        column("uuid", changed, Changed::id),
                        column("text", changed, Changed::metadata),
                        column("text", changed, it -> it.fields().tenant()),
                        column("text", changed, it -> it.fields().aclDigest()),
                        column("text", changed, Changed::boosts));
        try (PreparedStatement statement = session.prepare(sql);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                updated.add(ChunkRows.id(row));
            }
        }
        return updated;
    }

    private static Texts column(
            String type,
            List<Changed> changed,
            Function<Changed, ? extends @Nullable Object> value) {
        List<@Nullable Object> values = new ArrayList<>();
        for (Changed one : changed) {
            values.add(value.apply(one));
        }
        return new Texts(type, values);
    }
}
