package dev.tributary.testing;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Writes an ONNX model, node by node, with the field numbers of onnx.proto. */
public final class OnnxGraph {
    public static final long FLOAT = 1;
    static final long INT64 = 7;

    private static final int IR_VERSION = 8;
    private static final int OPSET = 13;

    private final ByteString.Output graph = ByteString.newOutput();

    /** Something that writes fields of a message. */
    private interface Fields {
        void writeTo(CodedOutputStream out) throws IOException;
    }

    private static ByteString message(Fields fields) {
        try {
            var bytes = ByteString.newOutput();
            var out = CodedOutputStream.newInstance(bytes);
            fields.writeTo(out);
            out.flush();
            return bytes.toByteString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private OnnxGraph add(int field, ByteString part) {
        try {
            message(out -> out.writeBytes(field, part)).writeTo(graph);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An input of int64[batch][sequence]. */
    public OnnxGraph input(String name) {
        return add(11, value(name, INT64, "batch", "sequence"));
    }

    /** The output, of float[batch][classes]. */
    public OnnxGraph output(String name) {
        return output(name, "batch", "classes");
    }

    /** The output, of float of these dimensions. */
    public OnnxGraph output(String name, String... dimensions) {
        return add(12, value(name, FLOAT, dimensions));
    }

    private static ByteString value(String name, long type, String... dimensions) {
        ByteString shape =
                message(out -> {
                    for (String dimension : dimensions) {
                        out.writeBytes(1, message(dim -> dim.writeString(2, dimension)));
                    }
                });
        ByteString tensor =
                message(out -> {
                    out.writeInt64(1, type);
                    out.writeBytes(2, shape);
                });
        return message(out -> {
            out.writeString(1, name);
            out.writeBytes(2, message(of -> of.writeBytes(1, tensor)));
        });
    }

    /** A constant int64[values]. */
    public OnnxGraph longs(String name, long... values) {
        return add(
                5,
                message(out -> {
                    out.writeInt64(1, values.length);
                    out.writeInt64(2, INT64);
                    for (long value : values) {
                        out.writeInt64(7, value);
                    }
                    out.writeString(8, name);
                }));
    }

    /** A constant float[values]. */
    public OnnxGraph floats(String name, float... values) {
        return add(
                5,
                message(out -> {
                    out.writeInt64(1, values.length);
                    out.writeInt64(2, FLOAT);
                    for (float value : values) {
                        out.writeFloat(4, value);
                    }
                    out.writeString(8, name);
                }));
    }

    public OnnxGraph node(String operator, List<String> inputs, String output) {
        return node(operator, inputs, output, Map.of());
    }

    /**
     * A node.
     *
     * @param attributes by name: a Long, or a long[]
     */
    public OnnxGraph node(
            String operator, List<String> inputs, String output, Map<String, Object> attributes) {
        return add(
                1,
                message(out -> {
                    for (String input : inputs) {
                        out.writeString(1, input);
                    }
                    out.writeString(2, output);
                    out.writeString(4, operator);
                    for (var attribute : attributes.entrySet()) {
                        out.writeBytes(5, attribute(attribute.getKey(), attribute.getValue()));
                    }
                }));
    }

    private static ByteString attribute(String name, Object value) {
        return message(out -> {
            out.writeString(1, name);
            if (value instanceof long[] numbers) {
                for (long number : numbers) {
                    out.writeInt64(8, number);
                }
                out.writeInt64(20, 7);
            } else {
                out.writeInt64(3, (Long) value);
                out.writeInt64(20, 2);
            }
        });
    }

    public void write(Path file) throws IOException {
        ByteString named = graph.toByteString().concat(message(out -> out.writeString(2, "test")));
        ByteString model =
                message(out -> {
                    out.writeInt64(1, IR_VERSION);
                    out.writeBytes(7, named);
                    out.writeBytes(8, message(opset -> opset.writeInt64(2, OPSET)));
                });
        Files.write(file, model.toByteArray());
    }
}
