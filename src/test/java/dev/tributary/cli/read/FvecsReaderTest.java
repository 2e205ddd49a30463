package dev.tributary.cli.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FvecsReaderTest {
    @TempDir private Path folder;
    private Path file;

    @BeforeEach
    void names() {
        file = folder.resolve("vectors.fvecs");
    }

    private List<Row> read() throws IOException {
        return SourceFiles.rows(FvecsReader.open(file, Float.BYTES, null));
    }

    @Test
    void readsVectorsInOrder() throws Exception {
        SourceFiles.fvecs(file, new float[] {1, 2}, new float[] {-0.5f, 1e30f});

        List<Row> rows = read();

        assertThat(rows).extracting(Row::sourceId).containsExactly("0", "1");
        assertThat(rows.get(0).embedding()).containsExactly(1, 2);
        assertThat(rows.get(1).embedding()).containsExactly(-0.5f, 1e30f);
    }

    @Test
    void readsBytesWithoutASign() throws Exception {
        Files.write(file, new byte[] {2, 0, 0, 0, 0, (byte) 255, 2, 0, 0, 0, 1, 2});

        List<Row> rows = SourceFiles.rows(FvecsReader.open(file, 1, null));

        assertThat(rows).hasSize(2);
        assertThat(rows.getFirst().embedding()).containsExactly(0, 255);
    }

    @Test
    void anEmptyFileHasNoRows() throws Exception {
        Files.write(file, new byte[0]);

        assertThat(read()).isEmpty();
    }

    @Test
    void takesIdsAndRefusesAnotherNumberOfThem() throws Exception {
        SourceFiles.fvecs(file, new float[] {1, 2}, new float[] {3, 4});
        Path ids = Files.writeString(folder.resolve("ids"), "x\ny\n");
        Path few = Files.writeString(folder.resolve("few"), "x\n");

        assertThat(SourceFiles.rows(FvecsReader.open(file, Float.BYTES, Ids.open(ids))))
                .extracting(Row::sourceId)
                .containsExactly("x", "y");
        assertThatThrownBy(() -> FvecsReader.open(file, Float.BYTES, Ids.open(few)))
                .hasMessageContaining("has 1 ids for 2 rows, must have one per row");
    }

    @Test
    void refusesAFileThatWasCutOff() throws Exception {
        byte[] whole =
                Files.readAllBytes(SourceFiles.fvecs(file, new float[] {1, 2}, new float[] {3, 4}));

        Files.write(file, Arrays.copyOf(whole, whole.length - 3));
        assertThatThrownBy(this::read).hasMessageContaining("it is truncated in row 2");
        Files.write(file, Arrays.copyOf(whole, 3));
        assertThatThrownBy(this::read).hasMessageContaining("is truncated in row 1");
    }

    @Test
    void refusesVectorsOfSeveralDimensions() throws Exception {
        SourceFiles.fvecs(file, new float[] {1, 2}, new float[] {1}, new float[] {1, 2, 3});

        assertThatThrownBy(this::read).hasMessage("row 2 has 1 dimensions, but row 1 has 2");
    }

    @Test
    void refusesOtherFiles() throws Exception {
        Files.writeString(file, "{\"id\": 1}");

        assertThatThrownBy(this::read).hasMessageContaining("is it in this format?");
    }
}
