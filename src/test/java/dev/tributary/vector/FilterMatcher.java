package dev.tributary.vector;

import dev.tributary.vector.Filter.Column;
import dev.tributary.vector.Filter.Comparison;
import dev.tributary.vector.Filter.Elements;
import dev.tributary.vector.Filter.Field;
import dev.tributary.vector.Filter.Path;
import dev.tributary.vector.Filter.Value;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a filter means, in the plainest code: the reference that stores are compared with. */
public final class FilterMatcher {
    /** Stands for a key that is not there, as null stands for JSON's null. */
    private enum Key {
        ABSENT
    }

    private FilterMatcher() {}

    public static boolean matches(@Nullable Filter filter, StoredChunk chunk) {
        return filter == null || matches(filter, chunk, chunk.metadata());
    }

    /**
     * @param root what paths begin at: the metadata, or an element of an array
     */
    private static boolean matches(Filter filter, StoredChunk chunk, @Nullable Object root) {
        return switch (filter) {
            case Filter.Equal(Field field, Value value) -> equal(field, value, chunk, root);
            case Filter.In(Field field, List<Value> values) ->
                    values.stream().anyMatch(value -> equal(field, value, chunk, root));
            case Filter.ScalarIn(Path path, List<Value> values) ->
                    values.stream().anyMatch(value -> equal(follow(path, root), value));
            case Filter.Compare(Field field, Comparison comparison, Value value) ->
                    candidates(field, chunk, root).stream()
                            .anyMatch(found -> compare(found, comparison, value));
            case Filter.Exists(Path path) -> !reached(path.keys(), root).isEmpty();
            case Filter.Exists(Column column) -> find(column, chunk) != Key.ABSENT;
            case Filter.Contains(Path path, Value value) ->
                    elements(path, root).stream().anyMatch(element -> equal(element, value));
            case Filter.ElementMatch(Path path, Elements which, Filter inner) ->
                    elements(path, root).stream()
                            .filter(it -> which == Elements.ALL || it instanceof Map)
                            .anyMatch(element -> matches(inner, chunk, element));
            case Filter.AclAmong(List<String> digests) ->
                    chunk.aclDigest() == null || digests.contains(chunk.aclDigest());
            case Filter.And(List<Filter> parts) ->
                    parts.stream().allMatch(part -> matches(part, chunk, root));
            case Filter.Or(List<Filter> parts) ->
                    parts.stream().anyMatch(part -> matches(part, chunk, root));
            case Filter.Not(Filter part) -> !matches(part, chunk, root);
        };
    }

    private static boolean equal(
            Field field, Value value, StoredChunk chunk, @Nullable Object root) {
        if (value instanceof Value.Null
                && field instanceof Path path
                && (reached(path.keys(), root).isEmpty() || lacks(path.keys(), root))) {
            return true;
        }
        return candidates(field, chunk, root).stream().anyMatch(found -> equal(found, value));
    }

    /** What a condition on the field compares: of an array, its elements. */
    private static List<@Nullable Object> candidates(
            Field field, StoredChunk chunk, @Nullable Object root) {
        List<@Nullable Object> candidates = new ArrayList<>();
        switch (field) {
            case Column column -> candidates.add(find(column, chunk));
            case Path path when path.keys().isEmpty() -> candidates.add(root);
            case Path path -> {
                for (Object found : reached(path.keys(), root)) {
                    if (found instanceof List<? extends @Nullable Object> list) {
                        candidates.addAll(list);
                    } else {
                        candidates.add(found);
                    }
                }
            }
        }
        return candidates;
    }

    private static List<@Nullable Object> elements(Path path, @Nullable Object root) {
        List<@Nullable Object> elements = new ArrayList<>();
        for (Object found : reached(path.keys(), root)) {
            if (found instanceof List<? extends @Nullable Object> list) {
                elements.addAll(list);
            }
        }
        return elements;
    }

