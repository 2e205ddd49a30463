package dev.tributary.inference;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.TensorInfo;
import java.nio.LongBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** ONNX graphs that read the tokens of one text or pair per inference, each on one thread. */
public final class OnnxSessions {
    public static final String IDS = "input_ids";
    public static final String MASK = "attention_mask";
    public static final String TYPES = "token_type_ids";

    private OnnxSessions() {}

    /** Opens a session: from a file or from bytes. */
    public interface Source {
        OrtSession open(OrtEnvironment environment, SessionOptions options) throws OrtException;
    }

    /** Reads the result of an inference before its memory is freed. */
    public interface Reader<T> {
        T read(OrtSession.Result result) throws OrtException;
    }

    /** Loads a graph, without threads of its own: {@link FairWorkers} has them. */
    public static OrtSession open(Source source) throws OrtException {
        try (var options = new SessionOptions()) {
            options.setExecutionMode(SessionOptions.ExecutionMode.SEQUENTIAL);
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            return source.open(OrtEnvironment.getEnvironment(), options);
        }
    }

    /**
     * Refuses a graph that has other inputs.
     *
     * @param known names of the known inputs, at least two
     * @throws IllegalArgumentException naming an input that is not one of them, or not int64
     */
    public static void checkInputs(OrtSession session, List<String> known) throws OrtException {
        for (NodeInfo input : session.getInputInfo().values()) {
            boolean isLong =
                    input.getInfo() instanceof TensorInfo tensor
                            && tensor.type == OnnxJavaType.INT64;
            if (!known.contains(input.getName()) || !isLong) {
                String first = String.join(", ", known.subList(0, known.size() - 1));
                throw new IllegalArgumentException(
                        "input %s is not one of %s and %s as int64"
                                .formatted(input.getName(), first, known.getLast()));
            }
        }
    }

    /**
     * Runs the graph once.
     *
     * @param outputs outputs to compute
     * @param values long[tokens] for the name of an input
     */
    public static <T> T run(
            OrtSession session,
            Set<String> outputs,
            Function<String, long[]> values,
            Reader<T> reader)
            throws OrtException {
        Map<String, OnnxTensor> inputs = new HashMap<>();
        try {
            for (String input : session.getInputNames()) {
                long[] ofInput = values.apply(input);
                long[] shape = {1, ofInput.length};
                inputs.put(
                        input,
                        OnnxTensor.createTensor(
                                OrtEnvironment.getEnvironment(), LongBuffer.wrap(ofInput), shape));
            }
            try (OrtSession.Result result = session.run(inputs, outputs)) {
                return reader.read(result);
            }
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }
}
