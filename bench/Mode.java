import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A way to search for a text. */
enum Mode {
    VECTOR("/search"),
    TEXT("/search/hybrid"),
    HYBRID("/search/hybrid");

    private final String path;

    Mode(String path) {
        this.path = path;
    }

    /**
     * Reads a name.
     *
     * @throws IllegalArgumentException if there is none such
     */
    static Mode parse(String name) {
        return Stream.of(values())
                .filter(it -> it.toString().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "there is no mode %s, must be one of: %s"
                                        .formatted(name, names())));
    }

    static String names() {
        return Stream.of(values()).map(Mode::toString).collect(Collectors.joining(" "));
    }

    /** The path to post to. */
    String path() {
        return path;
    }

    /** What a request has besides the collection and the query. */
    Map<String, Object> fields() {
        return switch (this) {
            case VECTOR, HYBRID -> Map.of();
            case TEXT -> Map.of("fusion", Map.of("weights", Map.of("vector", 0)));
        };
    }

    /** As it is written in tables and settings. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
