package dev.tributary.cli.read;

import dev.tributary.cli.exit.CommandException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What an import reads. */
public final class SourceOptions {
    private static final String STANDARD_INPUT = "-";
    private static final Set<Format> STREAMED = EnumSet.of(Format.NDJSON, Format.JSON, Format.CSV);
    private static final Set<Format> COLUMNED =
            EnumSet.of(Format.SQLITE, Format.CSV, Format.PARQUET, Format.NPZ);

    /** The format of a source. */
    public enum Format {
        NDJSON(".ndjson", ".jsonl", ".ndjson.gz", ".jsonl.gz"),
        SQLITE(".db", ".sqlite", ".sqlite3"),
        JSON(".json", ".json.gz"),
        FVECS(".fvecs"),
        BVECS(".bvecs"),
        NPY(".npy"),
        NPZ(".npz"),
        CSV(".csv", ".csv.gz", ".tsv", ".tsv.gz"),
        PARQUET(".parquet", ".pq");

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
            description =
                    "File to import; - for standard input, which must be NDJSON, JSON or CSV.")
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

    @Option(
            names = "--id-column",
            paramLabel = "NAME",
            description = "Column with the ids: of SQLite, CSV, Parquet, or an array of .npz.")
    private @Nullable String idColumn;

    @Option(
            names = "--vector-column",
            paramLabel = "NAME",
            description = "Column with the vectors.")
    private @Nullable String vectorColumn;

    @Option(
            names = "--content-column",
            paramLabel = "NAME",
            description = "Column with the content. Remaining columns become metadata.")
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
                                .withHint(advice()));
    }

    private String advice() {
        String conversion = ForeignFiles.advice(file);
        return conversion == null
                ? "name it with --format, one of " + List.of(Format.values())
                : conversion;
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
        if (path == null && !STREAMED.contains(chosen)) {
            throw CommandException.wrong(
                    "standard input must be NDJSON or JSON, or CSV, but %s needs a file"
                            .formatted(chosen));
        }
        return switch (chosen) {
            case NDJSON -> new NdjsonReader(SourceInput.open(path, standard));
            case JSON -> JsonReader.open(path, standard, openIds());
            case CSV -> CsvRowReader.open(SourceInput.open(path, standard), columns(), openIds());
            case PARQUET -> ParquetRowReader.open(path(), columns(), openIds());
            case SQLITE -> SqliteReader.open(path(), columns());
            case FVECS -> FvecsReader.open(path(), Float.BYTES, openIds());
            case BVECS -> FvecsReader.open(path(), 1, openIds());
            case NPY -> NpyReader.open(path(), openIds());
            case NPZ -> NpzReader.open(path(), columns(), openIds());
        };
    }

    private SqliteTable.Wanted columns() {
        return new SqliteTable.Wanted(table, idColumn, vectorColumn, contentColumn);
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
                Stream.of(idColumn, vectorColumn, contentColumn).anyMatch(it -> it != null);
        if ((table != null && chosen != Format.SQLITE)
                || (hasColumns && !COLUMNED.contains(chosen))) {
            throw CommandException.wrong(
                    "--table and the column options are for SQLite, but the file is "
                            + chosen
                            + "; the column options are for CSV, Parquet and .npz as well");
        }
        if (ids != null && (chosen == Format.NDJSON || chosen == Format.SQLITE)) {
            throw CommandException.wrong(
                    "--ids is for vectors without ids, but the file is " + chosen);
        }
    }
}
