package dev.tributary.vector;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** JSON as the port sees it: strings, numbers, booleans, lists, maps and nulls. */
public final class Json {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private Json() {}

    /** Reads an object in which apostrophes stand for quotation marks. */
    @SuppressWarnings("unchecked")
    public static Map<String, @Nullable Object> read(String json) {
        return (Map<String, @Nullable Object>)
                MAPPER.readValue(json.replace('\'', '"'), LinkedHashMap.class);
    }

    static Map<String, @Nullable Object> object(String key, @Nullable Object value) {
        return Collections.singletonMap(key, value);
    }

    /** A copy that nobody can change, however deep. */
    static Map<String, @Nullable Object> copy(Map<?, ? extends @Nullable Object> object) {
        var copy = new LinkedHashMap<String, @Nullable Object>();
        object.forEach((key, value) -> copy.put(String.valueOf(key), copyValue(value)));
        return Collections.unmodifiableMap(copy);
    }

    static @Nullable Object copyValue(@Nullable Object value) {
        if (value instanceof Map<?, ? extends @Nullable Object> map) {
            return copy(map);
        }
        if (value instanceof List<? extends @Nullable Object> list) {
            var copy = new ArrayList<@Nullable Object>();
            list.forEach(element -> copy.add(copyValue(element)));
            return Collections.unmodifiableList(copy);
        }
        return value;
    }

    /**
     * The same value with every number as a {@link BigDecimal} without trailing zeros, so that
     * equal JSON is equal in Java.
     */
    static @Nullable Object canonical(@Nullable Object value) {
        if (value instanceof Map<?, ? extends @Nullable Object> map) {
            var canonical = new LinkedHashMap<String, @Nullable Object>();
            map.forEach((key, element) -> canonical.put(String.valueOf(key), canonical(element)));
            return canonical;
        }
        if (value instanceof List<? extends @Nullable Object> list) {
            var canonical = new ArrayList<@Nullable Object>();
            list.forEach(element -> canonical.add(canonical(element)));
            return canonical;
        }
        return value instanceof Number number ? decimal(number).stripTrailingZeros() : value;
    }

    static BigDecimal decimal(Number number) {
        return number instanceof BigDecimal decimal ? decimal : new BigDecimal(number.toString());
    }
}
