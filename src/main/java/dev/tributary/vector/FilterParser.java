package dev.tributary.vector;

import dev.tributary.failure.ServiceException;
import dev.tributary.vector.Filter.And;
import dev.tributary.vector.Filter.Column;
import dev.tributary.vector.Filter.Compare;
import dev.tributary.vector.Filter.Comparison;
import dev.tributary.vector.Filter.Contains;
import dev.tributary.vector.Filter.ElementMatch;
import dev.tributary.vector.Filter.Elements;
import dev.tributary.vector.Filter.Equal;
import dev.tributary.vector.Filter.Exists;
import dev.tributary.vector.Filter.Field;
import dev.tributary.vector.Filter.In;
import dev.tributary.vector.Filter.Not;
import dev.tributary.vector.Filter.Or;
import dev.tributary.vector.Filter.Path;
import dev.tributary.vector.Filter.Value;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads one filter. Not for use by several threads. */
final class FilterParser {
    private static final String OPERATORS =
            "$eq, $ne, $in, $nin, $gt, $gte, $lt, $lte, $exists, $contains, $all, $elemMatch or"
                    + " $not";
    private static final String COLUMNS =
            "$id, $source_type, $source_id, $chunk_index, $parent_index, $tenant, $created_at,"
                    + " $updated_at, $and, $or or $not";

    /**
     * Enough for every double. Without a limit, a short number could expand to gigabytes of digits.
     */
    private static final int DIGITS_MAX = 1_000;

    private int conditions;

    /** How many {@code $elemMatch} are around what is being read. */
    private int elements;

    Filter parse(Map<String, ? extends @Nullable Object> json) {
        return object(json, "filter", 1);
    }

    private Filter object(Map<?, ? extends @Nullable Object> json, String at, int depth) {
        if (depth > Filter.DEPTH_MAX) {
            throw ServiceException.invalid(
                    "filter", "is nested deeper than " + Filter.DEPTH_MAX + " levels");
        }
        if (json.isEmpty()) {
            count();
        }
        List<Filter> parts = new ArrayList<>();
        for (Map.Entry<?, ? extends @Nullable Object> entry : json.entrySet()) {
            parts.add(entry(String.valueOf(entry.getKey()), entry.getValue(), at, depth));
        }
        return parts.size() == 1 ? parts.getFirst() : new And(parts);
    }

    private Filter entry(String key, @Nullable Object value, String parent, int depth) {
        String at = parent + "." + key;
        return switch (key) {
            case "$and" -> new And(list(value, at, depth));
            case "$or" -> new Or(list(value, at, depth));
            case "$not" -> new Not(object(requireObject(value, at), at, depth + 1));
            default -> field(field(key, at), value, at, depth);
        };
    }

