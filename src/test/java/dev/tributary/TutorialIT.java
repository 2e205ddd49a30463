package dev.tributary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.tributary.testing.HttpIT;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Runs the commands of the pages that tell people to run them. A block fenced as {@code sh} must
 * succeed, one fenced as {@code sh error} must be refused; a {@code json} block after it is what
 * the last of its commands answers, as {@link JsonExample} compares it.
 */
class TutorialIT extends HttpIT {
    private static final Pattern FENCE =
            Pattern.compile(
                    "^```(sh|sh error|json)\\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);

    /** A page may show answers alone, as the one on errors does: it has nothing to run. */
    private static final Pattern COMMANDS = Pattern.compile("^```sh\\b", Pattern.MULTILINE);

    private static final JsonMapper MAPPER = JsonMapper.shared();

    /** What curl exits with where --fail-with-body is set and the status is 400 or more. */
    private static final int REFUSED = 22;

    private static final int TIMEOUT_S = 60;

    @TempDir private Path directory;

    /** A block of commands, and the answer shown after it. */
    private record Step(String commands, boolean isRefused, @Nullable String answer) {}

    /** How a block of commands ended. */
    private record Outcome(int exit, String output, String errors) {}

    /** The README and every page of docs that has commands to run; each stands by itself. */
    static List<String> pages() throws IOException {
        try (Stream<Path> docs = Files.list(Path.of("docs"))) {
            return Stream.concat(Stream.of(Path.of("README.md")), docs.sorted())
                    .filter(page -> page.toString().endsWith(".md"))
                    .filter(page -> COMMANDS.matcher(read(page)).find())
                    .map(Path::toString)
                    .toList();
        }
    }

    private static String read(Path page) {
        try {
            return Files.readString(page);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void thePagesThatPeopleFollowHaveCommandsToRun() throws Exception {
        assertThat(pages())
                .contains(
                        "README.md",
                        "docs/cli.md",
                        "docs/documents.md",
                        "docs/jobs.md",
                        "docs/searching.md",
                        "docs/tutorial.md",
                        "docs/writing.md");
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyCommandWorksAsPrinted(String page) throws Exception {
        List<Step> steps = steps(Files.readString(Path.of(page)));

        assertThat(steps).isNotEmpty();
        for (Step step : steps) {
            Outcome outcome = run(step.commands());
            assertThat(outcome.exit())
                    .as("%s%n%s%n%s", step.commands(), outcome.output(), outcome.errors())
                    .isEqualTo(step.isRefused() ? REFUSED : 0);
            String answer = step.answer();
            if (answer != null) {
                assertThat(JsonExample.differences(MAPPER.readTree(answer), last(outcome)))
                        .as("%s%n%s", step.commands(), outcome.output())
                        .isEmpty();
            }
        }
    }

    private static List<Step> steps(String page) {
        List<Step> steps = new ArrayList<>();
        Matcher fence = FENCE.matcher(page);
        while (fence.find()) {
            if (fence.group(1).startsWith("sh")) {
                steps.add(new Step(fence.group(2), fence.group(1).equals("sh error"), null));
            } else {
                assertThat(steps).as("the commands before %s", fence.group(2)).isNotEmpty();
                Step step = steps.removeLast();
                steps.add(new Step(step.commands(), step.isRefused(), fence.group(2)));
            }
        }
        return steps;
    }

    /** With a .curlrc that makes a refused request fail the block. */
    private Outcome run(String commands) throws IOException, InterruptedException {
        Files.writeString(directory.resolve(".curlrc"), "fail-with-body\nshow-error\n");
        Path output = directory.resolve("output");
        Path errors = directory.resolve("errors");
        var builder =
                new ProcessBuilder(
                                "bash",
                                "-euo",
                                "pipefail",
                                "-c",
                                commands.replace("http://127.0.0.1:8080", url("")))
                        .redirectOutput(output.toFile())
                        .redirectError(errors.toFile());
        builder.environment().put("CURL_HOME", directory.toString());
        Process process = builder.start();
        if (!process.waitFor(TIMEOUT_S, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            fail("still running after %d s: %s", TIMEOUT_S, commands);
        }
        if (process.exitValue() == 127) {
            fail("curl is missing, which the pages tell people to use: install it");
        }
        return new Outcome(process.exitValue(), Files.readString(output), Files.readString(errors));
    }

    /** The answer of the last command. */
    private static JsonNode last(Outcome outcome) {
        try (var answers = MAPPER.readerFor(JsonNode.class).readValues(outcome.output())) {
            List<Object> all = answers.readAll();
            assertThat(all).as("answers in %s", outcome.output()).isNotEmpty();
            return (JsonNode) all.getLast();
        }
    }
}
