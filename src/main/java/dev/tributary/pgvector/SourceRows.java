package dev.tributary.pgvector;

import dev.tributary.pgvector.Database.Session;
import dev.tributary.vector.ChunkKey;
import dev.tributary.vector.Rows;
import dev.tributary.vector.SourceQuery;
import dev.tributary.vector.SourceSummary;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lists sources. The unique key of a partition begins with them: a page reads the rows of its own
 * sources, in order, and stops.
 */
final class SourceRows {
    private SourceRows() {}

    static List<SourceSummary> read(Session session, Rows rows, SourceQuery query)
            throws SQLException {
        List<SourceSummary> sources = new ArrayList<>();
        try (PreparedStatement statement = session.prepare(sql(rows, query));
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                sources.add(summary(row));
            }
        }
        return sources;
    }

    /** One page; the titles are looked up for its sources alone. */
    static Sql sql(Rows rows, SourceQuery query) {
        Sql own = FilterSql.condition(rows.restrict(null));
        return new Sql.Builder()
                .add("WITH page AS (")
                .add(page(rows, query, own))
                .add(
                        """
                        )
                        SELECT page.*,
                               (SELECT CASE jsonb_typeof(metadata -> 'title') WHEN 'string' THEN metadata ->> 'title' END
                                FROM
                        """)
                .add(Partitions.rows(rows.collection()))
                .add(
                        " AND chunk.source_type = page.source_type AND chunk.source_id = page.source_id AND ")
                .add(own)
                .add(" ORDER BY chunk_index LIMIT 1) AS title\nFROM page\n")
                .add("ORDER BY source_type, source_id")
                .build();
    }

    private static Sql page(Rows rows, SourceQuery query, Sql own) {
        var sql =
                new Sql.Builder()
                        .add(
                                """
                                SELECT source_type, source_id, count(*) AS chunks,
                                       encode(sha256(string_agg(content_hash, ''::bytea ORDER BY chunk_index)), 'hex') AS hash,
                                       min(created_at) AS created_at, max(updated_at) AS updated_at
                                FROM
                                """)
                        .add(Partitions.rows(rows.collection()))
                        .add(" AND ")
                        .add(own);
        if (query.sourceType() != null) {
            sql.add(" AND source_type = ?", query.sourceType());
        }
        if (!query.prefix().isEmpty()) {
            sql.add(" AND source_id >= ?", query.prefix());
            String end = end(query.prefix());
            if (end != null) {
                sql.add(" AND source_id < ?", end);
            }
        }
        ChunkKey after = query.after();
        if (after != null) {
            sql.add(" AND (source_type, source_id) > (?, ?)", after.sourceType(), after.sourceId());
        }
        return sql.add(
                        " GROUP BY collection_id, source_type, source_id"
                                + " ORDER BY collection_id, source_type, source_id LIMIT "
                                + query.limit())
                .build();
    }

    /**
     * The first text, in order of code points, after all that begin with a prefix; null if there is
     * none.
     */
    static @Nullable String end(String prefix) {
        int[] points = prefix.codePoints().toArray();
        int last = points.length - 1;
        while (last >= 0 && points[last] == Character.MAX_CODE_POINT) {
            last--;
        }
        if (last < 0) {
            return null;
        }
        // Half of a surrogate pair is no text.
        points[last] = points[last] + 1 == Character.MIN_SURROGATE ? 0xE000 : points[last] + 1;
        return new String(points, 0, last + 1);
    }

    private static SourceSummary summary(ResultSet row) throws SQLException {
        return new SourceSummary(
                new ChunkKey(row.getString("source_type"), row.getString("source_id"), 0),
                row.getString("title"),
                row.getLong("chunks"),
                row.getString("hash"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("updated_at", OffsetDateTime.class).toInstant());
    }
}
