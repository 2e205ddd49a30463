package dev.tributary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.testing.Script;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What scripts do before they do anything. */
class ScriptsTest {
    private static final int WRONG_USAGE = 2;

    @TempDir private Path directory;

    @ParameterizedTest
    @CsvSource({
        "bench, --help",
        "bench, -h",
        "bench-recall, --help",
        "bench-recall, -h",
        "demo, --help",
        "demo, -h",
        "eval, --help",
        "eval, -h",
        "java-home, --help",
        "java-home, -h",
        "postgres, --help",
        "postgres, -h",
        "redis, --help",
        "redis, -h",
        "run, --help",
        "run, -h"
    })
    void helpIsPrintedAndNothingElseIsDone(String script, String option) throws Exception {
        var outcome = Script.run(directory, Map.of(), List.of("scripts/" + script, option));

        assertThat(outcome.exit()).isZero();
        assertThat(outcome.output()).startsWith("usage: ");
        assertThat(outcome.errors()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgres", "redis"})
    void helpBehindACommandDoesNotRunTheCommand(String script) throws Exception {
        var outcome =
                Script.run(directory, Map.of(), List.of("scripts/" + script, "provide", "--help"));

        assertThat(outcome.exit()).isZero();
        assertThat(outcome.output()).startsWith("usage: ");
        assertThat(outcome.errors()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bench",
                "bench-recall",
                "demo",
                "eval",
                "java-home",
                "postgres",
                "redis",
                "run"
            })
    void anUnknownOptionIsRefusedAndHelpIsNamed(String script) throws Exception {
        var outcome = Script.run(directory, Map.of(), List.of("scripts/" + script, "--bogus"));

        assertThat(outcome.exit()).isEqualTo(WRONG_USAGE);
        assertThat(outcome.output()).isEmpty();
        assertThat(outcome.errors()).contains("--bogus", "scripts/" + script + " --help");
    }
}
