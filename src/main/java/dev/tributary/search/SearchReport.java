package dev.tributary.search;

import dev.tributary.vector.Explanation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one search reports beside its hits: warnings, the steps of the store, and the times of the
 * models. Every stage adds to it. Not safe for use by several threads.
 */
final class SearchReport {
    private final List<String> warnings = new ArrayList<>();
    private final List<Explanation.Step> steps = new ArrayList<>();
    private @Nullable String store;
    private @Nullable Double embedMs;
    private @Nullable Double rerankMs;

    void warn(String warning) {
        warnings.add(warning);
    }

    void add(Explanation explanation) {
        steps.addAll(explanation.steps());
    }

    void store(@Nullable String name) {
        store = name;
    }

    void embedMs(double ms) {
        embedMs = ms;
    }

    void rerankMs(double ms) {
        rerankMs = ms;
    }

    /** Sentences for the caller, in the order in which they were added. */
    List<String> warnings() {
        return List.copyOf(warnings);
    }

    /** How the store ran its searches, in order; empty unless requested in the options. */
    List<Explanation.Step> steps() {
        return List.copyOf(steps);
    }

    /** The derived store that found the candidates of the vector leg; null if none did. */
    @Nullable String store() {
        return store;
    }

    /** Time that the embedding model took, milliseconds; null if it was not called. */
    @Nullable Double embedMs() {
        return embedMs;
    }

    /** Time that the reranker took, milliseconds; null if it was not called. */
    @Nullable Double rerankMs() {
        return rerankMs;
    }
}
