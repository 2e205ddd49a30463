package dev.tributary.cli.read;

import dev.tributary.cli.exit.CommandException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;

/**
 * Reads a table of a SQLite file: embeddings as float32 BLOBs or JSON arrays, and the other
 * columns. Rows come in the order in which SQLite returns them, which is stable while the file is
 * not changed. Other columns are metadata. A JSON object in a column {@code metadata} is split into
 * its keys; other BLOBs are left out.
 */
final class SqliteReader implements VectorReader {
    private static final String SIGNATURE = "SQLite format 3\0";

    private final Connection connection;
    private final SqliteTable table;
    private final Statement statement;
    private final ResultSet rows;
    private final String[] columns;
    private final long total;
    private long number;

    private SqliteReader(Connection connection, SqliteTable table) throws SQLException {
        this.connection = connection;
        this.table = table;
        statement = connection.createStatement();
        String from = " FROM " + SqliteTable.quoted(table.name());
        try (ResultSet count = statement.executeQuery("SELECT count(*)" + from)) {
            total = count.next() ? count.getLong(1) : 0;
        }
        rows =
                statement.executeQuery(
                        "SELECT %s AS \"the id\", *".formatted(SqliteTable.quoted(table.id()))
                                + from);
        ResultSetMetaData described = rows.getMetaData();
        columns = new String[described.getColumnCount() + 1];
        for (int i = 2; i < columns.length; i++) {
            columns[i] = described.getColumnName(i);
        }
    }

    static SqliteReader open(Path file, SqliteTable.Wanted wanted) throws IOException {
        requireSqlite(file);
        var config = new SQLiteConfig();
        config.setReadOnly(true);
        Connection connection = null;
        try {
            connection = config.createConnection("jdbc:sqlite:" + file);
            return new SqliteReader(connection, SqliteTable.find(connection, wanted));
        } catch (SQLException e) {
            close(connection);
            throw failed(e);
        } catch (CommandException e) {
            close(connection);
            throw e;
        }
    }

    /** Fails if the file is missing, which SQLite would create. */
    private static void requireSqlite(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            byte[] start = in.readNBytes(SIGNATURE.length());
            if (!new String(start, java.nio.charset.StandardCharsets.ISO_8859_1)
                    .equals(SIGNATURE)) {
                throw CommandException.wrong(file + " is not a SQLite file");
            }
        }
    }

    @Override
    public @Nullable SourceRecord next() {
        try {
            if (!rows.next()) {
                return null;
            }
            number++;
            return row();
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private Row row() throws SQLException {
        String id = rows.getString(1);
        if (id == null) {
            throw CommandException.wrong(
                    "row %,d has no %s, which is the id column".formatted(number, table.id()));
        }
        float[] embedding = null;
        String content = null;
        Map<String, @Nullable Object> metadata = new LinkedHashMap<>();
        for (int i = 2; i < columns.length; i++) {
            String column = columns[i];
            Object value = rows.getObject(i);
            if (value == null || column.equals(table.id())) {
                continue;
            }
            if (column.equals(table.vector())) {
                embedding = embedding(id, value);
            } else if (column.equals(table.content())) {
                content = value.toString();
            } else if (!(value instanceof byte[])) {
                TableColumns.addMetadata(metadata, column, value);
            }
        }
        return new Row(number, id, embedding, content, metadata);
    }

    private float[] embedding(String id, Object value) {
        float[] components =
                switch (value) {
                    case byte[] bytes -> ChunkJson.components(bytes);
                    case String text -> vector(text);
                    default -> null;
                };
        if (components == null) {
            String is =
                    value instanceof byte[] bytes
                            ? "a BLOB of %,d bytes".formatted(bytes.length)
                            : "a value that is not a BLOB";
            throw CommandException.wrong(
                    "row %1$,d (id %2$s) has %4$s in %3$s, must have 4 bytes per component or be a JSON array"
                            .formatted(number, id, table.vector(), is));
        }
        return components;
    }

    /** The components of a JSON array of numbers; null if it is not one. */
    static float @Nullable [] vector(String text) {
        if (!text.stripLeading().startsWith("[")) {
            return null;
        }
        try (var parser = ChunkJson.MAPPER.createParser(text)) {
            return parser.nextToken() == JsonToken.START_ARRAY ? ChunkJson.embedding(parser) : null;
        } catch (JacksonException | CommandException _) {
            return null;
        }
    }

    @Override
    public double share() {
        return total == 0 ? 1 : (double) number / total;
    }

    @Override
    public void close() throws IOException {
        close(connection);
    }

    private static void close(@Nullable Connection connection) {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private static CommandException failed(SQLException e) {
        return CommandException.wrong("the file cannot be read: " + e.getMessage());
    }
}
