package dev.tributary.pgvector;

import dev.tributary.pgvector.Database.Session;
import dev.tributary.pgvector.Sql.Texts;
import dev.tributary.sql.SqlFailures;
import dev.tributary.vector.ChunkOutcome;
import dev.tributary.vector.ChunkOutcome.Status;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.Parent;
import dev.tributary.vector.Rows;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Inserts rows, each replacing the row with the same id: a batch in one statement, with its columns
 * as arrays.
 */
final class RowInsert {
    /** Does not tell a caller who is confined to a tenant what belongs to other tenants. */
    static final String NOT_FREE = "cannot be used: choose a different id, or a different source";

    private RowInsert() {}

    /**
     * In the order in which every batch and every deletion locks rows, to avoid deadlocks:
     * PostgreSQL's order of ids, which is that of their text. {@link UUID#compareTo} orders them
     * differently.
     */
    static List<Row> sorted(java.util.Collection<Row> rows) {
        return rows.stream()
                .sorted(Comparator.comparing(row -> row.chunk().id().toString()))
                .toList();
    }

    /**
     * What PostgreSQL found wrong with the data, for the caller; null if the data is not the cause.
     */
    static @Nullable String rejection(Rows into, RuntimeException e) {
        String state = SqlFailures.sqlState(e);
        if (state == null) {
            return null;
        }
        if (isTaken(e)) {
            return into.isConfined()
                    ? NOT_FREE
                    : "source_type, source_id and chunk_index belong to another id already";
        }
        return switch (state.substring(0, 2)) {
            case "22" ->
                    "has a number or a character that PostgreSQL cannot store or index (%s)"
                            .formatted(state);
            case "23" -> "breaks a rule of the collection (%s)".formatted(state);
            case "54" -> "is larger than PostgreSQL can store or index (%s)".formatted(state);
            default -> null;
        };
    }

    /** Whether a row's source is stored under another id. */
    static boolean isTaken(RuntimeException e) {
        return "23505".equals(SqlFailures.sqlState(e));
    }

    /**
     * Runs one statement, and a second one if the caller is confined to a tenant. A row that the
     * statement does not return was already stored unchanged, or belongs to another tenant.
     */
    static Map<UUID, ChunkOutcome> run(Session session, Rows into, List<Row> rows)
            throws SQLException {
        Map<UUID, ChunkOutcome> outcomes = new HashMap<>();
        for (Row row : rows) {
            UUID id = row.chunk().id();
            outcomes.put(id, ChunkOutcome.of(id, Status.UNCHANGED));
        }
        try (PreparedStatement statement = session.prepare(sql(into, rows));
                ResultSet stored = statement.executeQuery()) {
            while (stored.next()) {
                UUID id = ChunkRows.id(stored);
                Status status = stored.getBoolean("created") ? Status.CREATED : Status.UPDATED;
                outcomes.put(id, ChunkOutcome.of(id, status));
            }
        }
        if (into.isConfined()) {
            for (UUID id : outside(session, into, rows)) {
                outcomes.put(id, ChunkOutcome.failed(id, "id " + id + ": " + NOT_FREE));
            }
        }
        return outcomes;
    }

    /**
     * The ids of rows outside the tenant. The previous statement has locked them, so none of them
     * can appear or disappear before the transaction ends.
     */
    private static List<UUID> outside(Session session, Rows into, List<Row> rows)
            throws SQLException {
        return ChunkRows.ids(
                session,
                Sql.of(
                        Partitions.rows(into.collection())
                                + " AND id = ANY (?) AND tenant IS DISTINCT FROM ?",
                        column("uuid", rows, row -> row.chunk().id()),
                        into.tenant()));
    }

