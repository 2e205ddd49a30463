import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import java.util.StringJoiner;
import java.util.function.LongFunction;

/**
 * Chunks and queries that behave like real ones, the same for the same seed: each is made from its
 * own number, in any order. Safe for use by many threads.
 *
 * <p>Vectors lie in clusters, as embeddings do: around {@value #CENTRES} Gaussian centres, with a
 * standard deviation of {@value #NOISE} of that of the centres. Uniform ones would have no near
 * neighbours to find. Words are Zipf-distributed over a vocabulary of {@value #WORDS}, without the
 * {@value #STOP_WORDS} commonest, which text search leaves out of real text too.
 */
final class Corpus {
    static final int WORDS_PER_CHUNK = 50;

    private static final int CENTRES = 500;
    private static final double NOISE = 0.7;
    private static final int WORDS = 50_000;
    private static final int STOP_WORDS = 100;

    /** Numbers from here on are those of queries: never stored. */
    private static final long QUERIES = 1L << 40;

    private final long seed;
    private final float[][] centres;
    private final String[] words = new String[WORDS];
    private final double[] cumulative = new double[WORDS];

    Corpus(long seed, int dimension) {
        this.seed = seed;
        var random = new Random(seed);
        centres = new float[CENTRES][dimension];
        for (float[] centre : centres) {
            for (int i = 0; i < dimension; i++) {
                centre[i] = (float) random.nextGaussian();
            }
        }
        double sum = 0;
        for (int rank = 0; rank < WORDS; rank++) {
            words[rank] = word(rank);
            sum += 1.0 / (STOP_WORDS + 1 + rank);
            cumulative[rank] = sum;
        }
    }

    /** A word of two to four syllables for each number, none twice. */
    private static String word(int number) {
        var word = new StringBuilder();
        int rest = number + 100;
        while (rest > 0) {
            word.append("bdfgklmnprstvz".charAt(rest % 14)).append("aeiou".charAt(rest / 14 % 5));
            rest /= 70;
        }
        return word.toString();
    }

    private Random random(long number) {
        return new Random((seed * 1_000_003 + number) * 0x9E3779B97F4A7C15L);
    }

    float[] vector(long number) {
        return vector(random(number));
    }

    private float[] vector(Random random) {
        float[] centre = centres[random.nextInt(CENTRES)];
        var vector = new float[centre.length];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) (centre[i] + NOISE * random.nextGaussian());
        }
        return vector;
    }

    private String text(Random random, int length) {
        var text = new StringJoiner(" ");
        for (int i = 0; i < length; i++) {
            int found =
                    Arrays.binarySearch(cumulative, random.nextDouble() * cumulative[WORDS - 1]);
            text.add(words[found < 0 ? -found - 1 : found]);
        }
        return text.toString();
    }

    /** A vector of the same clusters that no chunk has. */
    float[] queryVector(long number) {
        return vector(random(QUERIES + number));
    }

    /** Words drawn as those of the chunks are. */
    String queryText(long number, int length) {
        return text(random(2 * QUERIES + number), length);
    }

    /**
     * The body of a put of chunks. Their metadata has a key for each share that a filter keeps:
     * lang (two values), author (100) and project (1,000).
     */
    byte[] putBody(long from, long to) {
        return putBody(from, to, this::chunk);
    }

    /** The body of a put of any chunks, by their numbers. */
    static byte[] putBody(long from, long to, LongFunction<String> chunk) {
        var body = new ByteArrayOutputStream();
        String separator = "{\"chunks\":[";
        for (long number = from; number < to; number++) {
            body.writeBytes((separator + chunk.apply(number)).getBytes(StandardCharsets.UTF_8));
            separator = ",";
        }
        body.writeBytes("]}".getBytes(StandardCharsets.UTF_8));
        return body.toByteArray();
    }

    /** The same chunks as lines of an import. */
    byte[] lines(long from, long to) {
        var lines = new ByteArrayOutputStream();
        for (long number = from; number < to; number++) {
            lines.writeBytes((chunk(number) + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return lines.toByteArray();
    }

    private String chunk(long number) {
        var random = random(number);
        String embedding = base64(vector(random));
        return """
        {"source_id":"doc-%d","content":"%s","embedding":"%s",\
        "metadata":{"lang":"%s","author":"author-%d","project":"project-%d"}}\
        """
                .formatted(
                        number,
                        text(random, WORDS_PER_CHUNK),
                        embedding,
                        random.nextBoolean() ? "en" : "de",
                        random.nextInt(100),
                        random.nextInt(1_000));
    }

    /** Little-endian float32, as the service reads it. */
    static String base64(float[] vector) {
        var bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        return Base64.getEncoder().encodeToString(bytes.array());
    }
}
