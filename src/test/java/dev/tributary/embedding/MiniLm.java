package dev.tributary.embedding;

import dev.tributary.embedding.BuiltInModel.Precision;
import dev.tributary.inference.FairWorkers;

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

    private static EmbeddingModel load(Precision precision) {
        return BuiltInModel.load(precision, new FairWorkers("embedding model", 2, 10_000));
    }

    private static final class Int8 {
        static final EmbeddingModel MODEL = load(Precision.INT8);
    }

    private static final class Float32 {
        static final EmbeddingModel MODEL = load(Precision.FLOAT32);
    }
}
