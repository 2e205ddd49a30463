package dev.tributary.pgvector;

import dev.tributary.pgvector.Sql.Texts;
import dev.tributary.vector.Filter;
import dev.tributary.vector.TextSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which rows a search may return.
 *
 * @param filter null matches every chunk
 * @param excluded words and phrases that no hit may have
 */
record Restriction(@Nullable Filter filter, List<String> excluded) {
    Restriction {
        excluded = List.copyOf(excluded);
    }

    static Restriction of(@Nullable Filter filter) {
        return new Restriction(filter, List.of());
    }

    boolean isNone() {
        return filter == null && excluded.isEmpty();
    }

    /** The condition on a row; {@code true} if there is none. */
    Sql condition(TextSpec text) {
        Sql matches = FilterSql.condition(filter);
        if (excluded.isEmpty()) {
            return matches;
        }
        return new Sql.Builder()
                .add("(")
                .add(matches)
                .add(
                        " AND (tsv @@ (SELECT chunk_any_phrase(?, ?, ?))) IS NOT TRUE)",
                        text.language(),
                        text.foldAccents(),
                        new Texts("text", excluded))
                .build();
    }
}
