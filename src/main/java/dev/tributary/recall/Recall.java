package dev.tributary.recall;

import dev.tributary.vector.SearchResult;
import java.util.List;
import java.util.OptionalDouble;

/**
 * How much of an exact result the approximate result of the same query has. A row as far away as
 * the farthest of the exact result counts as found: returning a different one of several equal rows
 * is not a miss.
 */
public final class Recall {
    /** Relative to the distance, which the two searches may compute in different ways. */
    private static final double TOLERANCE = 1e-6;

    private Recall() {}

    /**
     * Returns the share of the exact result that was found, 0 to 1; empty if there was nothing to
     * find.
     *
     * @param distances distances of the approximate result, in any order
     * @param exact distances of the exact result, nearest first
     */
    public static OptionalDouble of(List<Double> distances, List<Double> exact) {
        if (exact.isEmpty()) {
            return OptionalDouble.empty();
        }
        double farthest = exact.getLast();
        double reach = farthest + TOLERANCE * Math.max(1, Math.abs(farthest));
        long found = distances.stream().filter(distance -> distance <= reach).count();
        return OptionalDouble.of(Math.min(1, (double) found / exact.size()));
    }

    /** The distances of the hits, in order; NaN for a hit without a distance. */
    public static List<Double> distances(SearchResult answer) {
        return answer.hits().stream()
                .map(hit -> hit.distance() == null ? Double.valueOf(Double.NaN) : hit.distance())
                .toList();
    }
}
