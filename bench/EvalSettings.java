import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What to evaluate.
 *
 * @param folders of the data sets
 * @param language of the collections
 * @param endpoint of a running service; null starts one
 * @param modes to search in
 * @param queriesMax most queries of each data set
 * @param warmUp queries before the timed ones
 * @param out where the runs are written
 * @param gates to be met
 * @param work an empty directory, and what starts the service; used without an endpoint
 * @param command that starts the service
 */
record EvalSettings(
        List<Path> folders,
        String language,
        Endpoint endpoint,
        List<Mode> modes,
        int queriesMax,
        int warmUp,
        Path out,
        List<Gate> gates,
        Path work,
        List<String> command) {
    private static final String DEFAULT_LANGUAGE = "english";

    /**
     * Reads settings.
     *
     * @param arguments {@code [--fail-under GATES] FOLDER... [-- DIRECTORY COMMAND...]}
     * @throws IllegalArgumentException if one is out of its range
     */
    static EvalSettings of(Variables variables, List<String> arguments) {
        int end = arguments.indexOf("--");
        List<String> start = end < 0 ? List.of() : arguments.subList(end + 1, arguments.size());
        List<String> rest = new ArrayList<>(end < 0 ? arguments : arguments.subList(0, end));
        String gates = variables.text("FAIL_UNDER", "");
        int option = rest.indexOf("--fail-under");
        if (option >= 0) {
            rest.remove(option);
            if (option == rest.size()) {
                throw new IllegalArgumentException("--fail-under needs its gates");
            }
            gates = rest.remove(option);
        }
        String url = variables.text("URL", "");
        if (url.isEmpty() && start.isEmpty()) {
            throw new IllegalArgumentException("neither a URL nor a service to start");
        }
        var settings =
                new EvalSettings(
                        rest.stream().map(Path::of).toList(),
                        language(variables),
                        url.isEmpty() ? null : Endpoint.parse(url),
                        variables.words("MODES", Mode.names()).stream()
                                .map(Mode::parse)
                                .distinct()
                                .toList(),
                        variables.number("QUERIES", 999_999_999, 1, 999_999_999),
                        variables.number("WARM_UP", 20, 0, 10_000),
                        Path.of(variables.text("OUT", "target/eval")),
                        Gate.parse(gates),
                        start.isEmpty() ? null : Path.of(start.getFirst()),
                        start.isEmpty() ? List.of() : start.subList(1, start.size()));
        settings.requireModes();
        return settings;
    }

    /** On some systems LANGUAGE is that of the messages, such as en_GB:en: not meant for us. */
    private static String language(Variables variables) {
        String language = variables.text("LANGUAGE", DEFAULT_LANGUAGE);
        return language.matches("[a-z]{2}([_:@.].*)?") ? DEFAULT_LANGUAGE : language;
    }

    /** A gate for what is not measured would never fail. */
    private void requireModes() {
        for (Gate gate : gates) {
            if (!gate.mode().isEmpty() && !modes.contains(Mode.parse(gate.mode()))) {
                throw new IllegalArgumentException(
                        "there is a gate for %s, which is not among the modes"
                                .formatted(gate.mode()));
            }
        }
    }

    /**
     * Holds the names of the data sets to these settings.
     *
     * @throws IllegalArgumentException if one is there twice, or a gate is for another one
     */
    void requireNames(List<String> names) {
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            if (!seen.add(name)) {
                throw new IllegalArgumentException("there are two data sets " + name);
            }
        }
        for (Gate gate : gates) {
            if (!gate.dataSet().isEmpty() && !seen.contains(gate.dataSet())) {
                throw new IllegalArgumentException(
                        "there is a gate for %s, which is not among the data sets"
                                .formatted(gate.dataSet()));
            }
        }
    }
}
