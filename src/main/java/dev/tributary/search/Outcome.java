package dev.tributary.search;

import dev.tributary.vector.Explanation;
import dev.tributary.vector.Include;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that a search came to.
 *
 * @param include the heavy parts to return; hits may have others that were needed on the way
 * @param told how it was run; null unless asked for
 */
record Outcome(Found found, Set<Include> include, List<String> warnings, @Nullable Told told) {
    Outcome {
        include = Set.copyOf(include);
        warnings = List.copyOf(warnings);
    }

    /**
     * How a search was run.
     *
     * @param embedMs milliseconds; null if nothing was embedded; so is rerankMs
     */
    record Told(
            List<Explanation.Step> steps, @Nullable Double embedMs, @Nullable Double rerankMs) {}
}
