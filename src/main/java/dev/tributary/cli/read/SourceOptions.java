package dev.tributary.cli.read;

import dev.tributary.cli.exit.CommandException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What an import reads. */
public final class SourceOptions {
    private static final String STANDARD_INPUT = "-";

    /** The format of a source. */
    public enum Format {
        NDJSON(".ndjson", ".jsonl", ".ndjson.gz", ".jsonl.gz"),
        SQLITE(".db", ".sqlite", ".sqlite3"),
        JSON(".json", ".json.gz"),
        FVECS(".fvecs"),
        BVECS(".bvecs"),
        NPY(".npy");

        @SuppressWarnings("ImmutableEnumChecker") // It is, by List.of.
        private final List<String> endings;

        Format(String... endings) {
            this.endings = List.of(endings);
        }

        /** The name of one record in messages. */
        public String unit() {
            return this == NDJSON ? "line" : "row";
        }
    }

    @Parameters(
            paramLabel = "FILE",
            description = "File to import; - for standard input, which must be NDJSON or JSON.")
    private String file;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "${COMPLETION-CANDIDATES}; default by the file extension.")
    private @Nullable Format format;

    @Option(
            names = "--ids",
            paramLabel = "FILE",
            description =
                    "File with the ids of the vectors: one per line, or a .npy of whole numbers.")
    private @Nullable Path ids;

    @Option(names = "--table", paramLabel = "NAME", description = "SQLite table to import.")
    private @Nullable String table;

    @Option(names = "--id-column", paramLabel = "NAME", description = "SQLite column with the ids.")
    private @Nullable String idColumn;

    @Option(
            names = "--vector-column",
            paramLabel = "NAME",
            description = "SQLite column with the vectors: float32 BLOBs or JSON arrays.")
    private @Nullable String vectorColumn;

    @Option(
            names = "--content-column",
            paramLabel = "NAME",
            description = "SQLite column with the content. Remaining columns become metadata.")
    private @Nullable String contentColumn;

    /** Whether the source can be read a second time. */
    public boolean isRepeatable() {
        return !file.equals(STANDARD_INPUT);
    }

    public Format format() {
        if (format != null) {
            return format;
        }
        if (!isRepeatable()) {
            return Format.NDJSON;
        }
        String name = file.toLowerCase(Locale.ROOT);
        return Stream.of(Format.values())
                .filter(it -> it.endings.stream().anyMatch(name::endsWith))
                .findFirst()
                .orElseThrow(() ->
                        CommandException.wrong("the file extension of " + file + " is unknown")
                                .withHint(
                                        "name it with --format, one of "
                                                + List.of(Format.values())));
    }

    /**
     * Opens the source.
     *
     * @throws CommandException if the options do not go together, or the file is invalid
     */
    public VectorReader open(InputStream standard) throws IOException {
        Format chosen = format();
        requireFitting(chosen);
        Path path = isRepeatable() ? path() : null;
        if (path == null && chosen != Format.NDJSON && chosen != Format.JSON) {
            throw CommandException.wrong(
                    "standard input must be NDJSON or JSON, but %s needs a file".formatted(chosen));
        }
        return switch (chosen) {
            case NDJSON -> new NdjsonReader(SourceInput.open(path, standard));
            case JSON -> new JsonReader(SourceInput.open(path, standard), openIds());
            case SQLITE ->
                    SqliteReader.open(
                            path(),
                            new SqliteTable.Wanted(table, idColumn, vectorColumn, contentColumn));
            case FVECS -> FvecsReader.open(path(), Float.BYTES, openIds());
            case BVECS -> FvecsReader.open(path(), 1, openIds());
            case NPY -> NpyReader.open(path(), openIds());
        };
    }

    private Path path() throws IOException {
        Path path = Path.of(file);
        if (!Files.exists(path)) {
            throw new NoSuchFileException(file);
        }
        if (Files.isDirectory(path)) {
            throw CommandException.wrong(file + " is a folder");
        }
        return path;
    }

    private @Nullable Ids openIds() throws IOException {
        return ids == null ? null : Ids.open(ids);
    }

    private void requireFitting(Format chosen) {
        boolean hasColumns =
                Stream.of(table, idColumn, vectorColumn, contentColumn).anyMatch(it -> it != null);
        if (hasColumns && chosen != Format.SQLITE) {
            throw CommandException.wrong(
                    "--table and the column options are for SQLite, but the file is " + chosen);
        }
        if (ids != null && (chosen == Format.NDJSON || chosen == Format.SQLITE)) {
            throw CommandException.wrong(
                    "--ids is for vectors without ids, but the file is " + chosen);
        }
    }
}
