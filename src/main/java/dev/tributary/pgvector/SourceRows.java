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
        boolean isPrefixOfAnyKind = query.sourceType() == null && !query.prefix().isEmpty();
        return new Sql.Builder()
                .add("WITH RECURSIVE ")
                .add(isPrefixOfAnyKind ? pageOfEveryKind(rows, query, own) : page(rows, query, own))
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
        var sql = new Sql.Builder().add("page AS (");
        if (query.sourceType() == null) {
            return sql.add(sources(rows, query, own, Sql.of(""))).build();
        }
        Sql ofType = Sql.of(" AND source_type = ?", query.sourceType());
        return sql.add(sources(rows, query, own, ofType)).build();
    }

    /**
     * A prefix is a range of the key only within a kind of source: finds the kinds by a descent of
     * the index for each, and takes a page of each.
     */
    private static Sql pageOfEveryKind(Rows rows, SourceQuery query, Sql own) {
        String kinds =
                """
                kind AS (
                    (SELECT source_type FROM %1$s ORDER BY collection_id, source_type LIMIT 1)
                    UNION ALL
                    SELECT (SELECT chunk.source_type FROM %1$s AND chunk.source_type > kind.source_type
                            ORDER BY collection_id, chunk.source_type LIMIT 1)
                    FROM kind WHERE source_type IS NOT NULL),
                page AS (SELECT found.* FROM kind CROSS JOIN LATERAL (
                """
                        .formatted(Partitions.rows(rows.collection()));
        return new Sql.Builder()
                .add(kinds)
                .add(sources(rows, query, own, Sql.of(" AND source_type = kind.source_type")))
                .add(") AS found ORDER BY source_type, source_id LIMIT " + query.limit())
                .build();
    }

    private static Sql sources(Rows rows, SourceQuery query, Sql own, Sql ofType) {
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
                        .add(own)
                        .add(ofType);
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
