package dev.tributary.recall;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Arrays;
import java.util.List;

/**
 * How much of the exact results was found by approximate searches.
 *
 * @param collection the collection's own name, even if it was requested by an alias
 * @param queries how many stored chunks were searched for
 * @param topK how many of the nearest chunks were searched for
 * @param exact latencies of the exact searches
 * @param recall recall and latencies by ef_search, in the order of the request
 * @param warnings warnings, in sentences; usually empty
 */
record RecallAnswer(
        String collection,
        int queries,
        int topK,
        Latency exact,
        List<AtBreadth> recall,
        List<String> warnings) {
    /**
     * Latencies of searches in the store.
     *
     * @param p50Ms median, milliseconds
     * @param p99Ms 99th percentile, milliseconds
     */
    record Latency(double p50Ms, double p99Ms) {
        /** The latencies of searches that took these nanoseconds; at least one search. */
        static Latency of(List<Long> nanos) {
            long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
            return new Latency(ms(sorted, 0.5), ms(sorted, 0.99));
        }

        private static double ms(long[] sorted, double quantile) {
            int rank = (int) Math.ceil(quantile * sorted.length);
            return Math.round(sorted[rank - 1] / 10_000.0) / 100.0;
        }
    }

    /**
     * Recall and latency at one ef_search.
     *
     * @param efSearch candidates kept while the index is walked
     * @param recall share of the nearest chunks that were found, 0 to 1, mean over the queries
     * @param p50Ms median latency, milliseconds
     * @param p99Ms 99th percentile of the latency, milliseconds
     */
    record AtBreadth(
            int efSearch,
            double recall,
            double p50Ms,
            double p99Ms,
            @JsonProperty("short")
                    @Schema(description = "answers with fewer hits than the exact ones")
                    int shortAnswers) {
        static AtBreadth of(int efSearch, double[] shares, List<Long> nanos, int shortAnswers) {
            double mean = Arrays.stream(shares).average().orElseThrow();
            Latency latency = Latency.of(nanos);
            return new AtBreadth(
                    efSearch,
                    Math.round(mean * 1e6) / 1e6,
                    latency.p50Ms(),
                    latency.p99Ms(),
                    shortAnswers);
        }
    }
}