    private static String text(Rows into) {
        CollectionRef collection = into.collection();
        return """
        INSERT INTO %1$s AS stored (
            collection_id, id, source_type, source_id, chunk_index, content, content_hash,
            embedding, metadata, tenant, acl_digest, cert_refs, boosts, token_count, parent_index,
            parent_content)
        SELECT %2$d, id, source_type, source_id, chunk_index, content, decode(content_hash, 'hex'),
               ((SELECT v FROM flat)[(n - 1) * %3$d + 1 : n * %3$d])::vector,
               metadata::jsonb, tenant, decode(acl_digest, 'hex'), cert_refs::jsonb, boosts::jsonb,
               token_count, parent_index, parent_content
        FROM unnest(?::uuid[], ?::text[], ?::text[], ?::integer[], ?::text[], ?::text[], ?::text[],
                    ?::text[], ?::text[], ?::text[], ?::text[], ?::integer[], ?::integer[], ?::text[])
            WITH ORDINALITY AS chunk (
                id, source_type, source_id, chunk_index, content, content_hash, metadata,
                tenant, acl_digest, cert_refs, boosts, token_count, parent_index, parent_content, n)
        ORDER BY n
        ON CONFLICT (collection_id, id) DO UPDATE SET
            source_type = excluded.source_type, source_id = excluded.source_id,
            chunk_index = excluded.chunk_index, content = excluded.content,
            content_hash = excluded.content_hash, embedding = excluded.embedding,
            metadata = excluded.metadata, tenant = excluded.tenant,
            acl_digest = excluded.acl_digest, cert_refs = excluded.cert_refs,
            boosts = excluded.boosts, token_count = excluded.token_count,
            parent_index = excluded.parent_index, parent_content = excluded.parent_content,
            seq = excluded.seq, updated_at = now()
        WHERE (stored.source_type, stored.source_id, stored.chunk_index, stored.content,
               stored.content_hash, stored.embedding, stored.metadata, stored.tenant,
               stored.acl_digest, stored.cert_refs, stored.boosts, stored.token_count,
               stored.parent_index, stored.parent_content)
            IS DISTINCT FROM
              (excluded.source_type, excluded.source_id, excluded.chunk_index, excluded.content,
               excluded.content_hash, excluded.embedding, excluded.metadata, excluded.tenant,
               excluded.acl_digest, excluded.cert_refs, excluded.boosts, excluded.token_count,
               excluded.parent_index, excluded.parent_content)%4$s
        RETURNING id, xmax = 0 AS created
        """
                .formatted(
                        Partitions.table(collection),
                        collection.id(),
                        collection.dimension(),
                        into.isConfined() ? " AND stored.tenant = excluded.tenant" : "");
    }

    private static Sql sql(Rows into, List<Row> rows) {
        int dimension = into.collection().dimension();
        float[] flat = new float[rows.size() * dimension];
        for (int i = 0; i < rows.size(); i++) {
            System.arraycopy(
                    rows.get(i).chunk().embedding().toArray(), 0, flat, i * dimension, dimension);
        }
        return new Sql.Builder()
                // All vectors as one float4[], cut up by position: the driver sends it in binary,
                // but an array of vectors as text.
                .add("WITH flat AS MATERIALIZED (SELECT ?::real[] AS v)\n", (Object) flat)
                .add(
                        text(into),
                        column("uuid", rows, r -> r.chunk().id()),
                        column("text", rows, r -> r.chunk().key().sourceType()),
                        column("text", rows, r -> r.chunk().key().sourceId()),
                        column("integer", rows, r -> r.chunk().key().chunkIndex()),
                        column("text", rows, r -> r.chunk().content()),
                        column("text", rows, r -> r.chunk().contentHash()),
                        column("text", rows, Row::metadata),
                        column("text", rows, r -> r.chunk().tenant()),
                        column("text", rows, r -> r.chunk().aclDigest()),
                        column("text", rows, Row::certRefs),
                        column("text", rows, Row::boosts),
                        column("integer", rows, r -> r.chunk().tokenCount()),
                        column("integer", rows, RowInsert::parentIndex),
                        column("text", rows, RowInsert::parentContent))
                .build();
    }

    private static @Nullable Integer parentIndex(Row row) {
        Parent parent = row.chunk().parent();
        return parent == null ? null : parent.index();
    }

    private static @Nullable String parentContent(Row row) {
        Parent parent = row.chunk().parent();
        return parent == null ? null : parent.content();
    }

    static Texts column(
            String type, List<Row> rows, Function<Row, ? extends @Nullable Object> value) {
        List<@Nullable Object> values = new ArrayList<>();
        for (Row row : rows) {
            values.add(value.apply(row));
        }
        return new Texts(type, values);
    }
}
