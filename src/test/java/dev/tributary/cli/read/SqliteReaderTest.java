package dev.tributary.cli.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.cli.exit.CommandException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteReaderTest {
    private static final String BLOB = SourceFiles.blob(1, 2);

    @TempDir private Path folder;
    private Path file;

    @BeforeEach
    void names() {
        file = folder.resolve("vectors.db");
    }

    private List<Row> read() throws IOException {
        return read(new SqliteTable.Wanted(null, null, null, null));
    }

    private List<Row> read(SqliteTable.Wanted wanted) throws IOException {
        return SourceFiles.rows(SqliteReader.open(file, wanted));
    }

    private static SqliteTable.Wanted table(@Nullable String table) {
        return new SqliteTable.Wanted(table, null, null, null);
    }

    private void assertRefused(SqliteTable.Wanted wanted, String... reasons) {
        assertThatThrownBy(() -> read(wanted))
                .isInstanceOfSatisfying(
                        CommandException.class, e -> assertThat(e.told()).contains(reasons));
    }

    @Test
    void findsTableAndColumns() throws Exception {
        SourceFiles.sqlite(
                file,
                "CREATE TABLE settings (name TEXT, value TEXT)",
                "INSERT INTO settings VALUES ('version', '1')",
                "CREATE TABLE items (id INTEGER PRIMARY KEY, embedding BLOB, text TEXT,"
                        + " lang TEXT, year INTEGER, score REAL, thumb BLOB, metadata TEXT)",
                "INSERT INTO items VALUES (7, "
                        + BLOB
                        + ", 'one', 'en', 2020, 0.5, x'00',"
                        + " '{\"a\": [1]}')",
                "INSERT INTO items VALUES (9, NULL, 'two', NULL, NULL, NULL, NULL, 'plain')");

        List<Row> rows = read();

        assertThat(rows).extracting(Row::sourceId).containsExactly("7", "9");
        assertThat(rows).extracting(Row::content).containsExactly("one", "two");
        assertThat(rows.get(0).embedding()).containsExactly(1, 2);
        assertThat(rows.get(0).metadata())
                .isEqualTo(Map.of("lang", "en", "year", 2020, "score", 0.5, "a", List.of(1)));
        assertThat(rows.get(1).embedding()).isNull();
        assertThat(rows.get(1).metadata()).isEqualTo(Map.of("metadata", "plain"));
    }

    @Test
    void readsJsonArraysAndNumbersRowsWithoutAKey() throws Exception {
        SourceFiles.sqlite(
                file,
                "CREATE TABLE \"odd \"\"name\" (v TEXT)",
                "INSERT INTO \"odd \"\"name\" VALUES ('[1, 2]'), (' [3, 4.5]')");

        List<Row> rows = read();

        assertThat(rows).extracting(Row::sourceId).containsExactly("1", "2");
        assertThat(rows.get(1).embedding()).containsExactly(3, 4.5f);
    }

    @Test
    void takesTheColumnsThatAreNamed() throws Exception {
        SourceFiles.sqlite(
                file,
                "CREATE TABLE t (a TEXT, b TEXT, x BLOB, y BLOB)",
                "INSERT INTO t VALUES ('k', 'words', " + BLOB + ", " + SourceFiles.blob(3) + ")");

        List<Row> rows = read(new SqliteTable.Wanted("t", "a", "y", "b"));

        assertThat(rows).hasSize(1);
        assertThat(rows.getFirst().sourceId()).isEqualTo("k");
        assertThat(rows.getFirst().content()).isEqualTo("words");
        assertThat(rows.getFirst().embedding()).containsExactly(3);
    }

    @Test
    void saysWhatThereIsIfItIsNotPlainWhichIsMeant() throws Exception {
        SourceFiles.sqlite(
                file,
                "CREATE TABLE a (id TEXT, source_id TEXT, v BLOB, w BLOB, text TEXT, body TEXT)",
                "INSERT INTO a VALUES ('1', '1', " + BLOB + ", " + BLOB + ", '', '')",
                "CREATE TABLE b (id TEXT, v BLOB)",
                "INSERT INTO b VALUES ('1', " + BLOB + ")",
                "CREATE TABLE c (id TEXT)");

        assertRefused(table(null), "has 2 tables with vectors", "b (id, v), c (id)");
        assertRefused(table("d"), "has no table d; there are a, b, c");
        assertRefused(table("a"), "v, w of the columns of a", "--vector-column");
        assertRefused(table("c"), "none of the columns of c (id) hold vectors");
        assertRefused(new SqliteTable.Wanted("b", null, "z", null), "--vector-column is z");
        assertRefused(new SqliteTable.Wanted("a", null, "v", null), "--id-column");
        assertRefused(new SqliteTable.Wanted("a", "id", "v", null), "--content-column");
    }

    @Test
    void refusesBlobsThatAreNoVectors() throws Exception {
        SourceFiles.sqlite(
                file,
                "CREATE TABLE t (id TEXT, v BLOB)",
                "INSERT INTO t VALUES ('a', " + BLOB + "), ('b', x'010203')");

        assertRefused(
                table(null),
                "row 2 (id b) has a BLOB of 3 bytes in v, must have 4 bytes per component");
    }

    @Test
    void refusesARowWithoutId() throws Exception {
        SourceFiles.sqlite(
                file,
                "CREATE TABLE t (id TEXT, v BLOB)",
                "INSERT INTO t VALUES ('a', " + BLOB + "), (NULL, " + BLOB + ")");

        assertRefused(table(null), "row 2 has no id");
    }

    @Test
    void saysThatAVirtualTableCannotBeRead() throws Exception {
        SourceFiles.sqlite(file, "CREATE VIRTUAL TABLE t USING fts5(v)");

        assertRefused(table("t"), "is a virtual table", "CREATE TABLE plain AS SELECT");
    }

    @Test
    void refusesOtherFiles() throws Exception {
        Files.writeString(file, "a,b\n1,2\n");
        assertRefused(table(null), "is not a SQLite file");
        Files.delete(file);
        assertThatThrownBy(this::read).isInstanceOf(java.nio.file.NoSuchFileException.class);
        assertThat(file).doesNotExist();
    }

    @Test
    void refusesAFileThatWasCutOff() throws Exception {
        SourceFiles.sqlite(
                file,
                "CREATE TABLE t (id TEXT, v BLOB)",
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)"
                        + " INSERT INTO t SELECT i, "
                        + BLOB
                        + " FROM n");
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));

        assertRefused(table(null), "the file cannot be read: [SQLITE_CORRUPT]");
    }
}
