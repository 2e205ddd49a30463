package dev.tributary.vector;

import java.util.List;

/**
 * An answer, best hit first, ties by id.
 *
 * @param complete true promises: if fewer hits came back than asked for, no more matching rows
 *     exist
 * @param warnings what the caller should know, in sentences; mostly empty
 */
public record SearchResult(List<Hit> hits, boolean complete, List<String> warnings) {
    public SearchResult {
        hits = List.copyOf(hits);
        warnings = List.copyOf(warnings);
    }
}
