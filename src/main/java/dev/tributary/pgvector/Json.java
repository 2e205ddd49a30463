package dev.tributary.pgvector;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** JSON as PostgreSQL stores it: numbers keep every digit. */
final class Json {
    private static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    // Written as a number, so that PostgreSQL refuses NaN; as text it would be
                    // stored.
                    .disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
                    .build();

    private static final TypeReference<Map<String, @Nullable Object>> OBJECT =
            new TypeReference<>() {};

    private Json() {}

    static String write(Object value) {
        return MAPPER.writeValueAsString(value);
    }

    static String quote(String text) {
        return write(text);
    }

    static Map<String, @Nullable Object> readObject(String json) {
        return MAPPER.readValue(json, OBJECT);
    }

    static JsonNode readTree(String json) {
        return MAPPER.readTree(json);
    }

    static Object read(String json) {
        return MAPPER.readValue(json, Object.class);
    }
}