    private List<Filter> list(@Nullable Object value, String at, int depth) {
        if (!(value instanceof List<?> list) || list.isEmpty()) {
            throw ServiceException.invalid(at, "must be an array of one or more filters");
        }
        List<Filter> parts = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            String position = at + "[" + i + "]";
            parts.add(object(requireObject(list.get(i), position), position, depth + 1));
        }
        return parts;
    }

    private static Map<?, ? extends @Nullable Object> requireObject(
            @Nullable Object value, String at) {
        if (value instanceof Map<?, ? extends @Nullable Object> map) {
            return map;
        }
        throw ServiceException.invalid(at, "must be an object");
    }

    private Field field(String key, String at) {
        if (!key.startsWith("$")) {
            return Path.parse(at, key);
        }
        if (elements > 0) {
            throw ServiceException.invalid(
                    at, "is not known in an element, use $and, $or, $not or a metadata key");
        }
        return switch (key) {
            case "$id" -> Column.ID;
            case "$source_type" -> Column.SOURCE_TYPE;
            case "$source_id" -> Column.SOURCE_ID;
            case "$chunk_index" -> Column.CHUNK_INDEX;
            case "$parent_index" -> Column.PARENT_INDEX;
            case "$tenant" -> Column.TENANT;
            case "$created_at" -> Column.CREATED_AT;
            case "$updated_at" -> Column.UPDATED_AT;
            default ->
                    throw ServiceException.invalid(
                            at,
                            "is not known, use "
                                    + COLUMNS
                                    + "; the dollar of a metadata key is written \\$");
        };
    }

    private Filter field(Field field, @Nullable Object value, String at, int depth) {
        if (value instanceof Map<?, ? extends @Nullable Object> operators) {
            return operators(field, operators, at, depth);
        }
        return equal(field, value, at);
    }

    private Filter operators(
            Field field, Map<?, ? extends @Nullable Object> operators, String at, int depth) {
        if (depth > Filter.DEPTH_MAX) {
            throw ServiceException.invalid(
                    "filter", "is nested deeper than " + Filter.DEPTH_MAX + " levels");
        }
        if (operators.isEmpty()) {
            throw ServiceException.invalid(at, "has no operator, use " + OPERATORS);
        }
        List<Filter> parts = new ArrayList<>();
        for (Map.Entry<?, ? extends @Nullable Object> entry : operators.entrySet()) {
            String operator = String.valueOf(entry.getKey());
            parts.add(operator(field, operator, entry.getValue(), at + "." + operator, depth));
        }
        return parts.size() == 1 ? parts.getFirst() : new And(parts);
    }

    private Filter operator(
            Field field, String operator, @Nullable Object value, String at, int depth) {
        return switch (operator) {
            case "$eq" -> equal(field, value, at);
            case "$ne" -> new Not(equal(field, value, at));
            case "$in" -> in(field, value, at);
            case "$nin" -> new Not(in(field, value, at));
            case "$gt" -> compare(field, Comparison.GREATER, value, at);
            case "$gte" -> compare(field, Comparison.GREATER_OR_EQUAL, value, at);
            case "$lt" -> compare(field, Comparison.LESS, value, at);
            case "$lte" -> compare(field, Comparison.LESS_OR_EQUAL, value, at);
            case "$exists" -> exists(field, value, at);
            case "$contains" -> contains(field, value, at);
            case "$all" -> all(path(field, at), value, at, depth);
            case "$elemMatch" -> elementMatch(path(field, at), value, at, depth);
            case "$not" -> new Not(operators(field, requireObject(value, at), at, depth + 1));
            default -> throw ServiceException.invalid(at, "is not known, use " + OPERATORS);
        };
    }

    private Filter equal(Field field, @Nullable Object value, String at) {
        count();
        return new Equal(field, value(field, value, at));
    }

    private Filter in(Field field, @Nullable Object value, String at) {
        count();
        List<?> list = requireValues(value, at);
        List<Value> values = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            values.add(value(field, list.get(i), at + "[" + i + "]"));
        }
        return new In(field, values);
    }

    private static List<? extends @Nullable Object> requireValues(
            @Nullable Object value, String at) {
        if (!(value instanceof List<? extends @Nullable Object> list)) {
            throw ServiceException.invalid(at, "must be an array of values");
        }
        if (list.size() > Filter.VALUES_MAX) {
            throw ServiceException.invalid(
                    at,
                    "has %,d values, must have at most %,d"
                            .formatted(list.size(), Filter.VALUES_MAX));
        }
        return list;
    }

    /** Each value counts as a condition. As in Mongo, no values match nothing. */
    private Filter all(Path path, @Nullable Object value, String at, int depth) {
        List<? extends @Nullable Object> list = requireValues(value, at);
        if (list.isEmpty()) {
            count();
            return new Or(List.of());
        }
        List<Filter> parts = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            String position = at + "[" + i + "]";
            @Nullable Object wanted = list.get(i);
            if (wanted instanceof Map<?, ? extends @Nullable Object> map
                    && map.size() == 1
                    && map.containsKey("$elemMatch")) {
                String inner = position + ".$elemMatch";
                parts.add(elementMatch(path, map.get("$elemMatch"), inner, depth));
            } else {
                parts.add(equal(path, wanted, position));
            }
        }
        return parts.size() == 1 ? parts.getFirst() : new And(parts);
    }

    private Filter elementMatch(Path path, @Nullable Object value, String at, int depth) {
        Map<?, ? extends @Nullable Object> json = requireObject(value, at);
        elements++;
        Filter match =
                isOperators(json)
                        ? new ElementMatch(
                                path, Elements.ALL, operators(Path.ELEMENT, json, at, depth + 1))
                        : new ElementMatch(path, Elements.OBJECTS, object(json, at, depth + 1));
        elements--;
        return match;
    }

    /** As in Mongo, the first key decides between operators on the element and a filter. */
    private static boolean isOperators(Map<?, ? extends @Nullable Object> json) {
        if (json.isEmpty()) {
            return false;
        }
        Map.Entry<?, ? extends @Nullable Object> first = json.entrySet().iterator().next();
        String key = String.valueOf(first.getKey());
        if (key.equals("$not")) {
            return first.getValue() instanceof Map<?, ? extends @Nullable Object> negated
                    && isOperators(negated);
        }
        return key.startsWith("$") && !key.equals("$and") && !key.equals("$or");
    }

    private static Path path(Field field, String at) {
        if (field instanceof Path path) {
            return path;
        }
        throw ServiceException.invalid(at, "works on metadata, not on a column");
    }

    private Filter compare(Field field, Comparison comparison, @Nullable Object value, String at) {
        count();
        Value bound = value(field, value, at);
        return switch (bound) {
            case Value.Bool _, Value.Null _ ->
                    throw ServiceException.invalid(at, "must be a number or a string");
            case Value.Text _, Value.Decimal _, Value.Time _, Value.Id _ ->
                    new Compare(field, comparison, bound);
        };
    }

    private Filter exists(Field field, @Nullable Object value, String at) {
        count();
        if (!(value instanceof Boolean wanted)) {
            throw ServiceException.invalid(at, "must be true or false");
        }
        return wanted ? new Exists(field) : new Not(new Exists(field));
    }

    private Filter contains(Field field, @Nullable Object value, String at) {
        count();
        return new Contains(path(field, at), value(field, value, at));
    }

    private void count() {
        if (++conditions > Filter.CONDITIONS_MAX) {
            throw ServiceException.invalid(
                    "filter", "has more than " + Filter.CONDITIONS_MAX + " conditions");
        }
    }

    private static Value value(Field field, @Nullable Object value, String at) {
        return switch (field) {
            case Path _ -> scalar(value, at);
            case Column column -> columnValue(column, value, at);
        };
    }

    private static Value columnValue(Column column, @Nullable Object value, String at) {
        if (value == null) {
            return new Value.Null();
        }
        return switch (column) {
            case ID -> new Value.Id(uuid(value, at));
            case CHUNK_INDEX, PARENT_INDEX -> {
                if (scalar(value, at) instanceof Value.Decimal number) {
                    yield number;
                }
                throw ServiceException.invalid(at, "must be a number");
            }
            case CREATED_AT, UPDATED_AT -> new Value.Time(instant(value, at));
            case SOURCE_TYPE, SOURCE_ID, TENANT -> {
                if (scalar(value, at) instanceof Value.Text text) {
                    yield text;
                }
                throw ServiceException.invalid(at, "must be a string");
            }
        };
    }

    private static Value scalar(@Nullable Object value, String at) {
        return switch (value) {
            case null -> new Value.Null();
            case String text -> new Value.Text(requireText(text, at));
            case Boolean bool -> new Value.Bool(bool);
            case Number number -> new Value.Decimal(decimal(number, at));
            default ->
                    throw ServiceException.invalid(
                            at, "must be a string, a number, true, false or null");
        };
    }

    private static BigDecimal decimal(Number number, String at) {
        if (!Double.isFinite(number.doubleValue())) {
            throw ServiceException.invalid(at, "is " + number + ", must be finite");
        }
        BigDecimal decimal =
                number instanceof BigDecimal given ? given : new BigDecimal(number.toString());
        if (decimal.precision() > DIGITS_MAX || Math.abs((long) decimal.scale()) > DIGITS_MAX) {
            throw ServiceException.invalid(at, "must have at most " + DIGITS_MAX + " digits");
        }
        return decimal;
    }

    private static String requireText(String text, String at) {
        return TextRules.storable(at, text);
    }

    private static UUID uuid(Object value, String at) {
        if (value instanceof String text && text.length() == 36) {
            try {
                return UUID.fromString(text.toLowerCase(Locale.ROOT));
            } catch (IllegalArgumentException e) {
                // Falls through to the message for everything that is not an id.
            }
        }
        throw ServiceException.invalid(at, "must be a UUID of 36 characters");
    }

    private static Instant instant(Object value, String at) {
        if (value instanceof String text) {
            try {
                return OffsetDateTime.parse(text).toInstant();
            } catch (DateTimeParseException e) {
                // Falls through to the message for everything that is not a time.
            }
        }
        throw ServiceException.invalid(
                at, "must be a time with an offset, such as 2026-01-31T12:00:00Z");
    }
}
