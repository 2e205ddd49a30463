package dev.tributary.embedding;

import dev.tributary.embedding.OnnxEmbeddingModel.Precision;

/** The real models, loaded once for all tests. */
public final class MiniLm {
    private MiniLm() {}

    /** The default model: int8, without a cache. */
    public static EmbeddingModel shared() {
        return Int8.MODEL;
    }

    static EmbeddingModel float32() {
        return Float32.MODEL;
    }

    private static final class Int8 {
        static final EmbeddingModel MODEL = new OnnxEmbeddingModel(Precision.INT8, 2, 10_000);
    }

    private static final class Float32 {
        static final EmbeddingModel MODEL = new OnnxEmbeddingModel(Precision.FLOAT32, 2, 10_000);
    }
}
