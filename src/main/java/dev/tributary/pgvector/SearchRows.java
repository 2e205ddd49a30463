package dev.tributary.pgvector;

import dev.tributary.pgvector.Database.Session;
import dev.tributary.vector.Hit;
import dev.tributary.vector.Hit.Legs;
import dev.tributary.vector.Hit.TextRank;
import dev.tributary.vector.Hit.VectorRank;
import dev.tributary.vector.HybridQuery;
import dev.tributary.vector.Include;
import dev.tributary.vector.Metric;
import dev.tributary.vector.VectorQuery;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The result of one search statement. Unlike a {@link dev.tributary.vector.SearchResult}, it does
 * not say whether the hits are complete: it has what {@link SearchRun} needs to decide that.
 *
 * @param exact true if the vector leg compared every matching row
 * @param matching rows that match the restriction, counted up to a bound; null if not counted
 * @param rowsEstimate estimate of the rows in the collection
 * @param walked rows that the walk through the index found; null if there was none
 * @param termsLeftOut terms of the query that were not used to choose candidates
 */
record SearchRows(
        List<Hit> hits,
        boolean exact,
        @Nullable Long matching,
        long rowsEstimate,
        @Nullable Long walked,
        long termsLeftOut,
        List<String> warnings) {

    private interface HitReader {
        Hit read(ResultSet row) throws SQLException;
    }

    private interface WarningReader {
        List<String> read(ResultSet row) throws SQLException;
    }

    static SearchRows read(Session session, Sql sql, Metric metric, VectorQuery query)
            throws SQLException {
        boolean boosted = query.options().boost() != null;
        Set<Include> include = query.options().include();
        return read(
                session,
                sql,
                row -> {
                    double distance = row.getDouble("distance");
                    double score = boosted ? row.getDouble("score") : metric.score(distance);
                    return hit(row, score, distance, null, include);
                },
                false,
                _ -> List.of());
    }

    static SearchRows read(Session session, Sql sql, String language, HybridQuery query)
            throws SQLException {
        return read(
                session,
                sql,
                row -> {
                    Double distance = row.getObject("distance", Double.class);
                    return hit(
                            row,
                            row.getDouble("score"),
                            distance,
                            legs(row, distance),
                            query.options().include());
                },
                query.fusion().hasTextLeg(),
                row -> SearchWarnings.of(row, language, query));
    }

    private static SearchRows read(
            Session session, Sql sql, HitReader reader, boolean hasTextLeg, WarningReader warnings)
            throws SQLException {
        try (PreparedStatement statement = session.prepareSelfTimed(sql)) {
            VectorTypes.register(session.connection());
            statement.execute();
            // The first result belongs to the settings.
            statement.getMoreResults();
            try (ResultSet row = statement.getResultSet()) {
                return read(row, reader, hasTextLeg, warnings);
            }
        }
    }

    /** There is always a first row; if its id is null, there is no hit. */
    private static SearchRows read(
            ResultSet row, HitReader reader, boolean hasTextLeg, WarningReader warningReader)
            throws SQLException {
        row.next();
        boolean exact = row.getBoolean("exact");
        Long matching = row.getObject("matching", Long.class);
        long rowsEstimate = row.getLong("rows_estimate");
        Long walked = row.getObject("walked", Long.class);
        long termsLeftOut = hasTextLeg ? row.getLong("terms_left_out") : 0;
        List<String> warnings = warningReader.read(row);
        List<Hit> hits = new ArrayList<>();
        if (row.getObject("id") != null) {
            do {
                hits.add(reader.read(row));
            } while (row.next());
        }
        return new SearchRows(hits, exact, matching, rowsEstimate, walked, termsLeftOut, warnings);
    }

    static Hit hit(
            ResultSet row,
            double score,
            @Nullable Double distance,
            @Nullable Legs legs,
            Set<Include> include)
            throws SQLException {
        return new Hit(
                ChunkRows.id(row),
                ChunkRows.key(row),
                score,
                distance,
                ChunkRows.content(row, include),
                ChunkRows.metadata(row, include),
                ChunkRows.embedding(row, include),
                legs,
                ChunkRows.parentIndex(row));
    }

    private static Legs legs(ResultSet row, @Nullable Double distance) throws SQLException {
        Long vectorRank = row.getObject("vector_rank", Long.class);
        Long textRank = row.getObject("text_rank", Long.class);
        return new Legs(
                vectorRank == null || distance == null
                        ? null
                        : new VectorRank(vectorRank.intValue(), distance),
                textRank == null
                        ? null
                        : new TextRank(textRank.intValue(), row.getDouble("text_score")));
    }
}
