package dev.tributary.embedding;

/** Lengths of vectors, in double precision. */
final class Directions {
    private Directions() {}

    static double length(double[] vector) {
        double squares = 0;
        for (double component : vector) {
            squares += component * component;
        }
        return Math.sqrt(squares);
    }

    static float[] divided(double[] vector, double by) {
        float[] divided = new float[vector.length];
        for (int i = 0; i < divided.length; i++) {
            divided[i] = (float) (vector[i] / by);
        }
        return divided;
    }
}
