package dev.tributary.embedding;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.tributary.inference.OnnxSessions;
import dev.tributary.inference.OnnxSessions.Source;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** An ONNX graph that computes a vector from the tokens of a text. Thread-safe. */
final class OnnxEncoder implements AutoCloseable {
    private static final String POSITIONS = "position_ids";
    private static final List<String> INPUTS =
            List.of(OnnxSessions.IDS, OnnxSessions.MASK, OnnxSessions.TYPES, POSITIONS);

    /** Outputs that are preferred if a graph has several. */
    private static final String TEXT_OUTPUT = "sentence_embedding";

    private static final List<String> TOKEN_OUTPUTS =
            List.of("last_hidden_state", "token_embeddings");

    /** Dimensions of the outputs: batch and vector, with the tokens between them. */
    private static final int OF_TEXT = 2;

    private static final int OF_TOKENS = 3;

    private final OrtSession session;
    private final Output output;
    private final boolean normalized;

    /**
     * The output that is used.
     *
     * @param pooling null if the output is a vector for the whole text
     */
    private record Output(String name, @Nullable Pooling pooling) {}

    /**
     * Loads a graph.
     *
     * @param pooling pooling for an output with a vector for each token
     * @param isPoolingSet true if such an output must be taken
     * @param normalized true to scale vectors to length 1
     * @throws IllegalArgumentException if the graph has other inputs or outputs; says which
     */
    OnnxEncoder(Source source, Pooling pooling, boolean isPoolingSet, boolean normalized)
            throws OrtException {
        this.normalized = normalized;
        session = OnnxSessions.open(source);
        OnnxSessions.checkInputs(session, INPUTS);
        output = output(pooling, isPoolingSet);
    }

    private Output output(Pooling pooling, boolean isPoolingSet) throws OrtException {
        Map<String, NodeInfo> outputs = session.getOutputInfo();
        if (!isPoolingSet && isOf(outputs.get(TEXT_OUTPUT), OF_TEXT)) {
            return new Output(TEXT_OUTPUT, null);
        }
        for (String name : TOKEN_OUTPUTS) {
            if (isOf(outputs.get(name), OF_TOKENS)) {
                return new Output(name, pooling);
            }
        }
        for (NodeInfo other : outputs.values()) {
            if (isOf(other, OF_TOKENS)) {
                return new Output(other.getName(), pooling);
            }
        }
        for (NodeInfo other : outputs.values()) {
            if (!isPoolingSet && isOf(other, OF_TEXT)) {
                return new Output(other.getName(), null);
            }
        }
        throw new IllegalArgumentException(
                "no output is float[batch][tokens][dimension]%s: %s"
                        .formatted(
                                isPoolingSet ? "" : " or float[batch][dimension]",
                                outputs.values()));
    }

    private static boolean isOf(@Nullable NodeInfo output, int rank) {
        return output != null
                && output.getInfo() instanceof TensorInfo tensor
                && (tensor.type == OnnxJavaType.FLOAT || tensor.type == OnnxJavaType.FLOAT16)
                && tensor.getShape().length == rank;
    }

    /** True if the graph returns a vector for each token, so that pooling is done here. */
    boolean isPooledHere() {
        return output.pooling() != null;
    }

    /** True if vectors have length 1. */
    boolean isNormalized() {
        return normalized;
    }

    /**
     * Returns the vector of a text.
     *
     * @param ids ids of its tokens, including special tokens
     */
    float[] vector(long[] ids) throws OrtException {
        return OnnxSessions.run(
                session,
                Set.of(output.name()),
                input -> values(input, ids),
                result -> {
                    var tensor = (OnnxTensor) result.get(0);
                    long[] shape = tensor.getInfo().getShape();
                    return vector(tensor.getFloatBuffer(), (int) shape[shape.length - 1]);
                });
    }

    private float[] vector(FloatBuffer states, int dimension) {
        int tokens = states.remaining() / dimension;
        Pooling pooling = output.pooling();
        double[] pooled = (pooling == null ? Pooling.CLS : pooling).pool(states, dimension);
        double length = 1;
        if (normalized) {
            length = Directions.length(pooled);
        } else if (pooling == Pooling.MEAN) {
            length = tokens;
        }
        return Directions.divided(pooled, length);
    }

    private static long[] values(String input, long[] ids) {
        return switch (input) {
            case OnnxSessions.IDS -> ids;
            case OnnxSessions.MASK -> LongStream.range(0, ids.length).map(_ -> 1).toArray();
            case OnnxSessions.TYPES -> new long[ids.length];
            default -> LongStream.range(0, ids.length).toArray();
        };
    }

    @Override
    public void close() throws OrtException {
        session.close();
    }
}
