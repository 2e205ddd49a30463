package dev.tributary.pgvector;

import com.pgvector.PGvector;
import dev.tributary.pgvector.Database.Session;
import dev.tributary.vector.ChunkKey;
import dev.tributary.vector.Embedding;
import dev.tributary.vector.Include;
import dev.tributary.vector.Parent;
import dev.tributary.vector.StoredChunk;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads chunks from result sets, and names the columns to read. */
final class ChunkRows {
    private static final int FETCHED = 200;

    private ChunkRows() {}

    /** The columns of a hit; the large ones only if requested. */
    static String hitColumns(Set<Include> include) {
        return "id, source_type, source_id, chunk_index, parent_index"
                + (include.contains(Include.CONTENT) ? ", content" : "")
                + (include.contains(Include.METADATA) ? ", metadata" : "")
                + (include.contains(Include.EMBEDDING) ? ", embedding" : "");
    }

    private static String columns(Set<Include> include) {
        return hitColumns(include)
                + ", encode(content_hash, 'hex') AS content_hash, tenant,"
                + " encode(acl_digest, 'hex') AS acl_digest, cert_refs, boosts, token_count,"
                + (include.contains(Include.CONTENT) ? " parent_content," : "")
                + " created_at, updated_at";
    }

    /** Reads the chunks that the part after FROM selects. */
    static List<StoredChunk> read(Session session, Sql from, Set<Include> include)
            throws SQLException {
        Sql sql = new Sql.Builder().add("SELECT " + columns(include) + " FROM ").add(from).build();
        List<StoredChunk> chunks = new ArrayList<>();
        try (PreparedStatement statement = session.prepare(sql)) {
            VectorTypes.register(session.connection());
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    chunks.add(chunk(row, include));
                }
            }
        }
        return chunks;
    }

    /** Reads only the ids of the chunks that the part after FROM selects. */
    static List<UUID> ids(Session session, Sql from) throws SQLException {
        Sql sql = new Sql.Builder().add("SELECT id FROM ").add(from).build();
        List<UUID> ids = new ArrayList<>();
        try (PreparedStatement statement = session.prepare(sql);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                ids.add(id(row));
            }
        }
        return ids;
    }

    /**
     * Reads chunks one by one through a cursor, which sees them all as they were when it was
     * opened. A cursor needs a transaction: the running one, or otherwise one of its own.
     */
    static void forEach(
            Session session, Sql from, Set<Include> include, Consumer<StoredChunk> receiver)
            throws SQLException {
        Sql sql = new Sql.Builder().add("SELECT " + columns(include) + " FROM ").add(from).build();
        Connection connection = session.connection();
        boolean isOwn = connection.getAutoCommit();
        connection.setAutoCommit(false);
        try (PreparedStatement statement = session.prepareSelfTimed(sql)) {
            VectorTypes.register(connection);
            // Read in primary key order from the index: a sort would write all rows to disk first.
            session.execute(Sql.of("SELECT set_config('enable_sort', 'off', true)"));
            statement.setFetchSize(FETCHED);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    receiver.accept(chunk(row, include));
                }
            }
            if (!isOwn) {
                session.execute("SET LOCAL enable_sort TO DEFAULT");
            }
        } finally {
            if (isOwn) {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        }
    }

    private static StoredChunk chunk(ResultSet row, Set<Include> include) throws SQLException {
        String certRefs = row.getString("cert_refs");
        return new StoredChunk(
                id(row),
                key(row),
                content(row, include),
                row.getString("content_hash"),
                embedding(row, include),
                metadata(row, include),
                row.getString("tenant"),
                row.getString("acl_digest"),
                certRefs == null ? null : Json.read(certRefs),
                boosts(row.getString("boosts")),
                row.getObject("token_count", Integer.class),
                parent(row, include),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("updated_at", OffsetDateTime.class).toInstant());
    }

    private static @Nullable Parent parent(ResultSet row, Set<Include> include)
            throws SQLException {
        Integer index = parentIndex(row);
        return index == null
                ? null
                : new Parent(
                        index,
                        include.contains(Include.CONTENT) ? row.getString("parent_content") : null);
    }

    static @Nullable Integer parentIndex(ResultSet row) throws SQLException {
        return row.getObject("parent_index", Integer.class);
    }

    static UUID id(ResultSet row) throws SQLException {
        return row.getObject("id", UUID.class);
    }

    static ChunkKey key(ResultSet row) throws SQLException {
        return new ChunkKey(
                row.getString("source_type"),
                row.getString("source_id"),
                row.getInt("chunk_index"));
    }

    static @Nullable String content(ResultSet row, Set<Include> include) throws SQLException {
        return include.contains(Include.CONTENT) ? row.getString("content") : null;
    }

    static @Nullable Embedding embedding(ResultSet row, Set<Include> include) throws SQLException {
        return include.contains(Include.EMBEDDING)
                ? Embedding.copyOf(((PGvector) row.getObject("embedding")).toArray())
                : null;
    }

    static @Nullable Map<String, @Nullable Object> metadata(ResultSet row, Set<Include> include)
            throws SQLException {
        return include.contains(Include.METADATA)
                ? Json.readObject(row.getString("metadata"))
                : null;
    }

    private static Map<String, Double> boosts(@Nullable String json) {
        Map<String, Double> boosts = new LinkedHashMap<>();
        if (json != null) {
            Json.readObject(json)
                    .forEach((name, factor) ->
                            boosts.put(
                                    name, ((Number) Objects.requireNonNull(factor)).doubleValue()));
        }
        return boosts;
    }
}
