package dev.tributary.pgvector;

import dev.tributary.pgvector.Sql.Texts;
import dev.tributary.vector.Filter;
import dev.tributary.vector.Filter.Column;
import dev.tributary.vector.Filter.Comparison;
import dev.tributary.vector.Filter.Path;
import dev.tributary.vector.Filter.Value;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Turns a filter into a condition. Values and metadata keys are always bound, never spliced.
 *
 * <p>A condition may be null if the filter is false. WHERE, AND and OR treat both alike; {@code
 * NOT} does not, so it is written {@code IS NOT TRUE}. Equality and {@code $contains} are written
 * with {@code @@} or {@code @>}, which can use the GIN index; {@code metadata ->> key = value}
 * would read every row. What the index cannot find is written as a function instead, so that it is
 * not read from end to end.
 */
final class FilterSql {
    /** With more alternatives, rows are compared one by one: the index look-ups would cost more. */
    private static final int INDEXED_ALTERNATIVES_MAX = 64;

    private final Sql.Builder sql = new Sql.Builder();

    /** What paths begin at: the column, or an element of an array within it. */
    private String root = "metadata";

    private int elements;

    private FilterSql() {}

    /** The condition; {@code true} if there is no filter. */
    static Sql condition(@Nullable Filter filter) {
        if (filter == null) {
            return Sql.of("true");
        }
        var compiler = new FilterSql();
        compiler.add(filter);
        return compiler.sql.build();
    }

    private void add(Filter filter) {
        switch (filter) {
            case Filter.Equal(Path path, Value value) -> equal(path, value);
            case Filter.Equal(Column column, Value value) -> in(column, List.of(value));
            case Filter.In(Path path, var values) -> in(path, values);
            case Filter.In(Column column, var values) -> in(column, values);
            case Filter.Compare(Path path, var comparison, var value) ->
                    compare(path, comparison, value);
            case Filter.Compare(Column column, var comparison, var value) ->
                    compare(column, comparison, value);
            case Filter.ScalarIn(Path path, var values) -> scalarIn(path, values);
            case Filter.Exists(Path path) ->
                    function("jsonb_path_exists", MetadataPath.of(path).any());
            case Filter.Exists(Column column) -> sql.add(column(column)).add(" IS NOT NULL");
            case Filter.Contains(Path path, Value value) ->
                    indexed(MetadataPath.of(path).contains(value));
            case Filter.ElementMatch match -> elementMatch(match);
            case Filter.AclAmong(var digests) ->
                    sql.add(
                            "(acl_digest IS NULL OR encode(acl_digest, 'hex') = ANY (?))",
                            new Texts("text", digests));
            case Filter.And(var parts) -> join(parts, " AND ", "true");
            case Filter.Or(var parts) -> join(parts, " OR ", "false");
            case Filter.Not(Filter part) -> {
                sql.add("(");
                add(part);
                sql.add(") IS NOT TRUE");
            }
        }
    }

    private void join(List<Filter> parts, String operator, String none) {
        if (parts.isEmpty()) {
            sql.add(none);
            return;
        }
        String separator = "(";
        for (Filter part : parts) {
            sql.add(separator);
            add(part);
            separator = operator;
        }
        sql.add(")");
    }

    private void equal(Path path, Value value) {
        if (value instanceof Value.Null) {
            function("jsonb_path_match", MetadataPath.of(path).isNullOrMissing());
            return;
        }
        indexed(MetadataPath.of(path).equalsAny(List.of(value)));
    }

    private void indexed(String jsonPath) {
        sql.add("(" + root + " @@ ?::jsonpath)", jsonPath);
    }

    private void function(String name, String jsonPath) {
        sql.add(name + "(" + root + ", ?::jsonpath, '{}', true)", jsonPath);
    }

    private void in(Path path, List<Value> values) {
        List<Value> known = values.stream().filter(v -> !(v instanceof Value.Null)).toList();
        sql.add("(");
        if (known.isEmpty()) {
            sql.add("false");
        } else if (known.size() <= INDEXED_ALTERNATIVES_MAX) {
            indexed(MetadataPath.of(path).equalsAny(known));
        } else {
            found("found", MetadataPath.of(path).values());
            sql.add("found = ANY (?::text[]::jsonb[]))", literals(known));
        }
        if (known.size() < values.size()) {
            sql.add(" OR ");
            equal(path, new Value.Null());
        }
        sql.add(")");
    }

    private void scalarIn(Path path, List<Value> values) {
        if (values.size() > INDEXED_ALTERNATIVES_MAX) {
            sql.add("(" + root);
            path.keys().forEach(key -> sql.add(" -> ?::text", key));
            sql.add(") = ANY (?::text[]::jsonb[])", literals(values));
            return;
        }
        sql.add("(false");
        for (Value value : values) {
            sql.add(" OR " + root + " @> ?::jsonb", nested(path, MetadataPath.literal(value)));
        }
        sql.add(")");
    }

    private static Texts literals(List<Value> values) {
        return new Texts("text", values.stream().map(MetadataPath::literal).toList());
    }

    /** The equalities are repeated on the whole column, because no index knows the elements. */
    private void elementMatch(Filter.ElementMatch match) {
        String outer = root;
        sql.add("(");
        if (elements == 0) {
            for (String condition : implied(match.path().keys(), match.filter())) {
                indexed(condition);
                sql.add(" AND ");
            }
        }
        elements++;
        String element = "element" + elements;
        found(element, MetadataPath.of(match.path()).elements());
        root = element;
        switch (match.elements()) {
            case ALL -> {}
            case OBJECTS -> sql.add("jsonb_typeof(" + element + ") = 'object' AND ");
        }
        add(match.filter());
        root = outer;
        elements--;
        sql.add("))");
    }

