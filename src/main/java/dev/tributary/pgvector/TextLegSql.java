package dev.tributary.pgvector;

import dev.tributary.pgvector.SearchSql.Effort;
import dev.tributary.pgvector.Sql.Texts;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.TextQuery;
import dev.tributary.vector.TextSpec;

/**
 * The SQL of the text leg: BM25 (Robertson and Zaragoza, 2009) on a tsvector, without an extension.
 * A chunk's score is the sum over the words of the query of {@code idf * tf * (k1 + 1) / (tf + n)}
 * with {@code idf = ln(1 + (N - df + 0.5) / (df + 0.5))} and {@code n = k1 * (1 - b + b * length /
 * mean length)}.
 *
 * <p>The cost is bounded, whatever is typed. The number of rows that have a word (df) is known for
 * common words ({@code chunk_term}), and counted in the index for other words. The rarest words,
 * until their rows add up to {@code text-candidates}, choose the candidates one word at a time:
 * each row that has the word is read once, and scored as it is found. Only the best of these are
 * also scored by the common words. A word that is in too many rows is represented by the list of
 * chunks that have it two, four or eight times, if that fits.
 *
 * <p>Words are quoted into a {@code tsquery} one by one, so that nothing a user types can act as an
 * operator.
 */
final class TextLegSql {
    /** Most distinct words of one query that are looked up. */
    static final int WORDS_MAX = 200;

    /** Most words that score: the rarest ones. */
    static final int TERMS_MAX = 64;

    /** Up to this many rows, a collection is measured during the search. */
    private static final int MEASURED_ROWS_MAX = 2_000;

    /** How many of the rarest words order the chunks that have a phrase. */
    private static final int PROMISING_TERMS = 4;

    /** At least this many candidates are scored by all words. */
    private static final int FINALISTS_MIN = 500;

    private final PgVectorProperties properties;
    private final CollectionRef collection;
    private final TextSpec spec;
    private final Sql condition;
    private final TextQuery text;
    private final String table;

    TextLegSql(
            PgVectorProperties properties,
            CollectionRef collection,
            Sql condition,
            TextQuery text) {
        this.properties = properties;
        this.collection = collection;
        spec = collection.text();
        this.condition = condition;
        this.text = text;
        table = Partitions.table(collection);
    }

    /** Adds the CTEs of a leg that is switched off. */
    static void addNone(Sql.Builder sql) {
        sql.add(
                """
                lexeme AS (SELECT '' AS lexeme WHERE false),
                phrase AS (SELECT ''::text AS body, false AS found WHERE false),
                term AS (SELECT 0 AS no WHERE false),
                left_out AS (SELECT 0 AS terms),
                text_leg AS (SELECT NULL::uuid AS id, NULL::float8 AS score, NULL::bigint AS rank WHERE false)\
                """);
    }

    /**
     * Adds the CTEs {@code lexeme} (the words), {@code phrase}, {@code term} (words that some row
     * has), {@code left_out} (how many terms chose no candidates) and {@code text_leg}. They need
     * {@code pool} before them and, if a filter is probed, {@code matching}.
     */
    void add(Sql.Builder sql, Effort effort, int candidates) {
        addPhrases(sql);
        addTerms(sql);
        if (effort == Effort.EXHAUSTIVE) {
            sql.add("left_out AS (SELECT 0 AS terms),\nscored AS (\n");
            addScan(sql, "true");
            sql.add("),\n");
        } else {
            addCandidates(sql, effort, Math.max(FINALISTS_MIN, 2 * candidates));
        }
        sql.add(
                """
                text_leg AS MATERIALIZED (
                    SELECT id, score, row_number() OVER (ORDER BY score DESC, id) AS rank
                    FROM scored ORDER BY score DESC, id LIMIT %d)\
                """
                        .formatted(candidates));
    }

    /** A phrase that no matching row has is not required. */
    private void addPhrases(Sql.Builder sql) {
        if (!text.hasPhrases()) {
            sql.add("phrase AS (SELECT ''::text AS body, false AS found WHERE false),\n");
            return;
        }
        sql.add(
                """
                phrase AS MATERIALIZED (
                    SELECT body, query, EXISTS (SELECT FROM %s WHERE tsv @@ query AND (\
                """
                        .formatted(table));
        sql.add(condition)
                .add(") IS TRUE) AS found\n    FROM (SELECT body, chunk_phrase(?, ?, body)");
        sql.add(
                """
                 AS query FROM unnest(?) AS body) AS quoted
                    WHERE numnode(query) > 0),
                required AS MATERIALIZED (
                    SELECT string_agg('(' || query::text || ')', ' & ')::tsquery AS query
                    FROM phrase WHERE found),
                """,
                spec.language(),
                spec.foldAccents(),
                new Texts("text", text.phrases()));
    }

