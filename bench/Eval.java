import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Evaluates how well the service finds what people have judged to be relevant: loads test
 * collections in the layout of BEIR, asks their queries over HTTP, and prints Markdown tables.
 * Writes each run and the judgments, so that other tools can score them.
 *
 * <p>Usage: {@code java bench/Eval.java [--fail-under GATES] FOLDER... [-- DIRECTORY COMMAND...]}:
 * an empty directory to work in and the command that starts the service, unless the variable URL
 * has the address of a running one. scripts/eval provides them. Exit status: 0, 1 for a defect, 2
 * if the settings, the data or the service are not as they should be, 3 if a gate is missed.
 */
final class Eval {
    private static final int DEFECT = 1;
    private static final int BAD_INPUT = 2;
    private static final int GATE_MISSED = 3;

    private final EvalSettings settings;
    private int missed;

    private Eval(EvalSettings settings) {
        this.settings = settings;
    }

    public static void main(String[] arguments) throws Exception {
        Locale.setDefault(Locale.ROOT);
        int missed;
        try {
            var settings = EvalSettings.of(Variables.ofEnvironment(), List.of(arguments));
            missed = new Eval(settings).run();
        } catch (IllegalArgumentException
                | IllegalStateException
                | Endpoint.Refused
                | UncheckedIOException e) {
            say(e.getMessage());
            System.exit(BAD_INPUT);
            return;
        } catch (IOException e) {
            say(e.getMessage());
            System.exit(DEFECT);
            return;
        }
        System.exit(missed == 0 ? 0 : GATE_MISSED);
    }

    static void say(String message) {
        System.err.println("eval: " + message);
    }

    private int run() throws IOException, InterruptedException {
        List<DataSet> sets = new ArrayList<>();
        for (Path folder : settings.folders()) {
            sets.add(DataSet.read(folder));
        }
        settings.requireNames(sets.stream().map(DataSet::name).toList());
        if (settings.endpoint() != null) {
            evaluate(settings.endpoint(), sets);
            return missed;
        }
        say("starting the service");
        // No query is answered from what another mode had embedded: each pays for itself.
        try (var service =
                new Service(
                        settings.command(),
                        settings.work().resolve("service.log"),
                        "tributary.embedding.cache-size=0B")) {
            evaluate(service.endpoint(), sets);
        }
        return missed;
    }

    private void evaluate(Endpoint endpoint, List<DataSet> sets)
            throws IOException, InterruptedException {
        for (DataSet all : sets) {
            DataSet data = all.sample(settings.queriesMax());
            if (data.emptyDocuments() > 0) {
                say(
                        "%s: documents without a text, skipped: %,d"
                                .formatted(data.name(), data.emptyDocuments()));
            }
            say("%s: loading %,d documents".formatted(data.name(), data.documents().size()));
            var evaluation = new Evaluation(settings, endpoint, data);
            evaluation.load();
            Path out = Files.createDirectories(settings.out().resolve(data.name()));
            writeJudgments(out, data);
            List<Evaluation.Outcome> outcomes = new ArrayList<>();
            for (Mode mode : settings.modes()) {
                say("%s: %s, %,d queries".formatted(data.name(), mode, data.queries().size()));
                var outcome = evaluation.ask(mode);
                outcomes.add(outcome);
                writeRun(out.resolve(mode + ".tsv"), outcome);
            }
            report(data, outcomes);
        }
    }

    private void report(DataSet data, List<Evaluation.Outcome> outcomes) {
        var lines = new StringBuilder();
        for (var outcome : outcomes) {
            if (!outcome.isPossible()) {
                lines.append(
                        "%s is not possible here: %s\n"
                                .formatted(outcome.mode(), outcome.problem()));
            }
        }
        for (var outcome : outcomes) {
            lines.append(judge(data, outcome.mode(), scores(data, outcome)));
        }
        System.out.printf(
                "### %s%n%n%,d documents, %,d queries, language %s%n%n%s%n%s%s",
                data.name(),
                data.documents().size(),
                data.queries().size(),
                settings.language(),
                table(data, outcomes),
                lines,
                lines.isEmpty() ? "" : "\n");
    }

    private static Table table(DataSet data, List<Evaluation.Outcome> outcomes) {
        List<String> columns = new ArrayList<>(List.of("mode"));
        Stream.of(Metric.values()).map(Metric::title).forEach(columns::add);
        columns.addAll(List.of("p50 ms", "p99 ms"));
        var table = new Table(columns.toArray(String[]::new));
        for (var outcome : outcomes) {
            Scores scores = scores(data, outcome);
            List<String> cells = new ArrayList<>(List.of(outcome.mode().toString()));
            for (Metric metric : Metric.values()) {
                cells.add(scores == null ? "" : "%.4f".formatted(scores.mean(metric)));
            }
            for (double share : List.of(0.5, 0.99)) {
                cells.add(scores == null ? "" : "%.1f".formatted(outcome.latencies().ms(share)));
            }
            table.row(cells.toArray(String[]::new));
        }
        return table;
    }

    /** Null if the mode is not possible. */
    private static Scores scores(DataSet data, Evaluation.Outcome outcome) {
        if (!outcome.isPossible()) {
            return null;
        }
        Map<String, List<String>> run = new LinkedHashMap<>();
        outcome.run()
                .forEach((query, hits) ->
                        run.put(query, hits.stream().map(Evaluation.Hit::document).toList()));
        return Scores.of(data.judgments(), run);
    }

    /** A line for each gate, and counts those that are missed. */
    private String judge(DataSet data, Mode mode, Scores scores) {
        var lines = new StringBuilder();
        for (Gate gate : settings.gates()) {
            if (gate.isFor(data.name(), mode)) {
                boolean isMet = scores != null && gate.isMetBy(scores);
                missed += isMet ? 0 : 1;
                lines.append(
                        "%s: %s %s %s %s, %s\n"
                                .formatted(
                                        isMet ? "met" : "missed",
                                        data.name(),
                                        mode,
                                        gate.metric().title(),
                                        scores == null
                                                ? "is not there"
                                                : "%.4f".formatted(scores.mean(gate.metric())),
                                        gate));
            }
        }
        return lines.toString();
    }

    private static void writeJudgments(Path out, DataSet data) throws IOException {
        var lines = new StringBuilder("query-id\tcorpus-id\tscore\n");
        data.judgments()
                .forEach((query, judged) ->
                        judged.forEach((document, grade) ->
                                lines.append("%s\t%s\t%d\n".formatted(query, document, grade))));
        Files.writeString(out.resolve("qrels.tsv"), lines);
    }

    private static void writeRun(Path file, Evaluation.Outcome outcome) throws IOException {
        var lines = new StringBuilder();
        outcome.run()
                .forEach((query, hits) -> {
                    for (int i = 0; i < hits.size(); i++) {
                        var hit = hits.get(i);
                        lines.append(
                                "%s\t%s\t%d\t%s\n"
                                        .formatted(query, hit.document(), i + 1, hit.score()));
                    }
                });
        Files.writeString(file, lines);
    }
}