    /** Begins a condition on what the path leads to; the caller closes its parenthesis. */
    private void found(String name, String jsonPath) {
        sql.add(
                "EXISTS (SELECT FROM jsonb_path_query(%s, ?::jsonpath, '{}', true) AS %s WHERE "
                        .formatted(root, name),
                jsonPath);
    }

    /** What holds for the whole column if an element below these keys meets the filter. */
    private static List<String> implied(List<String> keys, Filter filter) {
        return switch (filter) {
            case Filter.Equal(Path path, Value value) -> implied(keys, path, List.of(value));
            case Filter.In(Path path, var values) -> implied(keys, path, values);
            case Filter.Contains(Path path, Value value) ->
                    path.keys().isEmpty() ? List.of() : implied(keys, path, List.of(value));
            case Filter.ElementMatch(Path path, var _, Filter inner) ->
                    path.keys().isEmpty() ? List.of() : implied(join(keys, path), inner);
            case Filter.And(var parts) ->
                    parts.stream().flatMap(part -> implied(keys, part).stream()).toList();
            case Filter.Equal _, Filter.In _, Filter.ScalarIn _, Filter.Compare _ -> List.of();
            case Filter.Exists _, Filter.AclAmong _, Filter.Or _, Filter.Not _ -> List.of();
        };
    }

    private static List<String> implied(List<String> keys, Path path, List<Value> values) {
        boolean isIndexed =
                !values.isEmpty()
                        && values.size() <= INDEXED_ALTERNATIVES_MAX
                        && !values.contains(new Value.Null());
        return isIndexed
                ? List.of(new MetadataPath(join(keys, path)).equalsAny(values))
                : List.of();
    }

    private static List<String> join(List<String> keys, Path path) {
        return Stream.concat(keys.stream(), path.keys().stream()).toList();
    }

    private void in(Column column, List<Value> values) {
        List<Value> comparable = values.stream().filter(v -> isOfType(column, v)).toList();
        sql.add("(" + column(column))
                .add(" = ANY (?)", new Texts(type(column), bound(comparable)))
                .add(
                        values.contains(new Value.Null())
                                ? " OR " + column(column) + " IS NULL)"
                                : ")");
    }

    private static List<Object> bound(List<Value> values) {
        List<Object> bound = new ArrayList<>();
        for (Value value : values) {
            bound.add(bound(value));
        }
        return bound;
    }

    private static Object bound(Value value) {
        return switch (value) {
            case Value.Text(String text) -> text;
            case Value.Decimal(var number) -> number;
            case Value.Id(var id) -> id;
            case Value.Time(var time) -> timestamp(time);
            case Value.Bool(boolean bool) -> bool;
            case Value.Null _ -> throw new IllegalArgumentException("null is not compared");
        };
    }

    /** Times outside PostgreSQL's range become infinite, as no chunk can be older or younger. */
    private static String timestamp(Instant time) {
        OffsetDateTime moment = time.atOffset(ZoneOffset.UTC);
        if (moment.getYear() < 1) {
            return "-infinity";
        }
        return moment.getYear() > 9_999 ? "infinity" : moment.toString();
    }

    /** A value whose type differs from the column's is neither equal, less nor greater. */
    private static boolean isOfType(Column column, Value value) {
        return switch (column) {
            case ID -> value instanceof Value.Id;
            case SOURCE_TYPE, SOURCE_ID, TENANT -> value instanceof Value.Text;
            case CHUNK_INDEX, PARENT_INDEX -> value instanceof Value.Decimal;
            case CREATED_AT, UPDATED_AT -> value instanceof Value.Time;
        };
    }

    private void compare(Path path, Comparison comparison, Value value) {
        switch (value) {
            case Value.Text _, Value.Decimal _ ->
                    function("jsonb_path_match", MetadataPath.of(path).compares(comparison, value));
            case Value.Bool _, Value.Null _, Value.Id _, Value.Time _ -> sql.add("false");
        }
    }

    private void compare(Column column, Comparison comparison, Value value) {
        if (!isOfType(column, value)) {
            sql.add("false");
            return;
        }
        boolean text =
                switch (column) {
                    case SOURCE_TYPE, SOURCE_ID, TENANT -> true;
                    case ID, CHUNK_INDEX, PARENT_INDEX, CREATED_AT, UPDATED_AT -> false;
                };
        sql.add(
                column(column)
                        + (text ? " COLLATE \"C\" " : " ")
                        + operator(comparison)
                        + " ?::"
                        + type(column),
                bound(value));
    }

    private static String operator(Comparison comparison) {
        return switch (comparison) {
            case GREATER -> ">";
            case GREATER_OR_EQUAL -> ">=";
            case LESS -> "<";
            case LESS_OR_EQUAL -> "<=";
        };
    }

    private static String column(Column column) {
        return column.name().toLowerCase(Locale.ROOT);
    }

    private static String type(Column column) {
        return switch (column) {
            case ID -> "uuid";
            case SOURCE_TYPE, SOURCE_ID, TENANT -> "text";
            case CHUNK_INDEX, PARENT_INDEX -> "numeric";
            case CREATED_AT, UPDATED_AT -> "timestamptz";
        };
    }

    /** The JSON document that has this value at the path, and nothing else. */
    private static String nested(Path path, String value) {
        String document = value;
        for (String key : path.keys().reversed()) {
            document = "{" + Json.quote(key) + ":" + document + "}";
        }
        return document;
    }
}
