package dev.tributary.cli;

import dev.tributary.cli.exit.CommandException;
import dev.tributary.cli.exit.Exit;
import dev.tributary.cli.read.ChunkParts;
import dev.tributary.cli.read.SourceOptions;
import dev.tributary.cli.read.SourceRecord;
import dev.tributary.cli.read.VectorReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** {@code import FILE --collection NAME}. */
@Command(
        name = "import",
        description =
                "Imports a file into a collection. Safe to repeat: stored rows stay unchanged.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class ImportCommand implements Callable<Integer> {
    private static final Duration FIRST_WAIT = Duration.ofMillis(500);

    private final Terminal terminal;

    @Spec private CommandSpec spec;
    @Mixin private SourceOptions source;
    @Mixin private ServiceOptions service;

    @Option(
            names = {"--collection", "-c"},
            paramLabel = "NAME",
            required = true,
            description = "Collection name or alias.")
    private String collection;

    @ArgGroup(exclusive = false, heading = "%nCreating the collection:%n")
    private @Nullable Creation creation;

    @ArgGroup(exclusive = false, heading = "%nTransfer:%n")
    private Sending sending = new Sending();

    ImportCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** How the collection is created if it does not exist. */
    static final class Creation {
        @Option(
                names = "--create",
                required = true,
                description =
                        "Creates the collection if needed, with the dimension of the first row.")
        private boolean isWanted;

        @Option(
                names = "--model",
                paramLabel = "NAME",
                description = "Model that embeds the texts.")
        private @Nullable String model;

        @Option(
                names = "--metric",
                paramLabel = "METRIC",
                description = "Distance: cosine, l2 or inner_product; default cosine.")
        private @Nullable String metric;
    }

    /** How lines are sent. */
    static final class Sending {
        @Option(
                names = "--batch-lines",
                paramLabel = "N",
                description = "Lines per request, 1 to 10,000,000; default 100,000.")
        private int batchLines = 100_000;

        @Option(
                names = "--retries",
                paramLabel = "N",
                description = "Retries per request, 0 to 100; default 5.")
        private int retries = 5;

        @Option(names = "--gzip", description = "Compresses the requests.")
        private boolean isGzip;

        @Option(
                names = "--verify",
                description = "Reads the file again and compares it with the stored chunks.")
        private boolean isVerified;

        @Option(
                names = "--wait-indexed",
                description = "Waits up to an hour until every row is in the index.")
        private boolean isIndexAwaited;

        @Option(
                names = {"--quiet", "-q"},
                description = "Hides the progress.")
        private boolean isQuiet;
    }

    @Override
    public Integer call() throws IOException {
        requireInRange("--batch-lines", sending.batchLines, 1, 10_000_000);
        requireInRange("--retries", sending.retries, 0, 100);
        if (sending.isVerified && !source.isRepeatable()) {
            throw CommandException.wrong(
                    "--verify reads the file twice, which standard input (-) does not allow");
        }
        var retries = new Retries(sending.retries, FIRST_WAIT, terminal);
        try (ServiceClient client = service.connect()) {
            Exit stored = store(client, retries);
            if (sending.isIndexAwaited) {
                boolean isIndexed = client.awaitIndex(collection);
                out().println(isIndexed ? "indexed" : "not indexed within an hour");
            }
            Exit verified = sending.isVerified ? verify(client, retries) : Exit.DONE;
            return (stored == Exit.DONE ? verified : stored).code();
        }
    }

    private static void requireInRange(String option, int value, int min, int max) {
        if (value < min || value > max) {
            throw CommandException.wrong(
                    "%s is %,d, must be %,d to %,d".formatted(option, value, min, max));
        }
    }

    private Exit store(ServiceClient client, Retries retries) throws IOException {
        try (var records = new Records(source.open(terminal.in()))) {
            if (records.peek() == null) {
                records.requireSound();
            }
            requireCollection(client, records.peek());
            var sender = new BatchSender(client, collection, retries);
            try (var progress = new Progress(terminal, unit(), sending.isQuiet)) {
                sender.send(records, sending.batchLines, sending.isGzip, progress);
            } catch (CommandException e) {
                tell(sender.counts());
                throw e.retryAfter() == null
                        ? e
                        : e.withHint("to resume, run the same command again: stored rows are kept");
            }
            tell(sender.counts());
            if (records.peek() != null) {
                terminal.say(
                        "none of the first %,d %ss could be stored: the rest was not sent"
                                .formatted(sender.counts().failed(), unit()));
            }
            records.requireSound();
            return sender.counts().failed() == 0 ? Exit.DONE : Exit.INCOMPLETE;
        }
    }

    private void requireCollection(ServiceClient client, @Nullable SourceRecord first) {
        if (creation == null || !creation.isWanted) {
            JsonNode found = client.find(collection);
            if (found == null) {
                throw client.absent(collection)
                        .withHint("--create creates it, with the dimension of the first row");
            }
            return;
        }
        Map<String, Object> spec = new HashMap<>();
        ChunkParts parts = first == null ? null : parts(first);
        if (parts != null && parts.embedding() != null) {
            spec.put("dimension", parts.embedding().length);
        } else if (creation.model == null) {
            throw CommandException.wrong(
                            "the first %s has no embedding to take a dimension from"
                                    .formatted(unit()))
                    .withHint("--model names a model that embeds its content");
        }
        if (creation.model != null) {
            spec.put("model", creation.model);
        }
        if (creation.metric != null) {
            spec.put("metric", creation.metric.toLowerCase(Locale.ROOT));
        }
        client.create(collection, spec);
    }

    private @Nullable ChunkParts parts(SourceRecord first) {
        try {
            return first.parts();
        } catch (CommandException e) {
            throw CommandException.wrong(
                    "%s %,d: %s".formatted(unit(), first.number(), e.getMessage()));
        }
    }

    private String unit() {
        return source.format().unit();
    }

    private void tell(ImportCounts counts) {
        counts.errors()
                .forEach(it ->
                        terminal.err()
                                .println("%s %,d: %s".formatted(unit(), it.line(), it.error())));
        long more = counts.failed() - counts.errors().size();
        if (more > 0) {
            terminal.err().println("and %,d more".formatted(more));
        }
        terminal.err().flush();
        out().println(
                        "created %,d, updated %,d, unchanged %,d, failed %,d"
                                .formatted(
                                        counts.created(),
                                        counts.updated(),
                                        counts.unchanged(),
                                        counts.failed()));
    }

    private Exit verify(ServiceClient client, Retries retries) throws IOException {
        Verification.Result result;
        try (VectorReader reader = source.open(terminal.in());
                var progress = new Progress(terminal, unit(), sending.isQuiet)) {
            result = new Verification(client, collection, retries).run(reader, unit(), progress);
        }
        out().println(
                        "file   sha256 %s (%,d %ss)"
                                .formatted(result.source(), result.records(), unit()));
        out().println("stored sha256 " + result.stored());
        if (result.different() == 0) {
            out().println("identical");
            return Exit.DONE;
        }
        result.differences().forEach(terminal.err()::println);
        out().println(
                        "%,d of %,d %ss differ"
                                .formatted(result.different(), result.records(), unit()));
        return Exit.INCOMPLETE;
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
