package dev.tributary.pgvector;

import dev.tributary.vector.HybridQuery;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What the caller of a hybrid search must know about the words of the query. */
final class SearchWarnings {
    private static final String NO_WORD =
            "the query has no word to search for: the text leg found nothing";
    private static final String NOTHING_FOUND =
            "the text leg found nothing: no chunk that may be returned has any of the words";
    private static final String EXCLUDED =
            "the %s leg found nothing after the query excluded chunks with %s; query_syntax natural reads"
                    + " a minus as text";

    private SearchWarnings() {}

    /**
     * Reads the columns about the search as a whole.
     *
     * @param row the first row of {@link SearchSql#hybrid}
     */
    static List<String> of(ResultSet row, String language, HybridQuery query) throws SQLException {
        List<String> warnings = new ArrayList<>();
        boolean isExcluding = !query.text().excluded().isEmpty();
        if (query.fusion().hasTextLeg()) {
            addMissingPhrases(warnings, row);
            addWords(warnings, row, language, isExcluding);
            if (isExcluding && row.getLong("words") > 0 && !row.getBoolean("text_found")) {
                warnings.add(EXCLUDED.formatted("text", excluded(query)));
            }
        }
        if (isExcluding && query.fusion().hasVectorLeg() && !row.getBoolean("vector_found")) {
            warnings.add(EXCLUDED.formatted("vector", excluded(query)));
        }
        return warnings;
    }

    private static void addMissingPhrases(List<String> warnings, ResultSet row)
            throws SQLException {
        Array missing = row.getArray("phrases_missing");
        if (missing == null) {
            return;
        }
        for (Object phrase : (Object[]) missing.getArray()) {
            warnings.add("no chunk has the phrase \"" + phrase + "\": the search ignored it");
        }
    }

    private static void addWords(
            List<String> warnings, ResultSet row, String language, boolean isExcluding)
            throws SQLException {
        if (row.getLong("words") == 0 && warnings.isEmpty()) {
            warnings.add(NO_WORD);
        } else if (row.getBoolean("text_found")) {
            return;
        } else if (row.getBoolean("stop_words")) {
            warnings.add(
                    """
                    the query has no word to search for but stop words of %s, which are found only where\
                     they stand out, as in IT or The Who: the text leg found nothing; a collection with\
                     language simple finds every word\
                    """
                            .formatted(language));
        } else if (!isExcluding) {
            warnings.add(NOTHING_FOUND);
        }
    }

    private static String excluded(HybridQuery query) {
        return query.text().excluded().stream()
                .map(phrase -> '"' + phrase + '"')
                .collect(Collectors.joining(", "));
    }
}
