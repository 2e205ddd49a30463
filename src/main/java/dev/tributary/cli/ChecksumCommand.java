package dev.tributary.cli;

import dev.tributary.cli.exit.Exit;
import dev.tributary.cli.read.SourceInput;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code checksum --collection NAME} or {@code checksum --file FILE}. */
@Command(
        name = "checksum",
        description =
                "Prints the SHA-256 of all chunks of a collection or an export, timestamps left"
                        + " out. Equal sums mean equal collections.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class ChecksumCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Spec private CommandSpec spec;

    @ArgGroup(exclusive = true, multiplicity = "1")
    private Subject subject;

    @Mixin private ServiceOptions service;

    ChecksumCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** What the checksum is computed from. */
    static final class Subject {
        @Option(
                names = {"--collection", "-c"},
                paramLabel = "NAME",
                description = "Collection name or alias.")
        private @Nullable String collection;

        @Option(names = "--file", paramLabel = "FILE", description = "Export file, plain or gzip.")
        private @Nullable Path file;
    }

    @Override
    public Integer call() throws IOException {
        Sums.Sum sum = subject.collection == null ? ofFile() : ofCollection(subject.collection);
        spec.commandLine()
                .getOut()
                .println("sha256 %s (%,d chunks)".formatted(sum.sha256(), sum.lines()));
        return Exit.DONE.code();
    }

    private Sums.Sum ofFile() throws IOException {
        try (InputStream export = SourceInput.open(subject.file, terminal.in()).text()) {
            return Sums.of(export);
        }
    }

    private Sums.Sum ofCollection(String collection) {
        try (ServiceClient client = service.connect()) {
            if (client.find(collection) == null) {
                throw client.absent(collection);
            }
            try (InputStream export = client.export(collection)) {
                return Sums.of(export);
            } catch (IOException e) {
                throw client.brokenOff(e);
            }
        }
    }
}
