package dev.tributary.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.TributaryApplication;
import dev.tributary.cli.read.SourceFiles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandsTest {
    @TempDir private Path folder;

    @ParameterizedTest
    @CsvSource({
        "import, true",
        "imprt, true",
        "--help, true",
        "--server.port=8081, false",
        "--debug, false"
    })
    void tellsCommandsFromSettings(String argument, boolean isCommand) {
        assertThat(Commands.handles(argument)).isEqualTo(isCommand);
        assertThat(Commands.handles()).isFalse();
    }

    /** The program as it is started, without Spring: a service would not come to an end. */
    @Test
    void runsWithoutTheService() throws Exception {
        CommandRun help = program("--help");
        CommandRun missing = program("import", folder.resolve("absent.npy").toString(), "-c", "a");

        assertThat(help.exit()).isZero();
        assertThat(help.out()).startsWith("Usage: tributary").contains("import", "checksum");
        assertThat(help.err()).isEmpty();
        assertThat(missing.exit()).isEqualTo(2);
        assertThat(missing.err()).startsWith("tributary: ").contains("absent.npy does not exist");
        assertThat(missing.out()).isEmpty();
    }

    /** SQLite has a native library, and a logger. */
    @Test
    void saysNothingThatNobodyAsked() throws Exception {
        Path file =
                SourceFiles.sqlite(
                        folder.resolve("a.db"),
                        "CREATE TABLE t (id TEXT, v BLOB)",
                        "INSERT INTO t VALUES ('a', x'0000803f')");

        CommandRun run =
                program("import", file.toString(), "-c", "a", "--url", "http://127.0.0.1:1");

        assertThat(run.exit()).isEqualTo(3);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines()).hasSize(1);
    }

    private CommandRun program(String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // As the manifest of the jar says.
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(TributaryApplication.class.getName());
        command.addAll(List.of(arguments));
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        Process process =
                new ProcessBuilder(command)
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start();
        int exit = process.waitFor();
        return new CommandRun(
                exit,
                Files.readString(out, StandardCharsets.UTF_8),
                Files.readString(err, StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "                              | a command is missing",
                "imprt                         | Did you mean",
                "import x.ndjson               | --collection",
                "import -c a                   | FILE",
                "import x.ndjson -c a --nope   | Unknown option",
                "import x.xyz -c a             | the file extension of x.xyz is unknown",
                "import x.XLSX -c a            | save it as CSV",
                "import x.pkl -c a             | in Python: pandas.read_pickle(file)",
                "import x.pdf -c a             | PUT /collections/NAME/documents/ID",
                "import x.zst -c a             | decompress it first",
                "import x.npy -c a --id-column b | are for SQLite, but the file is NPY",
                "import x.csv -c a --table b   | --table and the column options are for SQLite",
                "import x.npy -c a --format xyz | NDJSON, SQLITE, JSON, FVECS, BVECS, NPY",
                "import x.npy -c a --table t   | --table and the column options are for SQLite",
                "import x.db -c a --ids y      | --ids is for vectors without ids",
                "import - -c a --format npy    | standard input must be NDJSON or JSON",
                "import x.npy -c a --metric l2 | --create",
                "import x.npy -c a --batch-lines 0 | --batch-lines is 0, must be 1 to 10,000,000",
                "import x.npy -c a --retries 101 | --retries is 101, must be 0 to 100",
                "import x.npy -c a --url host:80 | must be like http://127.0.0.1:8080",
                "import / -c a --format npy    | / is a folder",
                "checksum                      | --collection",
                "checksum -c a --file b        | mutually exclusive",
                "checksum --file absent.ndjson | absent.ndjson does not exist",
                "export                        | --collection",
            })
    void saysWhatIsWrongWithACommandLine(String line, String reason) {
        CommandRun run = line == null ? CommandRun.of() : CommandRun.of(line.split(" "));

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains(reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"import", "export", "checksum"})
    void everyCommandHasHelp(String command) {
        CommandRun run = CommandRun.of(command, "--help");

        assertThat(run.exit()).isZero();
        assertThat(run.out()).contains("--url", "--collection", "http://127.0.0.1:8080");
    }
}
