package dev.tributary.vector;

/** Distances by their textbook formulas, in float64. */
public final class Distances {
    private Distances() {}

    public static double between(Metric metric, Embedding a, Embedding b) {
        float[] x = a.toArray();
        float[] y = b.toArray();
        return switch (metric) {
            case COSINE -> 1 - dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y));
            case L2 -> Math.sqrt(squares(x, y));
            case INNER_PRODUCT -> -dot(x, y);
        };
    }

    static double squares(float[] x, float[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            double difference = (double) x[i] - y[i];
            sum += difference * difference;
        }
        return sum;
    }

    private static double dot(float[] x, float[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += (double) x[i] * y[i];
        }
        return sum;
    }
}
