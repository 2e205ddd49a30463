import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What to measure with Qdrant, from the environment.
 *
 * @param common size of the data, and length and number of the runs
 * @param rate rows that are written in a second while the lag is measured
 * @param qdrant host and gRPC port of a server; empty for the test engine
 * @param apiKey of that server; empty without one
 */
record QdrantSettings(Settings common, int rate, String qdrant, String apiKey) {
    static QdrantSettings of(Variables variables) {
        String qdrant = variables.text("QDRANT", "");
        if (!qdrant.isEmpty() && !qdrant.matches("[^:]+:\\d{1,5}")) {
            throw new IllegalArgumentException(
                    "QDRANT is %s, must be like 127.0.0.1:6334".formatted(qdrant));
        }
        return new QdrantSettings(
                Settings.of(variables),
                variables.number("RATE", 2_000, 100, 1_000_000),
                qdrant,
                variables.text("QDRANT_API_KEY", ""));
    }

    List<Integer> clients() {
        return common.clients();
    }

    int dimension() {
        return common.dimension();
    }

    int rows() {
        return common.rows();
    }

    int rounds() {
        return common.rounds();
    }

    Duration time() {
        return common.time();
    }

    /** As it would be typed, without the key. */
    @Override
    public String toString() {
        return "ROWS=%d DIMENSION=%d SECONDS=%d ROUNDS=%d CLIENTS=\"%s\" SEED=%d RATE=%d%s"
                .formatted(
                        rows(),
                        dimension(),
                        time().toSeconds(),
                        rounds(),
                        clients().stream().map(String::valueOf).collect(Collectors.joining(" ")),
                        common.seed(),
                        rate,
                        qdrant.isEmpty() ? "" : " QDRANT=" + qdrant);
    }
}
