package dev.tributary.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.search.Diversity.Option;
import dev.tributary.vector.Embedding;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DiversityTest {
    /** Two of a kind are the best; the third is unlike them. */
    private static final List<Option> TWINS =
            List.of(
                    option(0.9, 1, 0),
                    option(0.8, 1, 0.01f),
                    option(0.5, 0, 1),
                    option(0.1, -1, 0));

    private static Option option(double relevance, float... components) {
        return new Option(relevance, Embedding.copyOf(components));
    }

    @Test
    void keepsTheOrderOfRelevanceIfItIs0() {
        assertThat(Diversity.pick(TWINS, 0, 4)).containsExactly(0, 1, 2, 3);
    }

    @Test
    void picksWhatIsUnlikeBeforeATwin() {
        assertThat(Diversity.pick(TWINS.subList(0, 3), 0.5, 3)).containsExactly(0, 2, 1);
    }

    @Test
    void beginsWithTheFirstAndTakesTheFarthestIfItIs1() {
        assertThat(Diversity.pick(TWINS, 1, 4)).containsExactly(0, 3, 2, 1);
    }

    /** By hand: (1 - d) * relevance - d * similarity, relevance over 0.1..0.9. */
    @Test
    void weighsRelevanceAgainstSimilarity() {
        // The twin: 0.75 * 0.875 - 0.25 * 1 = 0.41; the third: 0.75 * 0.5 - 0 = 0.375.
        assertThat(Diversity.pick(TWINS, 0.25, 2)).containsExactly(0, 1);
        // The twin: 0.7 * 0.875 - 0.3 = 0.31; the third: 0.7 * 0.5 = 0.35.
        assertThat(Diversity.pick(TWINS, 0.3, 2)).containsExactly(0, 2);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.3, 1})
    void picksTheFirstOfEquals(double diversity) {
        List<Option> equals = List.of(option(1, 1, 0), option(1, 1, 0), option(1, 2, 0));

        assertThat(Diversity.pick(equals, diversity, 3)).containsExactly(0, 1, 2);
    }

    @Test
    void takesWhatHasNoDirectionForUnlikeAnything() {
        List<Option> options =
                List.of(option(1, 1, 0), option(0.9, 1, 0), option(0.5, 0, 0), new Option(0, null));

        assertThat(Diversity.pick(options, 0.6, 4)).containsExactly(0, 2, 3, 1);
    }

    @Test
    void picksNoMoreThanThereAreOrAreWanted() {
        assertThat(Diversity.pick(List.of(), 0.5, 10)).isEmpty();
        assertThat(Diversity.pick(TWINS, 0.5, 10)).hasSize(4).doesNotHaveDuplicates();
        assertThat(Diversity.pick(TWINS, 0.5, 0)).isEmpty();
    }

    @Test
    void isThatOfTheFormulaForRandomOptions() {
        long seed = new Random().nextLong();
        System.out.println("diversity by seed " + seed);
        var random = new Random(seed);
        for (int round = 0; round < 50; round++) {
            List<Option> options =
                    IntStream.range(0, 1 + random.nextInt(40))
                            .mapToObj(_ -> random(random))
                            .sorted((a, b) -> Double.compare(b.relevance(), a.relevance()))
                            .toList();
            double diversity = random.nextDouble();

            assertThat(Diversity.pick(options, diversity, 10))
                    .as("seed " + seed + ", round " + round)
                    .isEqualTo(byFormula(options, diversity, 10));
        }
    }

    private static Option random(Random random) {
        float[] components = new float[8];
        for (int i = 0; i < components.length; i++) {
            components[i] = (float) random.nextGaussian();
        }
        return option(random.nextDouble(), components);
    }

    /** The formula word by word, nothing remembered from pick to pick. */
    private static List<Integer> byFormula(List<Option> options, double diversity, int picksMax) {
        double most = options.getFirst().relevance();
        double least = options.getLast().relevance();
        List<Integer> picks = new ArrayList<>();
        while (picks.size() < Math.min(picksMax, options.size())) {
            int best = -1;
            double bestValue = 0;
            for (int i = 0; i < options.size(); i++) {
                if (picks.contains(i)) {
                    continue;
                }
                double similarity = picks.isEmpty() ? 0 : -1;
                for (int picked : picks) {
                    similarity = Math.max(similarity, cosine(options.get(i), options.get(picked)));
                }
                double relevance =
                        most > least ? (options.get(i).relevance() - least) / (most - least) : 1;
                double value = (1 - diversity) * relevance - diversity * similarity;
                if (best < 0 || value > bestValue) {
                    best = i;
                    bestValue = value;
                }
            }
            picks.add(best);
        }
        return picks;
    }

    private static double cosine(Option a, Option b) {
        float[] x = Objects.requireNonNull(a.embedding()).toArray();
        float[] y = Objects.requireNonNull(b.embedding()).toArray();
        double dot = 0;
        double xx = 0;
        double yy = 0;
        for (int i = 0; i < x.length; i++) {
            dot += (double) x[i] * y[i];
            xx += (double) x[i] * x[i];
            yy += (double) y[i] * y[i];
        }
        return dot / Math.sqrt(xx * yy);
    }
}
