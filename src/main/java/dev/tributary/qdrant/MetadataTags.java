package dev.tributary.qdrant;

import dev.tributary.vector.Filter.Value;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lists the {@linkplain Tag tags} that are true of metadata. Not safe for use by several threads.
 */
final class MetadataTags {
    private final Set<String> tags = new LinkedHashSet<>();
    private final Set<List<String>> paths = new LinkedHashSet<>();

    private MetadataTags() {}

    /** The tags of metadata, each once: about two for each value. */
    static List<String> of(Map<String, ? extends @Nullable Object> metadata) {
        var reader = new MetadataTags();
        reader.readObject(List.of(), metadata, false);
        for (List<String> path : reader.paths) {
            if (lacks(path, metadata)) {
                reader.tags.add(Tag.lacks(path));
            }
        }
        return List.copyOf(reader.tags);
    }

    private void readObject(List<String> keys, Map<?, ?> object, boolean isBelowArray) {
        object.forEach((key, value) -> {
            var below = new ArrayList<>(keys);
            below.add(String.valueOf(key));
            read(List.copyOf(below), value, isBelowArray);
        });
    }

    private void read(List<String> keys, @Nullable Object value, boolean isBelowArray) {
        paths.add(keys);
        tags.add(Tag.exists(keys));
        boolean hasArray = isBelowArray || value instanceof List;
        if (hasArray) {
            tags.add(Tag.array(keys));
        }
        if (value instanceof List<?> elements) {
            for (Object element : elements) {
                readElement(keys, element);
            }
        } else if (value instanceof Map<?, ?> object) {
            readObject(keys, object, isBelowArray);
        } else {
            addEqual(keys, value);
        }
    }

    /** An array within an array is an element without elements of its own. */
    private void readElement(List<String> keys, @Nullable Object element) {
        if (element instanceof Map<?, ?> object) {
            readObject(keys, object, true);
            return;
        }
        Value scalar = addEqual(keys, element);
        if (scalar != null) {
            tags.add(Tag.contains(keys, scalar));
        }
    }

    /** Returns the value; null if it is no scalar, which equals nothing. */
    private @Nullable Value addEqual(List<String> keys, @Nullable Object value) {
        Value scalar = Tag.scalar(value);
        if (scalar != null) {
            tags.add(Tag.equal(keys, scalar));
        }
        return scalar;
    }

    private static boolean lacks(List<String> keys, @Nullable Object from) {
        if (keys.isEmpty()) {
            return false;
        }
        List<?> objects =
                from instanceof List<?> list ? list : from == null ? List.of() : List.of(from);
        for (Object one : objects) {
            if (one instanceof Map<?, ?> object
                    && (!object.containsKey(keys.getFirst())
                            || lacks(keys.subList(1, keys.size()), object.get(keys.getFirst())))) {
                return true;
            }
        }
        return false;
    }
}
