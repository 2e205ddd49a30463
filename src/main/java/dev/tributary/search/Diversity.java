package dev.tributary.search;

import dev.tributary.vector.Embedding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998): picks options one by one that
 * are relevant and unlike those picked before. Pure.
 */
final class Diversity {
    private Diversity() {}

    /**
     * An option that can be picked.
     *
     * @param relevance higher is better; on any scale, as it is normalized to 0..1 over all options
     * @param embedding if null or without a direction, the option is not similar to any other
     */
    record Option(double relevance, @Nullable Embedding embedding) {}

    /**
     * Returns the positions of the options picked, in the order of picking. Each pick has the
     * highest {@code (1 - d) * relevance - d * similarity}, where similarity is the highest cosine
     * to an option picked before it; of equals, the first is picked. Takes time linear in options,
     * picks and dimension.
     *
     * @param options in order of relevance, best first
     * @param diversity d, 0 (relevance alone) to 1
     * @param picksMax most positions to return
     */
    static List<Integer> pick(List<Option> options, double diversity, int picksMax) {
        double[] relevance = normalised(options);
        float[][] directions = new float[options.size()][];
        for (int i = 0; i < directions.length; i++) {
            directions[i] = direction(options.get(i).embedding());
        }
        double[] similarity = new double[options.size()];
        Arrays.fill(similarity, Double.NEGATIVE_INFINITY);
        boolean[] isPicked = new boolean[options.size()];
        List<Integer> picks = new ArrayList<>();
        while (picks.size() < Math.min(picksMax, options.size())) {
            int best = -1;
            double bestValue = Double.NEGATIVE_INFINITY;
            for (int i = 0; i < isPicked.length; i++) {
                // For the first pick, only relevance counts.
                double likeness = picks.isEmpty() ? 0 : similarity[i];
                double value = (1 - diversity) * relevance[i] - diversity * likeness;
                if (!isPicked[i] && (best < 0 || value > bestValue)) {
                    best = i;
                    bestValue = value;
                }
            }
            isPicked[best] = true;
            picks.add(best);
            for (int i = 0; i < isPicked.length; i++) {
                if (!isPicked[i]) {
                    similarity[i] =
                            Math.max(similarity[i], cosine(directions[i], directions[best]));
                }
            }
        }
        return picks;
    }

    /** From 0 for the least relevant option to 1 for the most relevant; all 1 if they are equal. */
    private static double[] normalised(List<Option> options) {
        double least = options.stream().mapToDouble(Option::relevance).min().orElse(0);
        double most = options.stream().mapToDouble(Option::relevance).max().orElse(0);
        return options.stream()
                .mapToDouble(o -> most > least ? (o.relevance() - least) / (most - least) : 1)
                .toArray();
    }

    /** The embedding scaled to length 1; empty if it has no direction. */
    private static float[] direction(@Nullable Embedding embedding) {
        if (embedding == null) {
            return new float[0];
        }
        double norm = embedding.norm();
        if (norm == 0) {
            return new float[0];
        }
        float[] components = embedding.toArray();
        for (int i = 0; i < components.length; i++) {
            components[i] = (float) (components[i] / norm);
        }
        return components;
    }

    private static double cosine(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < Math.min(a.length, b.length); i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
