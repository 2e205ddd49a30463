import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Vectors to store and vectors to search with, by their numbers from 0. Safe for many threads. */
interface Vectors {
    int dimension();

    /** How many can be stored. */
    int rows();

    /** How many there are to search with. */
    int queries();

    /** One to store: {@code float[dimension]}. */
    float[] row(int number);

    /** One to search with, which is not stored: {@code float[dimension]}. */
    float[] query(int number);

    /** Random ones in clusters, the same for the same seed. */
    static Vectors clustered(long seed, int dimension, int rows, int queries) {
        return new Clustered(new Corpus(seed, dimension), dimension, rows, queries);
    }

    /**
     * Those of a folder with base.fvecs and query.fvecs.
     *
     * @throws IllegalArgumentException if they are missing or malformed
     */
    static Vectors read(Path folder) throws IOException {
        var base = VectorFile.open(folder.resolve("base.fvecs"));
        var queries = VectorFile.open(folder.resolve("query.fvecs"));
        if (base.dimension() != queries.dimension()) {
            throw new IllegalArgumentException(
                    "%s: base.fvecs has %d dimensions, query.fvecs %d"
                            .formatted(folder, base.dimension(), queries.dimension()));
        }
        return new FromFiles(base, queries);
    }

    /** Made up as they are asked for. */
    record Clustered(Corpus corpus, int dimension, int rows, int queries) implements Vectors {
        @Override
        public float[] row(int number) {
            return corpus.vector(number);
        }

        @Override
        public float[] query(int number) {
            return corpus.queryVector(number);
        }
    }

    /** Read as they are asked for. */
    record FromFiles(VectorFile base, VectorFile query) implements Vectors {
        @Override
        public int dimension() {
            return base.dimension();
        }

        @Override
        public int rows() {
            return base.rows();
        }

        @Override
        public int queries() {
            return query.rows();
        }

        @Override
        public float[] row(int number) {
            return base.row(number);
        }

        @Override
        public float[] query(int number) {
            return query.row(number);
        }
    }

    /**
     * A file of vectors, each with its dimension before it, in little-endian int32 and float32.
     *
     * @param content of the file, mapped
     */
    record VectorFile(Path path, MemorySegment content, int dimension, int rows) {
        private static final ValueLayout.OfInt INT =
                ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
        private static final ValueLayout.OfFloat FLOAT =
                ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

        static VectorFile open(Path path) throws IOException {
            if (!Files.isRegularFile(path)) {
                throw new IllegalArgumentException("there is no file " + path);
            }
            try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
                var content =
                        channel.map(
                                FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.global());
                int dimension = content.byteSize() < Integer.BYTES ? 0 : content.get(INT, 0);
                long rowBytes = Integer.BYTES + (long) dimension * Float.BYTES;
                if (dimension < 1 || content.byteSize() % rowBytes != 0) {
                    throw new IllegalArgumentException(
                            "%s: %,d bytes are no whole vectors of %,d dimensions"
                                    .formatted(path, content.byteSize(), dimension));
                }
                return new VectorFile(
                        path, content, dimension, Math.toIntExact(content.byteSize() / rowBytes));
            }
        }

        float[] row(int number) {
            long start = number * (Integer.BYTES + (long) dimension * Float.BYTES);
            int length = content.get(INT, start);
            if (length != dimension) {
                throw new IllegalArgumentException(
                        "%s: vector %,d has %,d dimensions, the first one %,d"
                                .formatted(path, number, length, dimension));
            }
            return content.asSlice(start + Integer.BYTES, (long) dimension * Float.BYTES)
                    .toArray(FLOAT);
        }
    }
}
