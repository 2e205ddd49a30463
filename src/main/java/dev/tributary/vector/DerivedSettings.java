package dev.tributary.vector;

/**
 * How a {@link DerivedStore} keeps a generation.
 *
 * @param quantization how its embeddings are kept in memory
 */
public record DerivedSettings(Quantization quantization) {
    /** Whole embeddings in memory. */
    public static final DerivedSettings DEFAULT = new DerivedSettings(Quantization.NONE);

    /** Smaller embeddings find candidates, and whole ones on disk score the best of these again. */
    public enum Quantization {
        /** Whole embeddings. */
        NONE,
        /** A byte for each component. */
        INT8,
        /** A bit for each component; for 1,024 dimensions or more. */
        BINARY
    }
}
