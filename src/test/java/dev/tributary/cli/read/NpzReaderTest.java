package dev.tributary.cli.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.cli.exit.CommandException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpzReaderTest {
    @TempDir private Path folder;
    private Path matrix;
    private Path other;
    private Path numbers;
    private Path texts;

    @BeforeEach
    void arrays() throws IOException {
        matrix = SourceFiles.npy(folder.resolve("m"), new float[][] {{1, 2, 3}, {4, 5, -0.5f}});
        other = SourceFiles.npy(folder.resolve("o"), new float[][] {{9}, {8}});
        numbers =
                SourceFiles.npy(
                        folder.resolve("n"),
                        1,
                        "{'descr': '<i8', 'fortran_order': False, 'shape': (2,), }",
                        SourceFiles.longs(70, 80));
        texts =
                SourceFiles.npy(
                        folder.resolve("t"),
                        1,
                        "{'descr': '<U1', 'fortran_order': False, 'shape': (2,), }",
                        new byte[8]);
    }

    private Path npz(Object... namesAndArrays) throws IOException {
        Path file = folder.resolve("some.npz");
        try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
            for (int i = 0; i < namesAndArrays.length; i += 2) {
                zip.putNextEntry(new ZipEntry((String) namesAndArrays[i]));
                zip.write(Files.readAllBytes((Path) namesAndArrays[i + 1]));
                zip.closeEntry();
            }
        }
        return file;
    }

    private static List<Row> read(Path file, @Nullable String id, @Nullable String vector)
            throws IOException {
        var wanted = new SqliteTable.Wanted(null, id, vector, null);
        return SourceFiles.rows(NpzReader.open(file, wanted, null));
    }

    @Test
    void readsTheOnlyMatrixAndItsIds() throws Exception {
        List<Row> rows =
                read(npz("texts.npy", texts, "emb.npy", matrix, "ids.npy", numbers), null, null);

        assertThat(rows).extracting(Row::sourceId).containsExactly("70", "80");
        assertThat(rows.getLast().embedding()).containsExactly(4, 5, -0.5f);
        assertThat(read(npz("arr_0.npy", matrix), null, null))
                .extracting(Row::sourceId)
                .containsExactly("0", "1");
    }

    @Test
    void takesTheArraysThatAreNamed() throws Exception {
        Path file = npz("a.npy", matrix, "b.npy", other, "c.npy", numbers);

        List<Row> rows = read(file, "c", "b");

        assertThat(rows).extracting(Row::sourceId).containsExactly("70", "80");
        assertThat(rows.getFirst().embedding()).containsExactly(9);
        assertThatThrownBy(() -> read(file, null, null))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("has 2 matrices of floats, must have one: a [2, 3] of <f4");
        assertThatThrownBy(() -> read(file, null, "d"))
                .hasMessageContaining("--vector-column is d, must be one of the arrays a [2, 3]");
        assertThatThrownBy(() -> read(file, "a", "b"))
                .hasMessageContaining("must have one whole number for each of the 2 rows");
    }

    @Test
    void saysWhatIsWrongWithTheOnlyArray() throws Exception {
        assertThatThrownBy(() -> read(npz("ints.npy", numbers), null, null))
                .hasMessageContaining("ints has the wrong dtype: numbers of <i8");
        assertThatThrownBy(() -> read(npz("t.npy", texts), null, null))
                .hasMessageContaining("is an array of <U1, must be an array of <f4");
        assertThatThrownBy(() -> read(npz("notes.txt", texts), null, null))
                .hasMessageContaining("has no .npy array in it");
    }

    @Test
    void refusesWhatIsNotAnArchive() throws Exception {
        Path text = Files.writeString(folder.resolve("no.npz"), "text");

        assertThatThrownBy(() -> read(text, null, null)).isInstanceOf(IOException.class);
    }
}
