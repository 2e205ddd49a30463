import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

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

    static Settings fromEnvironment() {
        return new Settings(
                number("ROWS", 100_000, 1_000, 10_000_000),
                number("DIMENSION", 384, 2, 2_000),
                Duration.ofSeconds(number("SECONDS", 10, 1, 600)),
                number("ROUNDS", 5, 1, 100),
                words("CLIENTS", "1 8").stream().map(n -> inRange("CLIENTS", n, 1, 200)).toList(),
                number("SEED", 1, 0, Integer.MAX_VALUE),
                words("SEARCHES", ""));
    }

    private static List<String> words(String name, String otherwise) {
        String value = System.getenv().getOrDefault(name, otherwise);
        return Stream.of(value.split("[, ]+")).filter(word -> !word.isEmpty()).toList();
    }

    private static int number(String name, int otherwise, int min, int max) {
        String value = System.getenv(name);
        return value == null || value.isEmpty() ? otherwise : inRange(name, value, min, max);
    }

    private static int inRange(String name, String value, int min, int max) {
        if (!value.matches("\\d{1,9}")
                || Integer.parseInt(value) < min
                || Integer.parseInt(value) > max) {
            throw new IllegalArgumentException(
                    "%s is %s, must be %,d to %,d".formatted(name, value, min, max));
        }
        return Integer.parseInt(value);
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
