package dev.tributary.recall;

import dev.tributary.vector.SearchResult;
import java.util.List;
import java.util.OptionalDouble;

/**
 * How much of an exact answer an approximate one to the same query has. Rows as far away as the
 * farthest of the exact answer count as found: which of several equals is returned is no miss.
 */
public final class Recall {
    /** Relative to the distance: the two answers may have computed it on different ways. */
    private static final double TOLERANCE = 1e-6;

    private Recall() {}

    /**
     * Returns the share that was found, 0 to 1; empty if there was nothing to find.
     *
     * @param distances of the approximate answer, in any order
     * @param exact distances of the exact answer, nearest first
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

    /** The distances of an answer's hits, in their order; NaN where a hit has none. */
    public static List<Double> distances(SearchResult answer) {
        return answer.hits().stream()
                .map(hit -> hit.distance() == null ? Double.valueOf(Double.NaN) : hit.distance())
                .toList();
    }
}
