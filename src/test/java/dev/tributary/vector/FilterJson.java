package dev.tributary.vector;

import dev.tributary.vector.Filter.Column;
import dev.tributary.vector.Filter.Comparison;
import dev.tributary.vector.Filter.Elements;
import dev.tributary.vector.Filter.Field;
import dev.tributary.vector.Filter.Path;
import dev.tributary.vector.Filter.Value;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes filters as a request has them: the reverse of {@link Filter#parse}. */
public final class FilterJson {
    private static final Map<String, @Nullable Object> ALL = Map.of();
    private static final Map<String, @Nullable Object> NOTHING = Map.of("$not", ALL);

    private FilterJson() {}

    /** True unless there is a condition on ACL digests in it, which has a field of its own. */
    public static boolean canWrite(Filter filter) {
        return switch (filter) {
            case Filter.AclAmong _, Filter.ScalarIn _ -> false;
            case Filter.And(List<Filter> parts) -> parts.stream().allMatch(FilterJson::canWrite);
            case Filter.Or(List<Filter> parts) -> parts.stream().allMatch(FilterJson::canWrite);
            case Filter.Not(Filter part) -> canWrite(part);
            // Operators on an element are written from one filter on it at a time.
            case Filter.ElementMatch(Path _, Elements which, Filter inner) ->
                    which == Elements.OBJECTS ? canWrite(inner) : isOperator(inner);
            case Filter.Equal _, Filter.In _, Filter.Compare _ -> true;
            case Filter.Exists _, Filter.Contains _ -> true;
        };
    }

    /** Strings, numbers, booleans, nulls, lists and maps. */
    public static Map<String, @Nullable Object> write(Filter filter) {
        return switch (filter) {
            case Filter.Equal(Field field, Value value) -> on(field, "$eq", json(value));
            case Filter.In(Field field, List<Value> values) ->
                    on(field, "$in", values.stream().map(FilterJson::json).toList());
            case Filter.Compare(Field field, Comparison comparison, Value value) ->
                    on(field, operator(comparison), json(value));
            case Filter.Exists(Field field) -> on(field, "$exists", true);
            case Filter.Contains(Path path, Value value) -> on(path, "$contains", json(value));
            case Filter.ElementMatch(Path path, Elements which, Filter inner) ->
                    on(
                            path,
                            "$elemMatch",
                            which == Elements.OBJECTS ? write(inner) : write(inner).get(""));
            case Filter.And(List<Filter> parts) -> parts.isEmpty() ? ALL : list("$and", parts);
            case Filter.Or(List<Filter> parts) -> parts.isEmpty() ? NOTHING : list("$or", parts);
            case Filter.Not(Filter part) -> Map.of("$not", write(part));
            case Filter.AclAmong _, Filter.ScalarIn _ ->
                    throw new IllegalArgumentException("not a filter in JSON");
        };
    }

    private static boolean isOperator(Filter filter) {
        return switch (filter) {
            case Filter.Equal(Path path, Value _) -> path.keys().isEmpty();
            case Filter.In(Path path, var _) -> path.keys().isEmpty();
            case Filter.Compare(Path path, var _, var _) -> path.keys().isEmpty();
            case Filter.Exists(Path path) -> path.keys().isEmpty();
            case Filter.Contains(Path path, var _) -> path.keys().isEmpty();
            case Filter.ElementMatch(Path path, var _, var _) ->
                    path.keys().isEmpty() && canWrite(filter);
            case Filter.Equal _, Filter.In _, Filter.Compare _, Filter.Exists _ -> false;
            case Filter.ScalarIn _, Filter.AclAmong _ -> false;
            case Filter.And _, Filter.Or _, Filter.Not _ -> false;
        };
    }

    private static Map<String, @Nullable Object> list(String operator, List<Filter> parts) {
        return Map.of(operator, parts.stream().map(FilterJson::write).toList());
    }

    private static Map<String, @Nullable Object> on(
            Field field, String operator, @Nullable Object value) {
        String name =
                switch (field) {
                    case Column column -> '$' + column.name().toLowerCase(Locale.ROOT);
                    case Path path -> dotted(path);
                };
        return Map.of(name, Collections.singletonMap(operator, value));
    }

    /** As {@link Path#parse} reads it. */
    static String dotted(Path path) {
        return path.keys().stream()
                .map(key -> key.replace("\\", "\\\\").replace(".", "\\.").replace("$", "\\$"))
                .collect(Collectors.joining("."));
    }

    private static String operator(Comparison comparison) {
        return switch (comparison) {
            case GREATER -> "$gt";
            case GREATER_OR_EQUAL -> "$gte";
            case LESS -> "$lt";
            case LESS_OR_EQUAL -> "$lte";
        };
    }

    private static @Nullable Object json(Value value) {
        return switch (value) {
            case Value.Text(var text) -> text;
            case Value.Decimal(var number) -> number;
            case Value.Bool(var bool) -> bool;
            case Value.Null _ -> null;
            case Value.Id(var id) -> id.toString();
            case Value.Time(var time) -> time.toString();
        };
    }
}
