import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Asks the same questions in several ways, in rounds, so that what else runs falls on all. */
final class Sweep {
    static final String EXACT = "exact";
    static final String INDEX = "HNSW";

    private final RecallSettings settings;
    private final Questions questions;
    private final List<Set<String>> exact;

    /**
     * What a way gave.
     *
     * @param recall against the exact answers
     * @param rounds what each round took
     */
    record Result(double recall, List<Load.Run> rounds) {
        /** The median over the rounds of the latency that this share of requests stays within. */
        double ms(double share) {
            return Table.median(rounds.stream().map(it -> it.ms(share)).toList());
        }
    }

    private interface Measure {
        Load.Run run(List<byte[]> requests) throws InterruptedException;
    }

    /** Asks for the exact answers, which all recall is held against. */
    Sweep(RecallSettings settings, Questions questions) throws IOException {
        this.settings = settings;
        this.questions = questions;
        exact = questions.answers(questions.requests(Map.of("exact", true)));
    }

    /** Every ef_search, each for some seconds a round. */
    Map<Integer, Result> overEfSearch() throws IOException, InterruptedException {
        Map<Integer, List<byte[]>> ways = new LinkedHashMap<>();
        for (int efSearch : settings.efSearch()) {
            ways.put(efSearch, questions.requests(Map.of("ef_search", efSearch)));
        }
        return measure(
                ways,
                requests ->
                        Load.during(
                                settings.time(),
                                questions.endpoint(),
                                1,
                                i -> requests.get(i % requests.size())));
    }

    /** The exact scan and the index with its defaults, each question once a round. */
    Map<String, Result> exactAndIndex() throws IOException, InterruptedException {
        Map<String, List<byte[]>> ways = new LinkedHashMap<>();
        ways.put(EXACT, questions.requests(Map.of("exact", true)));
        ways.put(INDEX, questions.requests(Map.of()));
        return measure(ways, requests -> Load.each(questions.endpoint(), 1, requests));
    }

    /** The order turns with each round. The answers for the recall warm everything up. */
    private <K> Map<K, Result> measure(Map<K, List<byte[]>> ways, Measure measure)
            throws IOException, InterruptedException {
        Map<K, Result> results = new LinkedHashMap<>();
        for (var way : ways.entrySet()) {
            double recall = Questions.recall(exact, questions.answers(way.getValue()));
            results.put(way.getKey(), new Result(recall, new ArrayList<>()));
        }
        List<K> order = new ArrayList<>(ways.keySet());
        for (int round = 0; round < settings.rounds(); round++) {
            for (K way : round % 2 == 0 ? order : order.reversed()) {
                results.get(way).rounds().add(measure.run(ways.get(way)));
            }
        }
        return results;
    }
}
