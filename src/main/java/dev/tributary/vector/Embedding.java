package dev.tributary.vector;

import dev.tributary.failure.ServiceException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** A dense vector of finite float32 components. Immutable. */
public final class Embedding {
    /** Largest dimension accepted. */
    public static final int DIMENSION_MAX = 16_000;

    /**
     * Largest Euclidean norm accepted. Stores sum squares in float32: beyond this norm, the square
     * of a distance could overflow to infinity, and so could the result.
     */
    public static final double NORM_MAX = 9e18;

    /** Below this norm, squares in float32 underflow, and the direction is lost. */
    private static final double DIRECTED_NORM_MIN = 1e-15;

    private final float[] components;

    private Embedding(float[] components) {
        this.components = components;
    }

    /**
     * Copies the components, so that the caller may reuse its array.
     *
     * @throws ServiceException {@code IMPOSSIBLE} if there are no components or more than {@link
     *     #DIMENSION_MAX}, if one is not finite, or if the norm is over {@link #NORM_MAX}
     */
    public static Embedding copyOf(float... components) {
        if (components.length == 0 || components.length > DIMENSION_MAX) {
            throw ServiceException.impossible(
                    "dimension_out_of_range",
                    "embedding",
                    "has %,d components, must have 1 to %,d"
                            .formatted(components.length, DIMENSION_MAX));
        }
        for (int i = 0; i < components.length; i++) {
            if (!Float.isFinite(components[i])) {
                throw ServiceException.impossible(
                        "not_finite",
                        "embedding",
                        "has " + components[i] + " at position " + i + ", must be finite float32");
            }
        }
        var embedding = new Embedding(components.clone());
        double norm = embedding.norm();
        if (norm > NORM_MAX) {
            throw ServiceException.impossible(
                    "norm_out_of_range",
                    "embedding",
                    "has a norm of %.3g, must have at most %.0g: distances would be infinite"
                            .formatted(norm, NORM_MAX));
        }
        return embedding;
    }

    /** The Euclidean norm. */
    public double norm() {
        double squares = 0;
        for (float component : components) {
            squares += (double) component * component;
        }
        return Math.sqrt(squares);
    }

    /** Encodes components as little-endian float32, 4 bytes each, for transport and storage. */
    public static byte[] toBytes(float... components) {
        var bytes =
                ByteBuffer.allocate(components.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(components);
        return bytes.array();
    }

    /**
     * Decodes the components that {@link #toBytes} wrote.
     *
     * @param bytes 4 bytes for each component
     */
    public static float[] fromBytes(byte[] bytes) {
        var components = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(components);
        return components;
    }

    public float[] toArray() {
        return components.clone();
    }

    public int dimension() {
        return components.length;
    }

    /** False if the vector is zero, or so near zero that a store cannot compute a cosine. */
    public boolean hasDirection() {
        return norm() >= DIRECTED_NORM_MIN;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Embedding that && Arrays.equals(components, that.components);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(components);
    }

    @Override
    public String toString() {
        return "Embedding[dimension=" + components.length + "]";
    }
}
