package dev.tributary.cli;

import dev.tributary.cli.exit.CommandException;
import dev.tributary.cli.exit.Exit;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.Callable;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code export --collection NAME [FILE]}. */
@Command(
        name = "export",
        description = "Writes a snapshot of a collection as NDJSON, in order of id.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class ExportCommand implements Callable<Integer> {
    private static final int BUFFER_BYTES = 64 * 1024;

    private final Terminal terminal;

    @Parameters(
            arity = "0..1",
            paramLabel = "FILE",
            description =
                    "Output file; default standard output. Compressed if the name ends in .gz."
                            + " Appears only once it is complete.")
    private @Nullable Path file;

    @Option(
            names = {"--collection", "-c"},
            paramLabel = "NAME",
            required = true,
            description = "Collection name or alias.")
    private String collection;

    @Option(
            names = {"--quiet", "-q"},
            description = "Hides the progress.")
    private boolean isQuiet;

    @Mixin private ServiceOptions service;

    ExportCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        try (ServiceClient client = service.connect()) {
            JsonNode found = client.find(collection);
            if (found == null) {
                throw client.absent(collection);
            }
            long total = found.path("chunks").asLong();
            if (file == null) {
                copy(client, terminal.out(), total);
                terminal.out().flush();
                return Exit.DONE.code();
            }
            Path part = file.resolveSibling(file.getFileName() + ".part");
            try (OutputStream target = open(part)) {
                copy(client, target, total);
            } catch (CommandException | IOException e) {
                Files.deleteIfExists(part);
                throw e;
            }
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
            return Exit.DONE.code();
        }
    }

    private static OutputStream open(Path part) throws IOException {
        OutputStream target = Files.newOutputStream(part);
        return part.toString().endsWith(".gz.part")
                ? new GZIPOutputStream(target, BUFFER_BYTES)
                : new BufferedOutputStream(target, BUFFER_BYTES);
    }

    private void copy(ServiceClient client, OutputStream target, long total) throws IOException {
        var buffer = new byte[BUFFER_BYTES];
        long lines = 0;
        try (InputStream export = client.export(collection);
                var progress = new Progress(terminal, "chunk", isQuiet)) {
            int got;
            while ((got = read(client, export, buffer)) >= 0) {
                target.write(buffer, 0, got);
                for (int i = 0; i < got; i++) {
                    lines += buffer[i] == '\n' ? 1 : 0;
                }
                progress.update(lines, total == 0 ? 1 : Math.min(1, (double) lines / total));
            }
        }
    }

    private static int read(ServiceClient client, InputStream export, byte[] buffer) {
        try {
            return export.read(buffer);
        } catch (IOException e) {
            throw client.brokenOff(e);
        }
    }
}
