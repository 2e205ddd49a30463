package dev.tributary.vector;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The hits of a search, best first, ties by id.
 *
 * @param complete true guarantees that if fewer hits were returned than requested, no more matching
 *     rows exist
 * @param warnings warnings, in sentences; usually empty
 * @param explanation how the search was run; null unless requested
 * @param store name of the derived store that found the candidates of the vector leg; null if the
 *     record store did
 */
public record SearchResult(
        List<Hit> hits,
        boolean complete,
        List<String> warnings,
        @Nullable Explanation explanation,
        @Nullable String store) {
    public SearchResult {
        hits = List.copyOf(hits);
        warnings = List.copyOf(warnings);
    }

    public SearchResult(List<Hit> hits, boolean complete, List<String> warnings) {
        this(hits, complete, warnings, null, null);
    }

    public SearchResult(
            List<Hit> hits,
            boolean complete,
            List<String> warnings,
            @Nullable Explanation explanation) {
        this(hits, complete, warnings, explanation, null);
    }

    /** The same result with one more warning. */
    public SearchResult withWarning(String warning) {
        List<String> more = new ArrayList<>(warnings);
        more.add(warning);
        return new SearchResult(hits, complete, more, explanation, store);
    }

    /** The same result, run after these steps; unchanged unless it has an explanation. */
    public SearchResult after(List<Explanation.Step> steps) {
        if (explanation == null) {
            return this;
        }
        List<Explanation.Step> all = new ArrayList<>(steps);
        all.addAll(explanation.steps());
        return new SearchResult(hits, complete, warnings, new Explanation(all), store);
    }

    /** The same result with the candidates of a derived store. */
    public SearchResult from(String other) {
        return new SearchResult(hits, complete, warnings, explanation, other);
    }
}
