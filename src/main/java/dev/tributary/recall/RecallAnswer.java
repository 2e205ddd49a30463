package dev.tributary.recall;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Arrays;
import java.util.List;

/**
 * How much of the exact results approximate searches found.
 *
 * @param collection its own name, even if it was requested by an alias
 * @param queries how many stored chunks were searched for
 * @param topK how many of the nearest were looked for
 * @param exact what the exact searches took
 * @param recall by ef_search, in the order asked for
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
     * @param p50Ms milliseconds that half of them took at most
     * @param p99Ms milliseconds that 99 % of them took at most
     */
    record Latency(double p50Ms, double p99Ms) {
        /** The latency of searches that took so many nanoseconds, at least one. */
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
     * @param recall share of the nearest chunks that were found, 0 to 1, mean of the queries
     * @param p50Ms milliseconds that half of the searches took at most
     * @param p99Ms milliseconds that 99 % of the searches took at most
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
