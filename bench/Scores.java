import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * How good a run is.
 *
 * @param means of every metric over all judged queries
 */
record Scores(Map<Metric, Double> means) {

    /**
     * Scores a run. A judged query without an answer counts as one without a hit; a query that is
     * not judged does not count.
     *
     * @param judgments by query the grade of each relevant document, above 0
     * @param run by query the documents found, best first; one that is there twice counts once
     */
    static Scores of(Map<String, Map<String, Integer>> judgments, Map<String, List<String>> run) {
        Map<Metric, Double> means = new EnumMap<>(Metric.class);
        for (Metric metric : Metric.values()) {
            double sum = 0;
            for (var judged : judgments.entrySet()) {
                List<String> hits = run.getOrDefault(judged.getKey(), List.of());
                sum += metric.of(judged.getValue(), hits.stream().distinct().toList());
            }
            means.put(metric, sum / judgments.size());
        }
        return new Scores(means);
    }

    double mean(Metric metric) {
        return means.get(metric);
    }
}
