import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VectorsTest {
    @TempDir private Path folder;

    @Test
    void readsLittleEndianFiles() throws IOException {
        write("base.fvecs", new float[] {1, -2.5f}, new float[] {3, 4}, new float[] {5, 6});
        write("query.fvecs", new float[] {7, 8});

        Vectors vectors = Vectors.read(folder);

        assertThat(vectors.dimension()).isEqualTo(2);
        assertThat(vectors.rows()).isEqualTo(3);
        assertThat(vectors.queries()).isEqualTo(1);
        assertThat(vectors.row(0)).containsExactly(1, -2.5f);
        assertThat(vectors.row(2)).containsExactly(5, 6);
        assertThat(vectors.query(0)).containsExactly(7, 8);
    }

    @Test
    void aFileThatIsCutOffIsRefused() throws IOException {
        write("query.fvecs", new float[] {7, 8});
        write("base.fvecs", new float[] {1, 2});
        byte[] whole = Files.readAllBytes(folder.resolve("base.fvecs"));
        Files.write(folder.resolve("base.fvecs"), Arrays.copyOf(whole, 8));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Vectors.read(folder))
                .withMessageContaining("base.fvecs: 8 bytes are no whole vectors of 2 dimensions");
    }

    @Test
    void anEmptyFileIsRefused() throws IOException {
        Files.createFile(folder.resolve("base.fvecs"));

        assertThatIllegalArgumentException().isThrownBy(() -> Vectors.read(folder));
    }

    @Test
    void vectorsOfOneFileHaveOneDimension() throws IOException {
        write(
                "base.fvecs",
                new float[] {1, 2, 3, 4},
                new float[] {5, 6, 7},
                new float[] {1, 2, 3, 4, 5});
        write("query.fvecs", new float[] {1, 2, 3, 4});
        Vectors vectors = Vectors.read(folder);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> vectors.row(1))
                .withMessageContaining("vector 1 has 3 dimensions, the first one 4");
    }

    @Test
    void queriesHaveTheDimensionOfTheRows() throws IOException {
        write("base.fvecs", new float[] {1, 2});
        write("query.fvecs", new float[] {1, 2, 3});

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Vectors.read(folder))
                .withMessageContaining("base.fvecs has 2 dimensions, query.fvecs 3");
    }

    @Test
    void randomOnesAreTheSameForTheSameSeed() {
        Vectors first = Vectors.clustered(3, 8, 10, 5);
        Vectors again = Vectors.clustered(3, 8, 10, 5);
        Vectors other = Vectors.clustered(4, 8, 10, 5);

        assertThat(first.row(7)).containsExactly(again.row(7)).hasSize(8);
        assertThat(first.query(2)).containsExactly(again.query(2));
        assertThat(first.row(7)).isNotEqualTo(other.row(7));
    }

    private void write(String file, float[]... vectors) throws IOException {
        int floats = 0;
        for (float[] vector : vectors) {
            floats += 1 + vector.length;
        }
        var bytes = ByteBuffer.allocate(4 * floats).order(ByteOrder.LITTLE_ENDIAN);
        for (float[] vector : vectors) {
            bytes.putInt(vector.length);
            for (float component : vector) {
                bytes.putFloat(component);
            }
        }
        Files.write(folder.resolve(file), bytes.array());
    }
}
