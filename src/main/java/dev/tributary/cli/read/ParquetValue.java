package dev.tributary.cli.read;

import dev.hardwood.row.PqList;
import dev.hardwood.row.PqMap;
import dev.hardwood.row.PqStruct;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values of Parquet as JSON has them. */
final class ParquetValue {
    private ParquetValue() {}

    /**
     * A value that JSON can hold; null for NaN, which is how pandas writes that there is none, and
     * for bytes.
     *
     * @param isText true to read bytes as UTF-8: not every writer says which of them are text
     */
    static @Nullable Object plain(@Nullable Object value, boolean isText) {
        return switch (value) {
            case null -> null;
            case Float number -> Float.isNaN(number) ? null : number;
            case Double number -> Double.isNaN(number) ? null : number;
            case String _, Number _, Boolean _ -> value;
            case byte[] bytes -> isText ? new String(bytes, StandardCharsets.UTF_8) : null;
            case PqList list -> list(list);
            case PqStruct struct -> struct(struct);
            case PqMap map -> map(map);
            default -> value.toString();
        };
    }

    private static List<@Nullable Object> list(PqList list) {
        List<@Nullable Object> values = new ArrayList<>(list.size());
        for (int i = 0; i < list.size(); i++) {
            values.add(list.isNull(i) ? null : plain(list.get(i), false));
        }
        return values;
    }

    private static Map<String, @Nullable Object> struct(PqStruct struct) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        for (int i = 0; i < struct.getFieldCount(); i++) {
            String name = struct.getFieldName(i);
            Object value = struct.isNull(name) ? null : plain(struct.getValue(name), false);
            if (value != null) {
                fields.put(name, value);
            }
        }
        return fields;
    }

    private static Map<String, @Nullable Object> map(PqMap map) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        for (PqMap.Entry entry : map.getEntries()) {
            Object value = entry.isValueNull() ? null : plain(entry.getValue(), false);
            fields.put(String.valueOf(plain(entry.getKey(), true)), value);
        }
        return fields;
    }
}
