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
                "Stores what is in a file. Safe to repeat: what is already stored is unchanged.",
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
            description = "Or an alias of it.")
    private String collection;

    @ArgGroup(exclusive = false, heading = "%nA collection that is not there:%n")
    private @Nullable Creation creation;

    @ArgGroup(exclusive = false, heading = "%nHow it is sent:%n")
    private Sending sending = new Sending();

    ImportCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** How a collection is made on the way. */
    static final class Creation {
        @Option(
                names = "--create",
                required = true,
                description = "Makes it, with the dimension of the first row.")
        private boolean isWanted;

        @Option(names = "--model", paramLabel = "NAME", description = "That embeds its texts.")
        private @Nullable String model;

        @Option(
                names = "--metric",
                paramLabel = "METRIC",
                description = "cosine, l2 or inner_product; cosine.")
        private @Nullable String metric;
    }

    /** How lines are sent. */
    static final class Sending {
        @Option(
                names = "--batch-lines",
                paramLabel = "N",
                description = "Lines of one request, 1 to 10,000,000; 100,000.")
        private int batchLines = 100_000;

        @Option(
                names = "--retries",
                paramLabel = "N",
                description = "How often a request is sent again, 0 to 100; 5.")
        private int retries = 5;

        @Option(names = "--gzip", description = "Compresses what is sent.")
        private boolean isGzip;

        @Option(
                names = "--verify",
                description = "Reads the file again and compares it with what is stored.")
        private boolean isVerified;

        @Option(names = "--wait-indexed", description = "Waits until every row is in the index.")
        private boolean isIndexAwaited;

        @Option(
                names = {"--quiet", "-q"},
                description = "Shows no progress.")
        private boolean isQuiet;
    }

    @Override
    public Integer call() throws IOException {
        requireInRange("--batch-lines", sending.batchLines, 1, 10_000_000);
        requireInRange("--retries", sending.retries, 0, 100);
        if (sending.isVerified && !source.isRepeatable()) {
            throw CommandException.wrong("--verify reads the file twice, and - is standard input");
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
                        : e.withHint("the same command again goes on: what is stored stays");
            }
            tell(sender.counts());
            if (records.peek() != null) {
                terminal.say(
                        "nothing of the first %,d %ss could be stored: the rest was not sent"
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
                        .withHint("--create makes it, with the dimension of the first row");
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
                    .withHint("--model names one that embeds its content");
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
