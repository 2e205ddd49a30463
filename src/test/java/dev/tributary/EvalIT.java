package dev.tributary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.testing.HttpIT;
import dev.tributary.testing.Script;
import dev.tributary.testing.Script.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@code scripts/eval} as people do, against a service that runs already. */
class EvalIT extends HttpIT {
    private static final int GATE_MISSED = 3;
    private static final int BAD_INPUT = 2;

    @TempDir private Path directory;
    private Path folder;

    @BeforeEach
    void writeTenDocuments() throws IOException {
        folder = Files.createDirectories(directory.resolve("ten"));
        String[] texts = {
            "A cat sleeps up to sixteen hours a day",
            "Dogs bark at the postman",
            "The lease ends in October",
            "Bread is baked from flour and water",
            "The train to Vienna leaves at noon",
            "Rain is expected over the weekend",
            "The invoice was paid in March",
            "A violin has four strings",
            "Volcanoes erupt with lava and ash",
            ""
        };
        List<String> corpus = new ArrayList<>();
        for (int i = 0; i < texts.length; i++) {
            corpus.add(
                    "{\"_id\": \"d/%d\", \"title\": \"\", \"text\": \"%s\"}"
                            .formatted(i, texts[i]));
        }
        Files.write(folder.resolve("corpus.jsonl"), corpus);
        Files.writeString(
                folder.resolve("queries.jsonl"),
                """
                {"_id": "lease", "text": "when does the lease end?"}
                {"_id": "music", "text": "who plays the fiddle?"}
                """);
        Files.writeString(folder.resolve("qrels.tsv"), "lease\td/2\t1\nmusic\td/7\t2\n");
    }

    @Test
    void printsATableAndWritesTheRuns() throws Exception {
        Outcome outcome = eval("--fail-under", "text=0.5 hybrid.recall@100=1 vector=0.9");

        assertThat(outcome.exit()).as("%s", outcome).isZero();
        assertThat(outcome.errors()).contains("ten: documents without a text, skipped: 1");
        assertThat(outcome.output())
                .contains("### ten", "9 documents, 2 queries, language english")
                .containsPattern(
                        "\\| mode +\\| +nDCG@10 \\| +recall@10 \\| +recall@100 \\| +MRR@10 \\| +empty \\| +p50 ms \\| +p99 ms \\|")
                // No document has the word fiddle.
                .containsPattern(
                        "\\| text +\\| +0.5000 \\| +0.5000 \\| +0.5000 \\| +0.5000 \\| +0.5000 \\| +\\d+\\.\\d \\| +\\d+\\.\\d \\|")
                .contains("met: ten text nDCG@10 0.5000, must be at least 0.5000");
        assertThat(Files.readString(out("text.tsv"))).matches("lease\td/2\t1\t0\\.\\d+\n");
        assertThat(Files.readString(out("vector.tsv")))
                .startsWith("lease\td/2\t1\t0.")
                .contains("\nmusic\td/7\t1\t0.")
                .hasLineCount(18);
        assertThat(Files.readString(out("qrels.tsv")))
                .isEqualTo("query-id\tcorpus-id\tscore\nlease\td/2\t1\nmusic\td/7\t2\n");
    }

    @Test
    void aMissedGateFails() throws Exception {
        Outcome outcome = eval("--fail-under", "text=0.51 ten:vector=0.9 empty=0.01");

        assertThat(outcome.exit()).as("%s", outcome).isEqualTo(GATE_MISSED);
        assertThat(outcome.output().lines().filter(it -> it.startsWith("missed: ")))
                .containsExactly(
                        "missed: ten text nDCG@10 0.5000, must be at least 0.5100",
                        "missed: ten text empty 0.5000, must be under 0.0100");
    }

    @Test
    void malformedDataIsToldWithItsLine() throws Exception {
        Files.writeString(folder.resolve("queries.jsonl"), "{\"_id\": \"lease\"}\n");

        Outcome outcome = eval();

        assertThat(outcome.exit()).isEqualTo(BAD_INPUT);
        assertThat(outcome.output()).isEmpty();
        assertThat(outcome.errors()).contains("queries.jsonl:1: text is missing");
    }

    @Test
    void anUnknownLanguageIsTold() throws Exception {
        Files.move(folder, directory.resolve("klingon"));
        folder = directory.resolve("klingon");

        Outcome outcome = run(List.of(folder.toString()), "klingon");

        assertThat(outcome.exit()).isEqualTo(BAD_INPUT);
        assertThat(outcome.errors()).contains("422 unknown_language", "klingon");
    }

    private Path out(String file) {
        return directory.resolve("out").resolve("ten").resolve(file);
    }

    private Outcome eval(String... options) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(options));
        arguments.add(folder.toString());
        return run(arguments, "english");
    }

    private Outcome run(List<String> arguments, String language) throws Exception {
        List<String> command = new ArrayList<>(List.of("scripts/eval"));
        command.addAll(arguments);
        Map<String, String> variables =
                Map.of(
                        "URL", url(""),
                        "LANGUAGE", language,
                        "OUT", directory.resolve("out").toString());
        return Script.run(directory, variables, command);
    }
}