    private void addTerms(Sql.Builder sql) {
        sql.add(measureText())
                .add(
                        "lexeme AS MATERIALIZED (\n    SELECT lexeme, share FROM chunk_query_words(?, ?, ?)",
                        spec.language(),
                        spec.foldAccents(),
                        text.words());
        if (text.hasPhrases()) {
            sql.add(
                    """
                     WHERE (SELECT query FROM required) IS NOT NULL OR NOT EXISTS (SELECT FROM phrase)
                        OR length(chunk_words(?, ?, ?)) > 0\
                    """,
                    spec.language(),
                    spec.foldAccents(),
                    text.unquoted());
        }
        sql.add(
                """
                 ORDER BY position_first, lexeme LIMIT %2$d),
                counted AS MATERIALIZED (
                    SELECT lexeme, share, query, common, coalesce(
                        common,
                        (SELECT count(*) FROM (SELECT FROM %1$s WHERE tsv @@ query LIMIT %3$d) AS posting)) AS rows
                    FROM (SELECT lexeme.lexeme, share, chunk_word_query(lexeme.lexeme) AS query, known.rows AS common
                          FROM lexeme LEFT JOIN chunk_term AS known
                              ON known.collection_id = %4$d AND known.lexeme = lexeme.lexeme COLLATE "C") AS word),
                term AS MATERIALIZED (
                    SELECT row_number() OVER (ORDER BY counted.rows, lexeme COLLATE "C") AS no, lexeme, query,
                           counted.rows, common,
                           share * ln(1 + (greatest(text.rows, counted.rows) - counted.rows + 0.5::float8)
                               / (counted.rows + 0.5::float8)) AS weight
                    FROM counted, text WHERE counted.rows > 0
                    ORDER BY counted.rows, lexeme COLLATE "C" LIMIT %5$d),
                """
                        .formatted(
                                table,
                                WORDS_MAX,
                                properties.textCandidates() + 1,
                                collection.id(),
                                TERMS_MAX));
    }

    /**
     * The rows and the mean length of the collection, as last refreshed, or measured if it is
     * small.
     */
    private String measureText() {
        return """
        text AS MATERIALIZED (
            SELECT rows, greatest(word_count_mean, 1) AS mean FROM chunk_text WHERE collection_id = %1$d
            UNION ALL
            SELECT CASE WHEN count(*) <= %3$d THEN count(*)
                        ELSE greatest(count(*), (SELECT rows_estimate FROM pool)) END,
                   greatest(coalesce(avg(word_count), 1), 1)::float8
            FROM (SELECT word_count FROM %2$s
                  WHERE NOT EXISTS (SELECT FROM chunk_text WHERE collection_id = %1$d) LIMIT %4$d) AS head
            HAVING NOT EXISTS (SELECT FROM chunk_text WHERE collection_id = %1$d)),
        """
                .formatted(collection.id(), table, MEASURED_ROWS_MAX, MEASURED_ROWS_MAX + 1);
    }

    /**
     * Takes candidates from the rarest lists, scored one word at a time; or, if the filter was
     * found to keep few rows, exactly these rows.
     */
    private void addCandidates(Sql.Builder sql, Effort effort, int finalists) {
        sql.add(listsText(finalists / 2));
        sql.add(
                """
                posting AS (
                    SELECT chunk.tid, chunk.id, chosen.base, %1$s AS score
                    FROM chosen CROSS JOIN LATERAL (
                        SELECT ctid AS tid, id, tsv, word_count FROM %2$s
                        WHERE tsv @@ chosen.query AND (\
                """
                        .formatted(promise(), table));
        sql.add(condition)
                .add(
                        """
                        ) IS TRUE LIMIT %4$d) AS chunk),
                        finalist AS (
                            SELECT tid, id, coalesce(sum(score) FILTER (WHERE base), 0) AS score
                            FROM posting GROUP BY tid, id
                            ORDER BY sum(score) DESC, id LIMIT %1$d),
                        rest AS MATERIALIZED (
                            SELECT no, query, weight FROM term
                            WHERE NOT (SELECT direct FROM pool)
                                AND no NOT IN (SELECT no FROM chosen WHERE base)),
                        scored AS (
                            SELECT chunk.id,
                                   finalist.score + coalesce((SELECT sum(%2$s) FROM rest), 0) AS score
                            FROM finalist JOIN %3$s AS chunk ON chunk.ctid = finalist.tid\
                        """
                                .formatted(finalists, score("rest", "query"), table, postingMax()));
        if (effort == Effort.PROBED) {
            sql.add("\n    UNION ALL\n");
            addScan(
                    sql,
                    "(SELECT direct FROM pool) AND ctid = ANY (ARRAY(SELECT tid FROM matching))");
        }
        sql.add("),\n").add(leftOut());
    }

