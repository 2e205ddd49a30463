package dev.tributary.vector;

import dev.tributary.failure.Bounds;
import dev.tributary.failure.ServiceException;

/**
 * Reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009): a hit's score is the sum of
 * {@code weight / (k + rank)}, rank from 1, over the legs that have the hit. The constructor throws
 * {@code INVALID} if a number is out of range or both weights are 0.
 *
 * @param k how much the first ranks stand out, 1 to 1,000
 * @param vectorWeight 0 switches the vector leg off
 * @param textWeight 0 switches the text leg off
 * @param candidates most rows that each leg contributes, 1 to 1,000. A store raises it to the
 *     query's {@code topK} if it is less
 */
public record Fusion(int k, double vectorWeight, double textWeight, int candidates) {
    public static final int K_MAX = 1_000;
    public static final int CANDIDATES_MAX = 1_000;

    public static final Fusion DEFAULT = new Fusion(60, 1, 1, 100);

    public Fusion {
        Bounds.require("k", k, 1, K_MAX);
        requireWeight("vectorWeight", vectorWeight);
        requireWeight("textWeight", textWeight);
        if (vectorWeight == 0 && textWeight == 0) {
            throw ServiceException.invalid(
                    "vectorWeight", "and textWeight are 0, at least one must be greater");
        }
        Bounds.require("candidates", candidates, 1, CANDIDATES_MAX);
    }

    private static void requireWeight(String field, double weight) {
        if (!Double.isFinite(weight) || weight < 0) {
            throw ServiceException.invalid(field, "is " + weight + ", must be finite, 0 or more");
        }
    }

    public boolean hasVectorLeg() {
        return vectorWeight > 0;
    }

    public boolean hasTextLeg() {
        return textWeight > 0;
    }
}
