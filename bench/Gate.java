import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a metric must reach.
 *
 * @param dataSet the one that it is for; empty for all
 * @param mode the one that it is for; empty for all
 * @param metric that is compared
 * @param limit the least that will do; of {@link Metric#EMPTY}, the share that it must stay under
 */
record Gate(String dataSet, String mode, Metric metric, double limit) {
    private static final Pattern SPEC =
            Pattern.compile(
                    "(?:([^:=]+):)?(?:([a-z]+)(?:\\.([A-Za-z]+(?:@\\d+)?))?)=(0?\\.\\d+|0|1(?:\\.0*)?)");

    /**
     * Reads gates such as {@code text=0.675 hybrid.recall@100=0.95 scifact:vector=0.645
     * empty=0.01}: a mode alone means its nDCG@10, {@code empty} alone that of every mode.
     *
     * @throws IllegalArgumentException if they can't be read
     */
    static List<Gate> parse(String specs) {
        return Variables.words(specs).stream().map(Gate::parseOne).toList();
    }

    private static Gate parseOne(String spec) {
        Matcher matcher = SPEC.matcher(spec);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "the gate %s can't be read, must be like text=0.675, hybrid.recall@100=0.95 or empty=0.01"
                            .formatted(spec));
        }
        String dataSet = matcher.group(1) == null ? "" : matcher.group(1);
        double limit = Double.parseDouble(matcher.group(4));
        boolean isForAllModes = matcher.group(2).equals(Metric.EMPTY.title());
        String mode = isForAllModes ? "" : Mode.parse(matcher.group(2)).toString();
        String metric = isForAllModes ? Metric.EMPTY.title() : matcher.group(3);
        return new Gate(
                dataSet, mode, metric == null ? Metric.NDCG_10 : metric(spec, metric), limit);
    }

    private static Metric metric(String spec, String title) {
        return Stream.of(Metric.values())
                .filter(it -> it.title().equalsIgnoreCase(title))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "the gate %s: there is no metric %s, must be one of: %s"
                                        .formatted(
                                                spec,
                                                title,
                                                Stream.of(Metric.values())
                                                        .map(Metric::title)
                                                        .toList())));
    }

    boolean isFor(String nameOfDataSet, Mode some) {
        return (dataSet.isEmpty() || dataSet.equals(nameOfDataSet))
                && (mode.isEmpty() || mode.equals(some.toString()));
    }

    boolean isMetBy(Scores scores) {
        double mean = scores.mean(metric);
        return metric == Metric.EMPTY ? mean < limit : mean >= limit;
    }

    /** What it asks for, to be read behind a mean. */
    @Override
    public String toString() {
        String bound = metric == Metric.EMPTY ? "must be under" : "must be at least";
        return String.format(Locale.ROOT, "%s %.4f", bound, limit);
    }
}