    /**
     * If a phrase chose the candidates, no term is left out unless there were too many candidates.
     */
    private String leftOut() {
        if (!text.hasPhrases()) {
            return "left_out AS (SELECT count(*) AS terms FROM rest),\n";
        }
        return """
        left_out AS (
            SELECT CASE WHEN (SELECT query FROM required) IS NULL THEN (SELECT count(*) FROM rest)
                        ELSE (SELECT count(*) FROM posting) / %d END AS terms),
        """
                .formatted(postingMax());
    }

    /** More rows than any list that fits, as the counts may be out of date. */
    private int postingMax() {
        return 2 * properties.textCandidates();
    }

    /**
     * The score that finalists are chosen by: of the list's word, or for a phrase of the rarest
     * words.
     */
    private String promise() {
        String ofWord = score("chosen", "word");
        return text.hasPhrases()
                ? "CASE WHEN chosen.no = 0 THEN (SELECT sum(%s) FROM term WHERE no <= %d) ELSE %s END"
                        .formatted(score("term", "query"), PROMISING_TERMS, ofWord)
                : ofWord;
    }

    private String listsText(int candidates) {
        return """
        list AS (
            SELECT no, lexeme, query, query AS word, weight, rows, true AS base FROM term
            UNION ALL
            SELECT no, known.lexeme, chunk_word_query(known.lexeme), query, weight, known.rows, false
            FROM term CROSS JOIN LATERAL (VALUES (E'\\x01'), (E'\\x02'), (E'\\x03')) AS mark (prefix)
                JOIN chunk_term AS known
                    ON known.collection_id = %1$d AND known.lexeme = (mark.prefix || term.lexeme) COLLATE "C"
            WHERE term.common IS NOT NULL),
        ranked AS (
            SELECT *, sum(rows) OVER shortest - rows AS before
            FROM list WINDOW shortest AS (ORDER BY rows, lexeme COLLATE "C")),
        chosen AS MATERIALIZED (
            (SELECT DISTINCT ON (no) no, query, word, weight, base AND rows <= %2$d AS base FROM ranked
             WHERE NOT (SELECT direct FROM pool) AND (before < %5$d OR before + rows <= %2$d)%3$s
             ORDER BY no, before + rows <= %2$d DESC, rows DESC)%4$s),
        """
                .formatted(
                        collection.id(),
                        properties.textCandidates(),
                        text.hasPhrases() ? " AND (SELECT query FROM required) IS NULL" : "",
                        text.hasPhrases()
                                ? """

                                    UNION ALL
                                    SELECT 0, query, query, 1, false FROM required
                                    WHERE query IS NOT NULL AND NOT (SELECT direct FROM pool)\
                                """
                                : "",
                        candidates);
    }

    /**
     * Scores every row that passes the gate and has at least one word, or every required phrase.
     */
    private void addScan(Sql.Builder sql, String gate) {
        sql.add(
                        "    SELECT chunk.id, (SELECT sum("
                                + score("term", "query")
                                + ") FROM term) AS score\n")
                .add("    FROM " + table + " AS chunk\n    WHERE " + gate)
                .add(" AND tsv @@ (")
                .add(
                        text.hasPhrases()
                                ? "SELECT coalesce((SELECT query FROM required), "
                                : "SELECT ")
                .add("string_agg(query::text, ' | ')::tsquery")
                .add(text.hasPhrases() ? ")" : "")
                .add(" FROM term) AND ")
                .add(condition);
    }

    /** The score of one word in a row. Looks up tf only once: tf / (tf + n) = 1 - n / (tf + n). */
    private String score(String term, String query) {
        String length = "coalesce(chunk.word_count / (SELECT mean FROM text), 1)";
        String norm =
                "greatest(%s::float8 + %s::float8 * %s, 1e-9)"
                        .formatted(spec.k1() * (1 - spec.b()), spec.k1() * spec.b(), length);
        return "%1$s.weight * %2$s::float8 * (1 - %3$s / (chunk_word_frequency(chunk.tsv, %1$s.%4$s) + %3$s))"
                .formatted(term, spec.k1() + 1, norm, query);
    }
}
