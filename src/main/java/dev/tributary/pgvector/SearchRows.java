package dev.tributary.pgvector;

import dev.tributary.pgvector.Database.Session;
import dev.tributary.vector.Fusion;
import dev.tributary.vector.Hit;
import dev.tributary.vector.Hit.Legs;
import dev.tributary.vector.Hit.TextRank;
import dev.tributary.vector.Hit.VectorRank;
import dev.tributary.vector.HybridQuery;
import dev.tributary.vector.Include;
import dev.tributary.vector.Metric;
import dev.tributary.vector.SearchResult;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a search statement returned.
 *
 * @param exact the vector leg compared every matching row
 * @param rowsEstimate rows in the collection, about
 * @param termsLeftOut words that chose no candidates
 */
record SearchRows(
        List<Hit> hits,
        boolean exact,
        long rowsEstimate,
        long termsLeftOut,
        List<String> warnings) {

    private static final String NO_WORD =
            "the query has no word to search for: the text leg found nothing";

    private interface HitReader {
        Hit read(ResultSet row) throws SQLException;
    }

    static SearchRows read(Session session, Sql sql, Metric metric, Set<Include> include)
            throws SQLException {
        return read(
                session,
                sql,
                row -> {
                    double distance = row.getDouble("distance");
                    return hit(row, metric.score(distance), distance, null, include);
                },
                null);
    }

    static SearchRows read(Session session, Sql sql, HybridQuery query) throws SQLException {
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
                            query.include());
                },
                query.fusion());
    }

    private static SearchRows read(
            Session session, Sql sql, HitReader reader, @Nullable Fusion fusion)
            throws SQLException {
        try (PreparedStatement statement = session.prepareSelfTimed(sql)) {
            VectorTypes.register(session.connection());
            statement.execute();
            // The first result is that of the settings.
            statement.getMoreResults();
            try (ResultSet row = statement.getResultSet()) {
                return read(row, reader, fusion);
            }
        }
    }

    /** The first row is always there: without an id, it says that there is no hit. */
    private static SearchRows read(ResultSet row, HitReader reader, @Nullable Fusion fusion)
            throws SQLException {
        row.next();
        boolean exact = row.getBoolean("exact");
        long rowsEstimate = row.getLong("rows_estimate");
        long termsLeftOut = fusion == null ? 0 : row.getLong("terms_left_out");
        boolean speechless = fusion != null && fusion.hasTextLeg() && row.getLong("words") == 0;
        List<Hit> hits = new ArrayList<>();
        if (row.getObject("id") != null) {
            do {
                hits.add(reader.read(row));
            } while (row.next());
        }
        return new SearchRows(
                hits, exact, rowsEstimate, termsLeftOut, speechless ? List.of(NO_WORD) : List.of());
    }

    private static Hit hit(
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
                legs);
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

    SearchResult result(boolean complete) {
        return new SearchResult(hits, complete, warnings);
    }

    /** A short answer that the index gave, and that would be dear to check. */
    SearchResult uncertain() {
        List<String> said = new ArrayList<>(warnings);
        said.add(
                "fewer than top_k rows reached the threshold, and the index may have missed some:"
                        + " set params.exact to be sure");
        return new SearchResult(hits, false, said);
    }
}
