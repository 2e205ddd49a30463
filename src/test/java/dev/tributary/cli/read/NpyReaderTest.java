package dev.tributary.cli.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.cli.exit.CommandException;
import dev.tributary.cli.exit.Exit;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpyReaderTest {
    private static final String HEADER =
            "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
    private static final byte[] DATA =
            SourceFiles.floats(new float[] {1, 2, 3}, new float[] {4, 5, -0.5f});

    @TempDir private Path folder;
    private Path file;

    @BeforeEach
    void names() {
        file = folder.resolve("vectors.npy");
    }

    private List<Row> read() throws IOException {
        return SourceFiles.rows(NpyReader.open(file, null));
    }

    private void assertRefused(String reason) {
        assertThatThrownBy(this::read)
                .isInstanceOfSatisfying(
                        CommandException.class,
                        e -> {
                            assertThat(e.exit()).isEqualTo(Exit.WRONG);
                            assertThat(e.told()).contains(reason);
                        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void readsEveryVersion(int version) throws Exception {
        SourceFiles.npy(file, version, HEADER, DATA);

        List<Row> rows = read();

        assertThat(rows).extracting(Row::sourceId).containsExactly("0", "1");
        assertThat(rows).extracting(Row::number).containsExactly(1L, 2L);
        assertThat(rows.get(1).embedding()).containsExactly(4, 5, -0.5f);
    }

    @Test
    void readsDoublesAndHalves() throws Exception {
        ByteBuffer doubles = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        doubles.putDouble(0.1).putDouble(-2);
        SourceFiles.npy(
                file, 1, HEADER.replace("<f4", "<f8").replace("(2, 3)", "(1, 2)"), doubles.array());
        List<Row> wide = read();
        ByteBuffer halves = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
        halves.putShort(Float.floatToFloat16(0.5f)).putShort(Float.floatToFloat16(-3));
        SourceFiles.npy(
                file, 1, HEADER.replace("<f4", "<f2").replace("(2, 3)", "(1, 2)"), halves.array());
        List<Row> narrow = read();

        assertThat(wide.getFirst().embedding()).containsExactly(0.1f, -2);
        assertThat(narrow.getFirst().embedding()).containsExactly(0.5f, -3);
    }

    @Test
    void takesIdsFromTextOrNumbers() throws Exception {
        SourceFiles.npy(file, 1, HEADER, DATA);
        Path text = Files.writeString(folder.resolve("ids.txt"), "a/b c\r\nsecond");
        Path numbers =
                SourceFiles.npy(
                        folder.resolve("ids.npy"),
                        1,
                        "{'descr': '<i8', 'fortran_order': False, 'shape': (2,), }",
                        SourceFiles.longs(7, -9_000_000_000L));

        assertThat(SourceFiles.rows(NpyReader.open(file, Ids.open(text))))
                .extracting(Row::sourceId)
                .containsExactly("a/b c", "second");
        assertThat(SourceFiles.rows(NpyReader.open(file, Ids.open(numbers))))
                .extracting(Row::sourceId)
                .containsExactly("7", "-9000000000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"one", "one\ntwo\nthree\n", ""})
    void refusesAnotherNumberOfIds(String ids) throws Exception {
        SourceFiles.npy(file, 1, HEADER, DATA);
        Path text = Files.writeString(folder.resolve("ids.txt"), ids);

        assertThatThrownBy(() -> NpyReader.open(file, Ids.open(text)))
                .hasMessageContaining("has %d ids for 2 rows".formatted(ids.lines().count()));
    }

    @Test
    void refusesIdsThatAreNoText() throws Exception {
        SourceFiles.npy(file, 1, HEADER, DATA);
        Path latin = Files.write(folder.resolve("ids.txt"), new byte[] {(byte) 0xe4, '\n', 'b'});

        assertThatThrownBy(() -> SourceFiles.rows(NpyReader.open(file, Ids.open(latin))))
                .isInstanceOf(java.nio.charset.CharacterCodingException.class);
    }

    @Test
    void refusesIdsThatAreNoWholeNumbers() throws Exception {
        SourceFiles.npy(file, 1, HEADER, DATA);

        assertThatThrownBy(() -> Ids.open(file))
                .hasMessageContaining("must have one dimension of whole numbers");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'<f4'  | '>f4' | array.astype('<f4')",
                "'<f4'  | '<c8' | array of <c8, must be an array of <f4, <f8 or <f2",
                "'<f4'  | '<i4' | of <i4, must have (rows, dimension) of <f4",
                "'<f4'  | [('x', '<f4')] | array of records",
                "False  | True  | np.ascontiguousarray(array)",
                "(2, 3) | (6,)  | array.reshape(-1, dimension)",
                "(2, 3) | (1, 2, 3) | must have one row per vector",
                "(2, 3) | ()    | must have one row per vector",
                "(2, 3) | (2, 0) | has rows of 0 bytes",
                "(2, 3) | (3, 3) | it is truncated",
                "(2, 3) | (1, 3) | it is too long",
                "(2, 3) | (9999999999999999999, 3) | has the shape",
                "'shape' | 'form' | has no shape in its header",
            },
            quoteCharacter = '"')
    void refusesOtherArrays(String part, String other, String reason) throws Exception {
        SourceFiles.npy(file, 1, HEADER.replace(part, other), DATA);

        assertRefused(reason);
    }

    @Test
    void refusesAFileThatWasCutOff() throws Exception {
        byte[] whole = Files.readAllBytes(SourceFiles.npy(file, 1, HEADER, DATA));

        Files.write(file, Arrays.copyOf(whole, whole.length - 1));
        assertRefused("has 23 bytes: it is truncated");
        Files.write(file, Arrays.copyOf(whole, 40));
        assertRefused("ends in the middle of its header");
        Files.write(file, Arrays.copyOf(whole, 9));
        assertRefused("ends in the middle of its header");
        Files.write(file, Arrays.copyOf(whole, 7));
        assertRefused("is not a .npy file");
    }

    @Test
    void refusesOtherFiles() throws Exception {
        Files.writeString(file, "[[1, 2], [3, 4]]", StandardCharsets.UTF_8);
        assertRefused("is not a .npy file");
        SourceFiles.npy(file, 4, HEADER, DATA);
        assertRefused("has version 4 of .npy, must be 1 to 3");
    }
}
