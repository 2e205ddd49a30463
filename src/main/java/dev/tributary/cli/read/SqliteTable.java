package dev.tributary.cli.read;

import dev.tributary.cli.exit.CommandException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The table and the columns that are read from a SQLite file.
 *
 * @param name name of the table or view
 * @param id column of the ids; {@code rowid} if there is none
 * @param vector column of the embeddings
 * @param content column of the texts; null if there is none
 */
record SqliteTable(String name, String id, String vector, @Nullable String content) {
    static final Set<String> ID_NAMES = Set.of("id", "source_id", "doc_id", "uuid", "key");
    static final Set<String> VECTOR_NAMES =
            Set.of("embedding", "vector", "embeddings", "vectors", "vec");
    static final Set<String> CONTENT_NAMES = Set.of("content", "text", "document", "body");

    /**
     * The names given on the command line; null for those to be detected.
     *
     * @param table table of the rows
     * @param id column of the ids
     * @param vector column of the embeddings
     * @param content column of the texts
     */
    record Wanted(
            @Nullable String table,
            @Nullable String id,
            @Nullable String vector,
            @Nullable String content) {}

    /** The columns of a table with the values of its first row, in order. */
    private record Sample(String table, Map<String, @Nullable Object> values) {
        Set<String> columns() {
            return values.keySet();
        }

        List<String> vectors() {
            return columns().stream().filter(it -> isVector(values.get(it))).toList();
        }

        private static boolean isVector(@Nullable Object value) {
            return switch (value) {
                case byte[] bytes -> bytes.length > 0 && bytes.length % Float.BYTES == 0;
                case String text -> SqliteReader.vector(text) != null;
                case null, default -> false;
            };
        }

        String told() {
            return table + " (" + String.join(", ", columns()) + ")";
        }
    }

    /**
     * Finds the table and its columns.
     *
     * @throws CommandException naming the candidates, if the choice is not clear
     */
    static SqliteTable find(Connection file, Wanted wanted) throws SQLException {
        Sample sample = wanted.table() == null ? only(file, wanted) : sample(file, wanted.table());
        String vector =
                wanted.vector() != null
                        ? column(sample, "--vector-column", wanted.vector())
                        : one(sample, "vectors", "--vector-column", sample.vectors());
        String id =
                wanted.id() != null ? column(sample, "--id-column", wanted.id()) : id(file, sample);
        String content =
                wanted.content() != null
                        ? column(sample, "--content-column", wanted.content())
                        : content(sample);
        return new SqliteTable(sample.table(), id, vector, content);
    }

    /** An SQL identifier; names come from the file's own schema. */
    static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    private static Sample only(Connection file, Wanted wanted) throws SQLException {
        Map<String, Sample> samples = new TreeMap<>();
        for (var table : tables(file).entrySet()) {
            if (!table.getValue()) {
                samples.put(table.getKey(), read(file, table.getKey()));
            }
        }
        List<Sample> fitting =
                samples.values().stream()
                        .filter(it ->
                                wanted.vector() == null
                                        ? !it.vectors().isEmpty()
                                        : it.columns().contains(wanted.vector()))
                        .toList();
        if (fitting.size() != 1) {
            throw CommandException.wrong(
                            "the file has %s tables with vectors in their first row, must have one"
                                    .formatted(fitting.isEmpty() ? "no" : fitting.size()))
                    .withHint(
                            "name one with --table; there are "
                                    + told(samples.values().stream().map(Sample::told).toList()));
        }
        return fitting.getFirst();
    }

    /** The tables and views, and whether each is virtual. */
    private static Map<String, Boolean> tables(Connection file) throws SQLException {
        Map<String, Boolean> tables = new LinkedHashMap<>();
        try (Statement statement = file.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                """
                                SELECT name, sql LIKE 'CREATE VIRTUAL TABLE%' FROM sqlite_master
                                WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite!_%' ESCAPE '!'
                                ORDER BY name
                                LIMIT 1000
                                """)) {
            while (rows.next()) {
                tables.put(rows.getString(1), rows.getBoolean(2));
            }
        }
        return tables;
    }

    private static Sample sample(Connection file, String table) throws SQLException {
        Map<String, Boolean> tables = tables(file);
        Boolean isVirtual = tables.get(table);
        if (isVirtual == null) {
            throw CommandException.wrong(
                    "the file has no table %s; there are %s"
                            .formatted(table, told(List.copyOf(tables.keySet()))));
        }
        if (isVirtual) {
            throw CommandException.wrong(
                            "%s is a virtual table, which only its extension can read"
                                    .formatted(table))
                    .withHint(
                            "with the extension loaded: CREATE TABLE plain AS SELECT * FROM "
                                    + quoted(table));
        }
        return read(file, table);
    }

    private static Sample read(Connection file, String table) throws SQLException {
        try (Statement statement = file.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT * FROM " + quoted(table) + " LIMIT 1")) {
            ResultSetMetaData columns = row.getMetaData();
            Map<String, @Nullable Object> values = new LinkedHashMap<>();
            boolean isThere = row.next();
            for (int i = 1; i <= columns.getColumnCount(); i++) {
                values.put(columns.getColumnName(i), isThere ? row.getObject(i) : null);
            }
            return new Sample(table, values);
        }
    }

    private static String column(Sample sample, String option, String name) {
        if (!sample.columns().contains(name)) {
            throw CommandException.wrong(
                    "%s is %s, must be a column of %s".formatted(option, name, sample.told()));
        }
        return name;
    }

    private static String one(Sample sample, String what, String option, List<String> candidates) {
        List<String> chosen = candidates.size() > 1 ? named(candidates, VECTOR_NAMES) : candidates;
        if (chosen.size() != 1) {
            throw CommandException.wrong(
                            "%s of the columns of %s hold %s in the first row, must be one"
                                    .formatted(
                                            candidates.isEmpty() ? "none" : told(candidates),
                                            sample.told(),
                                            what))
                    .withHint("name it with " + option);
        }
        return chosen.getFirst();
    }

    /** The primary key, otherwise a column with a usual name for ids, otherwise the rowid. */
    private static String id(Connection file, Sample sample) throws SQLException {
        List<String> keys = new ArrayList<>();
        try (ResultSet rows = file.getMetaData().getPrimaryKeys(null, null, sample.table())) {
            while (rows.next()) {
                keys.add(rows.getString("COLUMN_NAME"));
            }
        }
        if (keys.size() == 1) {
            return keys.getFirst();
        }
        List<String> named = named(sample.columns(), ID_NAMES);
        if (named.size() > 1) {
            throw CommandException.wrong(
                            "%s of %s could be the ids".formatted(told(named), sample.told()))
                    .withHint("name them with --id-column");
        }
        return named.isEmpty() ? "rowid" : named.getFirst();
    }

    private static @Nullable String content(Sample sample) {
        List<String> named = named(sample.columns(), CONTENT_NAMES);
        if (named.size() > 1) {
            throw CommandException.wrong(
                            "%s of %s could be the content".formatted(told(named), sample.told()))
                    .withHint("name it with --content-column");
        }
        return named.isEmpty() ? null : named.getFirst();
    }

    private static List<String> named(java.util.Collection<String> columns, Set<String> names) {
        return columns.stream().filter(it -> names.contains(it.toLowerCase(Locale.ROOT))).toList();
    }

    private static String told(List<String> names) {
        return names.isEmpty() ? "none" : String.join(", ", names);
    }
}
