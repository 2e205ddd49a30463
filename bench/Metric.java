import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How good the answer to one query is, 0 to 1; of a run, the mean over its queries.
 *
 * <p>nDCG has the gain 2^grade - 1 (Burges et al., Learning to Rank Using Gradient Descent, 2005)
 * and the discount log2(rank + 1); what is not judged counts as not relevant.
 */
enum Metric {
    NDCG_10("nDCG@10") {
        @Override
        double of(Map<String, Integer> judged, List<String> hits) {
            List<Integer> best =
                    judged.values().stream().sorted(Comparator.reverseOrder()).toList();
            List<Integer> found = hits.stream().map(it -> judged.getOrDefault(it, 0)).toList();
            return gain(found) / gain(best);
        }
    },

    RECALL_10("recall@10") {
        @Override
        double of(Map<String, Integer> judged, List<String> hits) {
            return recall(judged, hits, 10);
        }
    },

    RECALL_100("recall@100") {
        @Override
        double of(Map<String, Integer> judged, List<String> hits) {
            return recall(judged, hits, 100);
        }
    },

    /** One by the rank of the first relevant hit. */
    MRR_10("MRR@10") {
        @Override
        double of(Map<String, Integer> judged, List<String> hits) {
            return IntStream.range(0, Math.min(10, hits.size()))
                    .filter(i -> judged.containsKey(hits.get(i)))
                    .mapToDouble(i -> 1.0 / (i + 1))
                    .findFirst()
                    .orElse(0);
        }
    },

    /** 1 if there is no hit at all. */
    EMPTY("empty") {
        @Override
        double of(Map<String, Integer> judged, List<String> hits) {
            return hits.isEmpty() ? 1 : 0;
        }
    };

    private final String title;

    Metric(String title) {
        this.title = title;
    }

    /** As it is written in tables and gates. */
    String title() {
        return title;
    }

    /**
     * Scores an answer.
     *
     * @param judged the grade of each relevant document, above 0, of which there is one at least
     * @param hits documents, best first, none twice
     */
    abstract double of(Map<String, Integer> judged, List<String> hits);

    private static double gain(List<Integer> grades) {
        return IntStream.range(0, Math.min(10, grades.size()))
                .mapToDouble(i -> (Math.pow(2, grades.get(i)) - 1) * Math.log(2) / Math.log(i + 2))
                .sum();
    }

    private static double recall(Map<String, Integer> judged, List<String> hits, int depth) {
        double found = hits.stream().limit(depth).filter(judged::containsKey).count();
        return found / judged.size();
    }
}
