package dev.tributary.embedding;

import java.nio.FloatBuffer;

/** How one vector is made of those of the tokens. There is no padding, so every token counts. */
enum Pooling {
    /** The mean of all. */
    MEAN,
    /** That of the first token, which BERT calls {@code [CLS]}. */
    CLS,
    /** The greatest of each component. */
    MAX,
    /** That of the last token, as models made from decoders have it. */
    LAST;

    /**
     * Makes one vector.
     *
     * @param states float[tokens][dimension], row by row, at least one
     * @return double[dimension]; of {@link #MEAN} the sum, which has the direction of the mean
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
