package dev.tributary.vector;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An answer, best hit first, ties by id.
 *
 * @param complete true promises: if fewer hits came back than asked for, no more matching rows
 *     exist
 * @param warnings warnings, in sentences; usually empty
 * @param explanation how the search was run; null unless asked for
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

    /** The same, with something more that the caller should know. */
    public SearchResult withWarning(String warning) {
        List<String> more = new ArrayList<>(warnings);
        more.add(warning);
        return new SearchResult(hits, complete, more, explanation);
    }
}
