import java.time.Duration;
import java.util.List;

/**
 * What to measure, from the environment.
 *
 * @param rows chunks in the collection
 * @param dimension components of a vector; with 384, the service's own model embeds query texts
 * @param time of each run
 * @param rounds in each of which everything runs once
 * @param clients how many at once, in each round one after the other
 * @param seed of all data and queries
 * @param searches the kinds of search to measure; empty for all
 */
record Settings(
        int rows,
        int dimension,
        Duration time,
        int rounds,
        List<Integer> clients,
        long seed,
        List<String> searches) {

    static Settings of(Variables variables) {
        return new Settings(
                variables.number("ROWS", 100_000, 1_000, 10_000_000),
                variables.number("DIMENSION", 384, 2, 2_000),
                Duration.ofSeconds(variables.number("SECONDS", 10, 1, 600)),
                variables.number("ROUNDS", 5, 1, 100),
                variables.numbers("CLIENTS", "1 8", 1, 200),
                variables.number("SEED", 1, 0, Integer.MAX_VALUE),
                variables.words("SEARCHES", ""));
    }

    /** As it would be typed. */
    @Override
    public String toString() {
        return "ROWS=%d DIMENSION=%d SECONDS=%d ROUNDS=%d CLIENTS=\"%s\" SEED=%d%s"
                .formatted(
                        rows,
                        dimension,
                        time.toSeconds(),
                        rounds,
                        String.join(" ", clients.stream().map(String::valueOf).toList()),
                        seed,
                        searches.isEmpty()
                                ? ""
                                : " SEARCHES=\"" + String.join(" ", searches) + "\"");
    }
}
