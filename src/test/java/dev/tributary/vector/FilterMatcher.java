package dev.tributary.vector;

import dev.tributary.vector.Filter.Column;
import dev.tributary.vector.Filter.Comparison;
import dev.tributary.vector.Filter.Field;
import dev.tributary.vector.Filter.Path;
import dev.tributary.vector.Filter.Value;
import java.time.Instant;
import java.util.Arrays;
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
        return switch (filter) {
            case null -> true;
            case Filter.Equal(Field field, Value value) -> equal(find(field, chunk), value);
            case Filter.In(Field field, List<Value> values) -> {
                Object found = find(field, chunk);
                yield values.stream().anyMatch(value -> equal(found, value));
            }
            case Filter.Compare(Field field, Comparison comparison, Value value) ->
                    compare(find(field, chunk), comparison, value);
            case Filter.Exists(Field field) -> find(field, chunk) != Key.ABSENT;
            case Filter.Contains(Path path, Value value) ->
                    find(path, chunk) instanceof List<? extends @Nullable Object> list
                            && list.stream().anyMatch(element -> equal(element, value));
            case Filter.AclAmong(List<String> digests) ->
                    chunk.aclDigest() == null || digests.contains(chunk.aclDigest());
            case Filter.And(List<Filter> parts) ->
                    parts.stream().allMatch(part -> matches(part, chunk));
            case Filter.Or(List<Filter> parts) ->
                    parts.stream().anyMatch(part -> matches(part, chunk));
            case Filter.Not(Filter part) -> !matches(part, chunk);
        };
    }

    private static @Nullable Object find(Field field, StoredChunk chunk) {
        return switch (field) {
            case Column column -> find(column, chunk);
            case Path path -> find(path, chunk);
        };
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

    private static @Nullable Object find(Path path, StoredChunk chunk) {
        Object found = chunk.metadata();
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
