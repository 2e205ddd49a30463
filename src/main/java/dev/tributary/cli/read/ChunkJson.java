package dev.tributary.cli.read;

import dev.tributary.cli.exit.CommandException;
import dev.tributary.failure.ServiceException;
import dev.tributary.vector.ChunkKey;
import dev.tributary.vector.Embedding;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The parts of a chunk's JSON that commands need. */
public final class ChunkJson {
    /** Most bytes of a line or a text: far more than a service takes by default. */
    public static final int LINE_BYTES_MAX = 128 << 20;

    static final TypeReference<Map<String, @Nullable Object>> OBJECT = new TypeReference<>() {};

    public static final JsonMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxStringLength(LINE_BYTES_MAX)
                                                    .build())
                                    // Python writes these; the service reports which row has them.
                                    .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                                    .build())
                    // Metadata keeps numbers as they were written.
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .build();

    private static final JsonMapper ASCII =
            JsonMapper.builder(
                            JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build())
                    .build();

    private static final int CAPACITY = 384;

    private ChunkJson() {}

    /** Writes a row as a chunk, with {@code source_id}, and the embedding in base64. */
    public static byte[] line(Row row) {
        try {
            return line(row, MAPPER);
        } catch (JacksonException _) {
            // Half of a surrogate pair is not UTF-8; escaped, the service reports which row has it.
            return line(row, ASCII);
        }
    }

    private static byte[] line(Row row, JsonMapper mapper) {
        var bytes = new ByteArrayOutputStream(CAPACITY * 8);
        try (var json = mapper.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringProperty("source_id", row.sourceId());
            if (row.content() != null) {
                json.writeStringProperty("content", row.content());
            }
            if (!row.metadata().isEmpty()) {
                json.writePOJOProperty("metadata", row.metadata());
            }
            float[] embedding = row.embedding();
            if (embedding != null) {
                json.writeStringProperty(
                        "embedding",
                        Base64.getEncoder().encodeToString(Embedding.toBytes(embedding)));
            }
            json.writeEndObject();
        }
        return bytes.toByteArray();
    }

    /** Decodes components of little-endian float32; null if the length is not a multiple of 4. */
    public static float @Nullable [] components(byte[] bytes) {
        return bytes.length % Float.BYTES == 0 ? Embedding.fromBytes(bytes) : null;
    }

    /**
     * Reads the array of numbers, or the base64, at the parser's current token.
     *
     * @throws CommandException if it is neither
     */
    public static float[] embedding(JsonParser parser) {
        if (parser.currentToken() == JsonToken.START_ARRAY) {
            return array(parser);
        }
        float[] components = null;
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
            try {
                components = components(Base64.getDecoder().decode(parser.getString()));
            } catch (IllegalArgumentException _) {
                components = null;
            }
        }
        if (components == null) {
            throw CommandException.wrong(
                    "embedding must be an array of numbers or base64 of little-endian float32");
        }
        return components;
    }

    private static float[] array(JsonParser parser) {
        var components = new float[CAPACITY];
        int size = 0;
        JsonToken token;
        while ((token = parser.nextToken()) != JsonToken.END_ARRAY) {
            if (!token.isNumeric()) {
                throw CommandException.wrong("embedding has no number at position " + size);
            }
            if (size == components.length) {
                components = Arrays.copyOf(components, size * 2);
            }
            components[size++] = parser.getFloatValue();
        }
        return Arrays.copyOf(components, size);
    }

    /**
     * Reads the compared parts of the chunk in a line.
     *
     * @throws CommandException if it is not a chunk
     */
    public static ChunkParts parts(byte[] line) {
        try (var parser = MAPPER.createParser(line)) {
            parser.nextToken();
            return parts(parser);
        } catch (JacksonException e) {
            throw CommandException.wrong("is not one JSON object: " + e.getOriginalMessage());
        } catch (ServiceException e) {
            throw CommandException.wrong(String.valueOf(e.getMessage()));
        }
    }

    /** Reads the chunk at the parser's current token, to its end. */
    public static ChunkParts parts(JsonParser parser) {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw CommandException.wrong("must be an object");
        }
        String id = null;
        String sourceType = ChunkKey.SOURCE_TYPE_DEFAULT;
        String sourceId = "";
        int chunkIndex = 0;
        String content = null;
        float[] embedding = null;
        String field;
        while ((field = parser.nextName()) != null) {
            if (parser.nextToken() == JsonToken.VALUE_NULL) {
                continue;
            }
            switch (field) {
                case "id" -> id = parser.getString();
                case "source_type" -> sourceType = parser.getString();
                case "source_id" -> sourceId = parser.getString();
                case "chunk_index" -> chunkIndex = parser.getIntValue();
                case "content" -> content = parser.getString();
                case "embedding" -> embedding = embedding(parser);
                default -> parser.skipChildren();
            }
        }
        UUID key = id == null ? new ChunkKey(sourceType, sourceId, chunkIndex).toId() : uuid(id);
        return new ChunkParts(key, embedding, content);
    }

    private static UUID uuid(String id) {
        try {
            return UUID.fromString(id);
        } catch (IllegalArgumentException _) {
            throw CommandException.wrong("id is " + id + ", must be a UUID");
        }
    }
}
