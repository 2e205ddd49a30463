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
 */
public record SearchResult(
        List<Hit> hits,
        boolean complete,
        List<String> warnings,
        @Nullable Explanation explanation) {
    public SearchResult {
        hits = List.copyOf(hits);
        warnings = List.copyOf(warnings);
    }

    public SearchResult(List<Hit> hits, boolean complete, List<String> warnings) {
        this(hits, complete, warnings, null);
    }

    /** The same result with one more warning. */
    public SearchResult withWarning(String warning) {
        List<String> more = new ArrayList<>(warnings);
        more.add(warning);
        return new SearchResult(hits, complete, more, explanation);
    }
}
