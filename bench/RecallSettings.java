import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;

/**
 * What to measure.
 *
 * @param rows chunks in the collection for the sweep
 * @param sizes of the collection at which the exact scan is compared, ascending, rows the last
 * @param dimension components of a vector
 * @param metric how vectors are compared
 * @param queries how many vectors are searched with
 * @param efSearch the settings of the sweep
 * @param precisions of the index, each measured with every ef_search
 * @param time of each run of the sweep
 * @param rounds in each of which everything runs once
 * @param seed of the vectors
 * @param data folder with base.fvecs and query.fvecs; empty for random vectors
 * @param url of a running service; empty to start one
 * @param collection of the running service; empty without a URL
 * @param out where the results are written
 */
record RecallSettings(
        int rows,
        List<Integer> sizes,
        int dimension,
        String metric,
        int queries,
        List<Integer> efSearch,
        List<String> precisions,
        Duration time,
        int rounds,
        int seed,
        String data,
        String url,
        String collection,
        Path out) {
    static final int TOP_K = 10;

    private static final List<String> METRICS = List.of("cosine", "l2", "inner_product");
    private static final List<String> PRECISIONS = List.of("float32", "float16", "binary");
    private static final int ROWS_MAX = 10_000_000;

    static RecallSettings of(Variables variables) {
        String url = variables.text("URL", "");
        String collection = variables.text("COLLECTION", "");
        if (url.isEmpty() != collection.isEmpty()) {
            throw new IllegalArgumentException("URL and COLLECTION go together");
        }
        int rows = variables.number("ROWS", 100_000, 100, ROWS_MAX);
        var sizes = new TreeSet<>(variables.numbers("SIZES", "1000 10000", 100, ROWS_MAX));
        sizes.removeIf(size -> size > rows);
        sizes.add(rows);
        List<String> precisions =
                variables.words("PRECISIONS", String.join(" ", PRECISIONS)).stream()
                        .map(it -> oneOf("PRECISIONS", it, PRECISIONS))
                        .distinct()
                        .toList();
        return new RecallSettings(
                rows,
                List.copyOf(sizes),
                variables.number("DIMENSION", 384, 2, 4_000),
                oneOf("METRIC", variables.text("METRIC", "cosine"), METRICS),
                variables.number("QUERIES", 200, 1, 1_000),
                variables.numbers("EF_SEARCH", "10 20 40 60 80 100 150 200", 1, 1_000).stream()
                        .sorted()
                        .distinct()
                        .toList(),
                precisions,
                Duration.ofSeconds(variables.number("SECONDS", 2, 1, 600)),
                variables.number("ROUNDS", 5, 1, 100),
                variables.number("SEED", 1, 0, 999_999_999),
                variables.text("DATA", ""),
                url,
                collection,
                Path.of(variables.text("OUT", "target/bench-recall")));
    }

    private static String oneOf(String name, String value, List<String> known) {
        if (!known.contains(value)) {
            throw new IllegalArgumentException(
                    "%s is %s, must be one of: %s".formatted(name, value, String.join(" ", known)));
        }
        return value;
    }

    /** The same, with as many rows and dimensions as there are. */
    RecallSettings within(Vectors vectors) {
        int most = Math.min(rows, vectors.rows());
        var fitting = new TreeSet<>(sizes);
        fitting.removeIf(size -> size > most);
        fitting.add(most);
        return new RecallSettings(
                most,
                List.copyOf(fitting),
                vectors.dimension(),
                metric,
                Math.min(queries, vectors.queries()),
                efSearch,
                precisions,
                time,
                rounds,
                seed,
                data,
                url,
                collection,
                out);
    }

    /** As it would be typed. */
    @Override
    public String toString() {
        String source =
                data.isEmpty()
                        ? "DIMENSION=%d SEED=%d".formatted(dimension, seed)
                        : "DATA=" + Path.of(data).getFileName();
        return "%s ROWS=%d SIZES=\"%s\" METRIC=%s QUERIES=%d SECONDS=%d ROUNDS=%d EF_SEARCH=\"%s\" PRECISIONS=\"%s\""
                .formatted(
                        source,
                        rows,
                        joined(sizes),
                        metric,
                        queries,
                        time.toSeconds(),
                        rounds,
                        joined(efSearch),
                        String.join(" ", precisions));
    }

    private static String joined(List<Integer> numbers) {
        return String.join(" ", numbers.stream().map(String::valueOf).toList());
    }
}
