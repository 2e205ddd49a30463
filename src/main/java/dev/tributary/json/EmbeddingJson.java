package dev.tributary.json;

import dev.tributary.failure.ServiceException;
import dev.tributary.vector.Embedding;
import java.util.Arrays;
import java.util.Base64;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

/**
 * An embedding in JSON: an array of numbers, or base64 of its components as little-endian float32,
 * which has a third of the bytes and needs no parsing of numbers. Written as an array.
 */
public final class EmbeddingJson {
    private static final int CAPACITY = 384;

    private EmbeddingJson() {}

    /**
     * Reads the embedding at the parser's current token, straight into an array of floats. The
     * parser is then at its last token.
     *
     * @throws ServiceException {@code INVALID} if it is in neither form; {@code IMPOSSIBLE} if a
     *     component is not finite, or there are none or too many
     */
    public static Embedding read(JsonParser parser) {
        return switch (parser.currentToken()) {
            case START_ARRAY -> Embedding.copyOf(array(parser));
            case VALUE_STRING -> Embedding.copyOf(base64(parser.getString()));
            case null, default ->
                    throw invalid("must be an array of numbers or base64 of little-endian float32");
        };
    }

    private static float[] array(JsonParser parser) {
        var components = new float[CAPACITY];
        int size = 0;
        JsonToken token;
        while ((token = parser.nextToken()) != JsonToken.END_ARRAY) {
            if (!token.isNumeric()) {
                throw invalid("has no number at position " + size);
            }
            if (size == Embedding.DIMENSION_MAX) {
                throw ServiceException.impossible(
                        "dimension_out_of_range",
                        "embedding",
                        "has more than %,d components".formatted(Embedding.DIMENSION_MAX));
            }
            if (size == components.length) {
                components = Arrays.copyOf(components, size * 2);
            }
            components[size++] = parser.getFloatValue();
        }
        return Arrays.copyOf(components, size);
    }

    private static float[] base64(String text) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw invalid("is a string that is not base64");
        }
        if (bytes.length % Float.BYTES != 0) {
            throw invalid(
                    "is base64 of %,d bytes, must be 4 bytes a component".formatted(bytes.length));
        }
        return Embedding.fromBytes(bytes);
    }

    private static ServiceException invalid(String message) {
        return ServiceException.invalid("embedding", message);
    }

    /** A module with which a mapper reads and writes embeddings. */
    static SimpleModule module() {
        return new SimpleModule("embedding")
                .addDeserializer(Embedding.class, new Reader())
                .addSerializer(Embedding.class, new Writer());
    }

    private static final class Reader extends StdDeserializer<Embedding> {
        Reader() {
            super(Embedding.class);
        }

        @Override
        public Embedding deserialize(JsonParser parser, DeserializationContext context) {
            return read(parser);
        }
    }

    private static final class Writer extends StdSerializer<Embedding> {
        Writer() {
            super(Embedding.class);
        }

        @Override
        public void serialize(
                Embedding embedding, JsonGenerator generator, SerializationContext context) {
            float[] components = embedding.toArray();
            generator.writeStartArray(components, components.length);
            for (float component : components) {
                generator.writeNumber(component);
            }
            generator.writeEndArray();
        }
    }
}
