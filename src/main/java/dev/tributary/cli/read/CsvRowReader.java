package dev.tributary.cli.read;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import dev.tributary.cli.exit.CommandException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads CSV (RFC 4180) in UTF-8, compressed by gzip or not. The first line has the names of the
 * columns; the separator is the one that this line has most of. An empty cell is no value; a cell
 * of metadata that is a number, true or false is read as such.
 */
final class CsvRowReader implements VectorReader {
    private static final int HEADER_LENGTH_MAX = 1 << 16;
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    /** Numbers that JSON keeps as they are written: {@code 007} and {@code 1e5} are text. */
    private static final Pattern NUMBER =
            Pattern.compile("-?(0|[1-9][0-9]{0,14})(\\.[0-9]{1,15})?");

    private final SourceInput input;
    private final CsvReader<CsvRecord> csv;
    private final Iterator<CsvRecord> records;
    private final @Nullable Ids ids;
    private final List<String> names;
    private final TableColumns columns;
    private long number;

    private CsvRowReader(SourceInput input, SqliteTable.Wanted wanted, @Nullable Ids ids)
            throws IOException {
        this.input = input;
        this.ids = ids;
        var text =
                new BufferedReader(
                        new InputStreamReader(input.text(), StandardCharsets.UTF_8.newDecoder()),
                        HEADER_LENGTH_MAX);
        csv =
                CsvReader.builder()
                        .fieldSeparator(separator(text))
                        .skipEmptyLines(true)
                        .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                        .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                        .allowUnclosedQuote(false)
                        .maxBufferSize(ChunkJson.LINE_BYTES_MAX)
                        .ofCsvRecord(text);
        records = csv.iterator();
        names = header();
        columns = TableColumns.find(names, List.of(), wanted);
    }

    /**
     * Opens it.
     *
     * @param ids one for each row, instead of a column; null for none
     */
    static CsvRowReader open(SourceInput input, SqliteTable.Wanted wanted, @Nullable Ids ids)
            throws IOException {
        try {
            return new CsvRowReader(input, wanted, ids);
        } catch (CharacterCodingException e) {
            throw encoding();
        }
    }

    /** The separator that the first line has most of; a comma if it has none. */
    private static char separator(Reader text) throws IOException {
        text.mark(HEADER_LENGTH_MAX);
        int first = text.read();
        if (first == BYTE_ORDER_MARK) {
            text.mark(HEADER_LENGTH_MAX);
            first = text.read();
        }
        int[] counts = new int[128];
        boolean isQuoted = false;
        int length = 1;
        for (int c = first; c >= 0 && length < HEADER_LENGTH_MAX; c = text.read(), length++) {
            isQuoted ^= c == '"';
            if (!isQuoted && (c == '\n' || c == '\r')) {
                break;
            }
            if (!isQuoted && c < counts.length) {
                counts[c]++;
            }
        }
        text.reset();
        char best = ',';
        for (char candidate : new char[] {';', '\t', '|'}) {
            best = counts[candidate] > counts[best] ? candidate : best;
        }
        return best;
    }

    private List<String> header() {
        CsvRecord record = record();
        if (record == null) {
            throw CommandException.wrong("the file is empty, must begin with the column names");
        }
        List<String> header = record.getFields().stream().map(String::strip).toList();
        var seen = new HashSet<String>();
        for (String name : header) {
            if (!seen.add(name)) {
                throw CommandException.wrong(
                        "the first line has the column \"%s\" twice, must have the column names"
                                .formatted(name));
            }
        }
        return header;
    }

    private @Nullable CsvRecord record() {
        try {
            return records.hasNext() ? records.next() : null;
        } catch (CsvParseException e) {
            throw CommandException.wrong(
                    "the file is not CSV after row %,d: %s".formatted(number, e.getMessage()));
        } catch (UncheckedIOException e) {
            IOException cause = Objects.requireNonNull(e.getCause());
            throw cause instanceof CharacterCodingException
                    ? encoding()
                    : CommandException.of(cause);
        }
    }

    private static CommandException encoding() {
        return CommandException.wrong("the file is not UTF-8 text")
                .withHint("convert it: iconv -f windows-1252 -t utf-8 in.csv > out.csv");
    }

    @Override
    public @Nullable SourceRecord next() throws IOException {
        CsvRecord record = record();
        if (record == null) {
            if (ids != null) {
                ids.requireCount(number);
            }
            return null;
        }
        number++;
        if (record.getFieldCount() != names.size()) {
            throw CommandException.wrong(
                            "row %,d (line %,d) has %,d cells, must have %,d as the first line"
                                    .formatted(
                                            number,
                                            record.getStartingLineNumber(),
                                            record.getFieldCount(),
                                            names.size()))
                    .withHint("put cells with a separator, such as vectors, in double quotes");
        }
        return columns.row(number, Ids.of(ids, number), values(record));
    }

    private Map<String, @Nullable Object> values(CsvRecord record) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            String cell = record.getField(i);
            if (cell.isEmpty()) {
                continue;
            }
            boolean isPart =
                    name.equals(columns.id())
                            || name.equals(columns.vector())
                            || name.equals(columns.content());
            values.put(name, isPart ? cell : value(cell));
        }
        return values;
    }

    private static Object value(String cell) {
        if (NUMBER.matcher(cell).matches()) {
            return new BigDecimal(cell);
        }
        return switch (cell) {
            case "true" -> true;
            case "false" -> false;
            default -> cell;
        };
    }

    @Override
    public double share() {
        return input.share();
    }

    @Override
    public void close() throws IOException {
        csv.close();
        input.close();
        if (ids != null) {
            ids.close();
        }
    }
}
