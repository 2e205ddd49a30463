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
import org.jspecify.annotations.Nullable;

/**
 * Turns a filter into a condition. Values and metadata keys are always bound, never spliced.
 *
 * <p>A condition may be null if the filter is false. WHERE, AND and OR treat both alike; {@code
 * NOT} does not, so it is written {@code IS NOT TRUE}. Equality and {@code $contains} are written
 * with {@code @>}, which can use the GIN index; {@code metadata ->> key = value} would read every
 * row.
 */
final class FilterSql {
    /** With more alternatives, rows are compared one by one: the index look-ups would cost more. */
    private static final int INDEXED_ALTERNATIVES_MAX = 64;

    private final Sql.Builder sql = new Sql.Builder();

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
            case Filter.Exists(Path path) -> path(path).add(" IS NOT NULL");
            case Filter.Exists(Column column) -> sql.add(column(column)).add(" IS NOT NULL");
            case Filter.Contains(Path path, Value value) ->
                    sql.add("metadata @> ?::jsonb", nested(path, "[" + json(value) + "]"));
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
            sql.add("coalesce(");
            path(path).add(", 'null') = 'null'");
            return;
        }
        sql.add("metadata @> ?::jsonb", nested(path, json(value)));
    }

    private void in(Path path, List<Value> values) {
        if (values.isEmpty()) {
            sql.add("false");
        } else if (values.size() <= INDEXED_ALTERNATIVES_MAX) {
            String separator = "(";
            for (Value value : values) {
                sql.add(separator);
                equal(path, value);
                separator = " OR ";
            }
            sql.add(")");
        } else {
            sql.add("coalesce(");
            path(path)
                    .add(
                            ", 'null') = ANY (?::text[]::jsonb[])",
                            new Texts("text", values.stream().map(FilterSql::json).toList()));
            if (!values.contains(new Value.Null())) {
                sql.add(" AND ");
                path(path).add(" IS NOT NULL");
            }
        }
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
        // CASE, because AND may evaluate the cast first, which fails on text.
        if (value instanceof Value.Decimal(var number)) {
            sql.add("CASE WHEN jsonb_typeof(");
            path(path).add(") = 'number' THEN (");
            path(path).add(")::numeric " + operator(comparison) + " ? ELSE false END", number);
        } else if (value instanceof Value.Text(var text)) {
            sql.add("CASE WHEN jsonb_typeof(");
            path(path).add(") = 'string' THEN ((");
            path(path)
                    .add(
                            ") #>> '{}') COLLATE \"C\" "
                                    + operator(comparison)
                                    + " ? ELSE false END",
                            text);
        } else {
            sql.add("false");
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

    /** Walks objects only: {@code ->} with a text key is null on an array. */
    private Sql.Builder path(Path path) {
        sql.add("(metadata");
        for (String key : path.keys()) {
            sql.add(" -> ?::text", key);
        }
        return sql.add(")");
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

    private static String json(Value value) {
        return switch (value) {
            case Value.Text(String text) -> Json.quote(text);
            case Value.Decimal(var number) -> number.toString();
            case Value.Bool(boolean bool) -> String.valueOf(bool);
            case Value.Null _ -> "null";
            case Value.Id(var id) -> Json.quote(id.toString());
            case Value.Time(var time) -> Json.quote(time.toString());
        };
    }
}
