package dev.tributary.embedding;

import java.nio.FloatBuffer;

/** How one vector is made from those of the tokens. There is no padding, so every token counts. */
enum Pooling {
    /** The mean of all vectors. */
    MEAN,
    /** The vector of the first token, which BERT calls {@code [CLS]}. */
    CLS,
    /** The maximum of each component. */
    MAX,
    /** The vector of the last token, for models derived from decoders. */
    LAST;

    /**
     * Pools the vectors into one.
     *
     * @param states float[tokens][dimension], row by row, at least one
     * @return double[dimension]; for {@link #MEAN} the sum, which has the direction of the mean
     */
    double[] pool(FloatBuffer states, int dimension) {
        double[] pooled = new double[dimension];
        float[] row = new float[dimension];
        if (this == LAST) {
            states.position(states.limit() - dimension);
        }
        boolean isFirst = true;
        while (states.hasRemaining()) {
            states.get(row);
            for (int i = 0; i < dimension; i++) {
                pooled[i] = isFirst ? row[i] : combined(pooled[i], row[i]);
            }
            isFirst = false;
        }
        return pooled;
    }

    private double combined(double before, float next) {
        return switch (this) {
            case MEAN -> before + next;
            case MAX -> Math.max(before, next);
            case CLS, LAST -> before;
        };
    }
}
