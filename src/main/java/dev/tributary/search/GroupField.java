package dev.tributary.search;

import dev.tributary.failure.ServiceException;
import dev.tributary.vector.Filter;
import dev.tributary.vector.Filter.Column;
import dev.tributary.vector.Filter.Value;
import dev.tributary.vector.Hit;
import dev.tributary.vector.Include;
import dev.tributary.vector.StoredChunk;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What hits are grouped by: a column, or a path into the metadata.
 *
 * @param field a field as in filters, which find the chunks of a group
 */
record GroupField(Filter.Field field) implements GroupKey {
    /**
     * Reads a name: that of a column, with or without a leading dollar sign, otherwise a path.
     *
     * @throws ServiceException {@code INVALID} for the field {@code group_by}
     */
    static GroupField parse(String name) {
        String bare = name.startsWith("$") ? name.substring(1) : name;
        for (Column column : Column.values()) {
            if (nameOf(column).equals(bare)) {
                return new GroupField(column);
            }
        }
        if (name.startsWith("$")) {
            throw ServiceException.invalid(
                    "group_by",
                    "is "
                            + (name.length() > 64 ? name.substring(0, 64) + "…" : name)
                            + ", must be a path into the metadata or one of "
                            + Arrays.stream(Column.values())
                                    .map(GroupField::nameOf)
                                    .collect(Collectors.joining(", ")));
        }
        return new GroupField(Filter.Path.parse("group_by", name));
    }

    private static String nameOf(Column column) {
        return column.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public Set<Include> include() {
        return field instanceof Filter.Path ? Set.of(Include.METADATA) : Set.of();
    }

    /** Objects, arrays and elements of arrays do not count as values. */
    @Override
    public Map<UUID, Object> valuesOf(
            List<Hit> hits, Function<List<UUID>, List<StoredChunk>> lookUp) {
        Map<UUID, Object> values = new HashMap<>();
        if (hits.isEmpty()) {
            return values;
        }
        switch (field) {
            case Column column
                    when column == Column.TENANT
                            || column == Column.CREATED_AT
                            || column == Column.UPDATED_AT -> {
                List<UUID> ids = hits.stream().map(Hit::id).toList();
                lookUp.apply(ids).forEach(chunk -> put(values, chunk.id(), of(column, chunk)));
            }
            case Column column -> hits.forEach(hit -> put(values, hit.id(), of(column, hit)));
            case Filter.Path path -> hits.forEach(hit -> put(values, hit.id(), of(path, hit)));
        }
        return values;
    }

    @Override
    public Object keyOf(Object value) {
        return filterValue(value);
    }

    @Override
    public Filter matching(List<Object> keys) {
        List<Value> values = keys.stream().map(Value.class::cast).toList();
        return switch (field) {
            case Column column -> new Filter.In(column, values);
            case Filter.Path path -> new Filter.ScalarIn(path, values);
        };
    }

    private static void put(Map<UUID, Object> values, UUID id, @Nullable Object value) {
        if (value != null) {
            values.put(id, value);
        }
    }

    private static @Nullable Object of(Column column, StoredChunk chunk) {
        return switch (column) {
            case TENANT -> chunk.tenant();
            case CREATED_AT -> chunk.createdAt();
            case UPDATED_AT -> chunk.updatedAt();
            case ID, SOURCE_TYPE, SOURCE_ID, CHUNK_INDEX, PARENT_INDEX ->
                    throw new IllegalStateException();
        };
    }

    private static @Nullable Object of(Column column, Hit hit) {
        return switch (column) {
            case ID -> hit.id();
            case SOURCE_TYPE -> hit.key().sourceType();
            case SOURCE_ID -> hit.key().sourceId();
            case CHUNK_INDEX -> hit.key().chunkIndex();
            case PARENT_INDEX -> hit.parentIndex();
            case TENANT, CREATED_AT, UPDATED_AT -> throw new IllegalStateException();
        };
    }

    private static @Nullable Object of(Filter.Path path, Hit hit) {
        Object found = hit.metadata();
        for (String key : path.keys()) {
            found = found instanceof Map<?, ? extends @Nullable Object> map ? map.get(key) : null;
        }
        return found instanceof Map || found instanceof List ? null : found;
    }

    /** A value as filters compare it: 1 and 1.0 are equal, and so in the same group. */
    static Value filterValue(Object value) {
        return switch (value) {
            case String text -> new Value.Text(text);
            case Boolean bool -> new Value.Bool(bool);
            case Number number ->
                    new Value.Decimal(new BigDecimal(number.toString()).stripTrailingZeros());
            case UUID id -> new Value.Id(id);
            case Instant time -> new Value.Time(time);
            default -> new Value.Text(Objects.toString(value));
        };
    }
}
