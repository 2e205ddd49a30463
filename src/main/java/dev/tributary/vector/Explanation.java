package dev.tributary.vector;

import java.util.List;
import java.util.Map;

/**
 * How a search was run.
 *
 * @param steps the statements that were run, in order: usually one; a second if the first returned
 *     too few hits
 */
public record Explanation(List<Step> steps) {
    public Explanation {
        steps = List.copyOf(steps);
    }

    /**
     * One statement.
     *
     * @param path how candidates of the vector leg were found, such as {@code index}
     * @param reason why this path was chosen, in a sentence
     * @param rowsScanned rows that were read from tables and indexes
     * @param tookMs milliseconds spent in the store
     * @param legs milliseconds by leg: vector, text
     * @param plan the query plan as the store reports it, as JSON: maps, lists, texts, numbers
     */
    public record Step(
            String path,
            String reason,
            long rowsScanned,
            double tookMs,
            Map<String, Double> legs,
            Object plan) {
        public Step {
            legs = Map.copyOf(legs);
        }
    }
}
