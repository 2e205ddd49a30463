package dev.tributary.cli.read;

import dev.hardwood.InputFile;
import dev.hardwood.metadata.CompressionCodec;
import dev.hardwood.metadata.PhysicalType;
import dev.hardwood.metadata.RowGroup;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowReader;
import dev.hardwood.row.PqList;
import dev.hardwood.schema.SchemaNode;
import dev.hardwood.schema.SchemaNode.GroupNode;
import dev.hardwood.schema.SchemaNode.PrimitiveNode;
import dev.tributary.cli.exit.CommandException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Reads a Parquet file: a list of floats a row is its vector; other columns become metadata. */
final class ParquetRowReader implements VectorReader {
    private static final Set<CompressionCodec> CODECS =
            Set.of(CompressionCodec.UNCOMPRESSED, CompressionCodec.SNAPPY, CompressionCodec.GZIP);

    /** Kept, or its level would be forgotten: it tells which instructions it found. */
    private static final Logger LIBRARY = Logger.getLogger("dev.hardwood");

    static {
        LIBRARY.setLevel(Level.WARNING);
    }

    private final ParquetFileReader file;
    private final RowReader rows;
    private final List<String> names;
    private final TableColumns columns;
    private final @Nullable Ids ids;
    private final long total;
    private long number;

    private ParquetRowReader(ParquetFileReader file, SqliteTable.Wanted wanted, @Nullable Ids ids) {
        this.file = file;
        this.ids = ids;
        List<SchemaNode> nodes = file.getFileSchema().getRootNode().children();
        names = nodes.stream().map(SchemaNode::name).toList();
        List<String> vectors =
                nodes.stream().filter(ParquetRowReader::isVector).map(SchemaNode::name).toList();
        columns = TableColumns.find(names, vectors, wanted);
        total = file.getFileMetaData().numRows();
        rows = file.rowReader();
    }

    static ParquetRowReader open(Path path, SqliteTable.Wanted wanted, @Nullable Ids ids)
            throws IOException {
        ParquetFileReader file = null;
        try {
            file = ParquetFileReader.open(InputFile.of(path));
            requireReadable(path, file.getFileMetaData().rowGroups());
            return new ParquetRowReader(file, wanted, ids);
        } catch (CommandException e) {
            close(file);
            throw e;
        } catch (IOException | RuntimeException e) {
            close(file);
            throw broken(e);
        }
    }

    private static void close(@Nullable ParquetFileReader file) throws IOException {
        if (file != null) {
            file.close();
        }
    }

    /** The library fails as it likes for a broken file. */
    private static CommandException broken(Exception e) {
        return CommandException.wrong("the file cannot be read as Parquet: " + e.getMessage());
    }

    private static void requireReadable(Path path, List<RowGroup> groups) {
        for (RowGroup group : groups) {
            for (var column : group.columns()) {
                CompressionCodec codec = column.metaData().codec();
                if (!CODECS.contains(codec)) {
                    throw CommandException.wrong(
                                    "%s is compressed with %s, must be with snappy, gzip or not at all"
                                            .formatted(path, codec.name().toLowerCase(Locale.ROOT)))
                            .withHint(
                                    "in Python: pandas.read_parquet(file).to_parquet(other, compression='snappy')");
                }
            }
        }
    }

    private static boolean isVector(SchemaNode node) {
        return node instanceof GroupNode group
                && group.isList()
                && group.getListElement() instanceof PrimitiveNode element
                && (element.type() == PhysicalType.FLOAT || element.type() == PhysicalType.DOUBLE);
    }

    @Override
    public @Nullable SourceRecord next() throws IOException {
        try {
            if (!rows.hasNext()) {
                if (ids != null) {
                    ids.requireCount(number);
                }
                return null;
            }
            rows.next();
            number++;
            return columns.row(number, Ids.of(ids, number), values());
        } catch (CommandException e) {
            throw e;
        } catch (RuntimeException e) {
            throw broken(e);
        }
    }

    private Map<String, @Nullable Object> values() {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        for (String name : names) {
            if (rows.isNull(name)) {
                continue;
            }
            Object value = rows.getValue(name);
            if (name.equals(columns.vector()) && value instanceof PqList list) {
                values.put(name, components(list));
                continue;
            }
            boolean isText = name.equals(columns.id()) || name.equals(columns.content());
            values.put(name, ParquetValue.plain(value, isText));
        }
        return values;
    }

    private float[] components(PqList list) {
        var components = new float[list.size()];
        for (int i = 0; i < components.length; i++) {
            if (!(list.get(i) instanceof Number component)) {
                throw CommandException.wrong(
                        "row %,d has no number at position %d of %s"
                                .formatted(number, i, columns.vector()));
            }
            components[i] = component.floatValue();
        }
        return components;
    }

    @Override
    public double share() {
        return total == 0 ? 1 : (double) number / total;
    }

    @Override
    public void close() throws IOException {
        rows.close();
        file.close();
        if (ids != null) {
            ids.close();
        }
    }
}