    /** Everything at the path, through objects and arrays of objects; arrays as a whole. */
    private static List<@Nullable Object> reached(List<String> keys, @Nullable Object from) {
        List<@Nullable Object> reached = new ArrayList<>();
        if (keys.isEmpty()) {
            reached.add(from);
            return reached;
        }
        for (Map<?, ? extends @Nullable Object> object : objects(from)) {
            if (object.containsKey(keys.getFirst())) {
                reached.addAll(reached(keys.subList(1, keys.size()), object.get(keys.getFirst())));
            }
        }
        return reached;
    }

    private static boolean lacks(List<String> keys, @Nullable Object from) {
        return !keys.isEmpty()
                && objects(from).stream()
                        .anyMatch(object ->
                                !object.containsKey(keys.getFirst())
                                        || lacks(
                                                keys.subList(1, keys.size()),
                                                object.get(keys.getFirst())));
    }

    private static List<Map<?, ? extends @Nullable Object>> objects(@Nullable Object from) {
        List<Map<?, ? extends @Nullable Object>> objects = new ArrayList<>();
        List<? extends @Nullable Object> all =
                from instanceof List<? extends @Nullable Object> list
                        ? list
                        : Collections.singletonList(from);
        for (Object one : all) {
            if (one instanceof Map<?, ? extends @Nullable Object> object) {
                objects.add(object);
            }
        }
        return objects;
    }

    private static Object find(Column column, StoredChunk chunk) {
        return switch (column) {
            case ID -> chunk.id();
            case SOURCE_TYPE -> chunk.key().sourceType();
            case SOURCE_ID -> chunk.key().sourceId();
            case CHUNK_INDEX -> chunk.key().chunkIndex();
            case PARENT_INDEX -> chunk.parent() == null ? Key.ABSENT : chunk.parent().index();
            case TENANT -> chunk.tenant() == null ? Key.ABSENT : chunk.tenant();
            case CREATED_AT -> chunk.createdAt();
            case UPDATED_AT -> chunk.updatedAt();
        };
    }

    private static @Nullable Object follow(Path path, @Nullable Object root) {
        Object found = root;
        for (String key : path.keys()) {
            if (!(found instanceof Map<?, ? extends @Nullable Object> map)
                    || !map.containsKey(key)) {
                return Key.ABSENT;
            }
            found = map.get(key);
        }
        return found;
    }

    private static boolean equal(@Nullable Object found, Value value) {
        return switch (value) {
            case Value.Null _ -> found == null || found == Key.ABSENT;
            case Value.Bool(boolean bool) -> found instanceof Boolean other && other == bool;
            case Value.Text _, Value.Decimal _, Value.Id _, Value.Time _ -> {
                Integer order = order(found, value);
                yield order != null && order == 0;
            }
        };
    }

    private static boolean compare(@Nullable Object found, Comparison comparison, Value value) {
        Integer order = order(found, value);
        if (order == null) {
            return false;
        }
        return switch (comparison) {
            case GREATER -> order > 0;
            case GREATER_OR_EQUAL -> order >= 0;
            case LESS -> order < 0;
            case LESS_OR_EQUAL -> order <= 0;
        };
    }

    /** Negative if less, 0 if equal, positive if greater; null if the types differ. */
    private static @Nullable Integer order(@Nullable Object found, Value value) {
        return switch (value) {
            case Value.Text(var text) ->
                    found instanceof String other ? byCodePoint(other, text) : null;
            case Value.Decimal(var number) ->
                    found instanceof Number other ? Json.decimal(other).compareTo(number) : null;
            case Value.Id(var id) ->
                    found instanceof UUID other ? ChunkIds.ORDER.compare(other, id) : null;
            case Value.Time(var time) ->
                    found instanceof Instant other ? other.compareTo(time) : null;
            case Value.Bool _, Value.Null _ -> null;
        };
    }

    /** {@link String#compareTo} would put U+1F600 before U+FFFF. */
    private static int byCodePoint(String a, String b) {
        return Arrays.compare(a.codePoints().toArray(), b.codePoints().toArray());
    }
}
