package dev.tributary.qdrant;

import static io.qdrant.client.ConditionFactory.filter;
import static io.qdrant.client.ConditionFactory.hasId;
import static io.qdrant.client.ConditionFactory.isEmpty;
import static io.qdrant.client.ConditionFactory.matchKeyword;
import static io.qdrant.client.ConditionFactory.matchKeywords;
import static io.qdrant.client.ConditionFactory.matchValues;
import static io.qdrant.client.ConditionFactory.range;

import dev.tributary.vector.Filter;
import dev.tributary.vector.Filter.Column;
import dev.tributary.vector.Filter.Comparison;
import dev.tributary.vector.Filter.Elements;
import dev.tributary.vector.Filter.Path;
import dev.tributary.vector.Filter.Value;
import io.qdrant.client.PointIdFactory;
import io.qdrant.client.grpc.Common;
import io.qdrant.client.grpc.Common.Condition;
import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.Common.Range;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A filter as Qdrant is asked for it. It means exactly the same there, or is refused.
 *
 * @param refusal why Qdrant cannot say it, in a few words; null if it can
 * @param matchesNothing whether no point can match, so that Qdrant need not be asked
 * @param condition matches every point if empty
 */
record PointFilter(@Nullable String refusal, boolean matchesNothing, Common.Filter condition) {
    /** Integers up to here are exact in a range, which compares floating-point numbers. */
    private static final BigDecimal EXACT_MAX = BigDecimal.valueOf(1L << 53);

    private static final Meaning ALL = new Meaning(true, null);
    private static final Meaning NONE = new Meaning(false, null);

    /**
     * A part of the filter.
     *
     * @param condition null if the part is true for every point, or false for every one
     */
    private record Meaning(boolean constant, @Nullable Condition condition) {
        static Meaning of(Condition condition) {
            return new Meaning(false, condition);
        }

        Meaning negated() {
            return condition == null
                    ? new Meaning(!constant, null)
                    : of(filter(Common.Filter.newBuilder().addMustNot(condition).build()));
        }
    }

    /** What Qdrant cannot say. */
    private static final class Unsayable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unsayable(String reason) {
            super(reason, null, false, false);
        }
    }

    /** Translates a filter; null matches every point. */
    static PointFilter of(@Nullable Filter filter) {
        var condition = Common.Filter.newBuilder();
        try {
            Meaning meaning = filter == null ? ALL : meaning(filter);
            if (meaning.condition() != null) {
                condition.addMust(meaning.condition());
            }
            return new PointFilter(null, meaning.equals(NONE), condition.build());
        } catch (Unsayable e) {
            return new PointFilter(e.getMessage(), false, condition.build());
        }
    }

    private static Meaning meaning(Filter filter) {
        return switch (filter) {
            case Filter.Equal(Path path, Value value) -> in(path, List.of(value));
            case Filter.Equal(Column column, Value value) -> in(column, List.of(value));
            case Filter.In(Path path, var values) -> in(path, values);
            case Filter.In(Column column, var values) -> in(column, values);
            case Filter.Compare(Path _, var _, var _) ->
                    throw new Unsayable("Qdrant does not compare metadata by size");
            case Filter.Compare(Column column, var comparison, var value) ->
                    compare(column, comparison, value);
            case Filter.ScalarIn(Path path, var values) ->
                    and(List.of(in(path, values), tag(Tag.array(path.keys())).negated()));
            case Filter.Exists(Path path) -> tag(Tag.exists(path.keys()));
            case Filter.Exists(Column column) -> isNull(column).negated();
            case Filter.Contains(Path path, Value value) -> tag(Tag.contains(path.keys(), value));
            case Filter.ElementMatch(Path path, var elements, Filter inner) ->
                    element(path, elements, inner);
            case Filter.AclAmong(var digests) -> aclAmong(digests);
            case Filter.And(var parts) -> and(meanings(parts));
            case Filter.Or(var parts) -> or(meanings(parts));
            case Filter.Not(Filter part) -> meaning(part).negated();
        };
    }

    private static List<Meaning> meanings(List<Filter> parts) {
        return parts.stream().map(PointFilter::meaning).toList();
    }

    private static Meaning and(List<Meaning> parts) {
        return parts.contains(NONE)
                ? NONE
                : joined(parts, ALL, Common.Filter.newBuilder()::addAllMust);
    }

    private static Meaning or(List<Meaning> parts) {
        return parts.contains(ALL)
                ? ALL
                : joined(parts, NONE, Common.Filter.newBuilder()::addAllShould);
    }

    private static Meaning joined(
            List<Meaning> parts,
            Meaning ofNone,
            Function<List<Condition>, Common.Filter.Builder> join) {
        List<Condition> conditions = new ArrayList<>();
        for (Meaning part : parts) {
            if (part.condition() != null) {
                conditions.add(part.condition());
            }
        }
        return conditions.isEmpty() ? ofNone : Meaning.of(filter(join.apply(conditions).build()));
    }

    private static Meaning tag(String tag) {
        return Meaning.of(matchKeyword(PayloadField.TAGS.key(), tag));
    }

    private static Meaning anyTag(Stream<String> tags) {
        List<String> any = tags.toList();
        return any.isEmpty() ? NONE : Meaning.of(matchKeywords(PayloadField.TAGS.key(), any));
    }

    private static Meaning in(Path path, List<Value> values) {
        List<String> keys = path.keys();
        Meaning equal = anyTag(values.stream().map(value -> Tag.equal(keys, value)));
        return values.contains(new Value.Null())
                ? or(List.of(equal, tag(Tag.exists(keys)).negated(), tag(Tag.lacks(keys))))
                : equal;
    }

    /** A point has no word for what holds of one element: only for the elements themselves. */
    private static Meaning element(Path path, Elements elements, Filter inner) {
        List<Value> values =
                switch (inner) {
                    case Filter.Equal(Path own, Value value) when own.keys().isEmpty() ->
                            List.of(value);
                    case Filter.In(Path own, var some) when own.keys().isEmpty() -> some;
                    default ->
                            throw new Unsayable(
                                    "Qdrant does not know which values are of one element");
                };
        return switch (elements) {
            case ALL -> anyTag(values.stream().map(value -> Tag.contains(path.keys(), value)));
            // An object equals no value.
            case OBJECTS -> NONE;
        };
    }

    private static Meaning aclAmong(List<String> digests) {
        String key = PayloadField.ACL.key();
        Meaning isPublic = Meaning.of(isEmpty(key));
        return digests.isEmpty()
                ? isPublic
                : or(List.of(isPublic, Meaning.of(matchKeywords(key, digests))));
    }

    private static Meaning isNull(Column column) {
        return switch (column) {
            case TENANT, PARENT_INDEX -> Meaning.of(isEmpty(field(column).key()));
            case ID, SOURCE_TYPE, SOURCE_ID, CHUNK_INDEX, CREATED_AT, UPDATED_AT -> NONE;
        };
    }

    private static PayloadField field(Column column) {
        return switch (column) {
            case SOURCE_TYPE -> PayloadField.SOURCE_TYPE;
            case SOURCE_ID -> PayloadField.SOURCE_ID;
            case CHUNK_INDEX -> PayloadField.CHUNK_INDEX;
            case PARENT_INDEX -> PayloadField.PARENT_INDEX;
            case TENANT -> PayloadField.TENANT;
            case CREATED_AT -> PayloadField.CREATED_AT;
            case UPDATED_AT -> PayloadField.UPDATED_AT;
            case ID -> throw new IllegalArgumentException("the id is no part of the payload");
        };
    }

    /** A value whose type differs from the column's is neither equal, less nor greater. */
    private static Meaning in(Column column, List<Value> values) {
        List<PointId> ids = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        List<Long> numbers = new ArrayList<>();
        List<Meaning> found = new ArrayList<>();
        for (Value value : values) {
            switch (value) {
                case Value.Null _ -> found.add(isNull(column));
                case Value.Id(var id) when column == Column.ID -> ids.add(PointIdFactory.id(id));
                case Value.Text(String text) when isText(column) -> texts.add(text);
                case Value.Decimal _, Value.Time _ -> addWhole(numbers, number(column, value));
                case Value.Id _, Value.Text _, Value.Bool _ -> {}
            }
        }
        if (!ids.isEmpty()) {
            found.add(Meaning.of(hasId(ids)));
        }
        if (!texts.isEmpty()) {
            found.add(Meaning.of(matchKeywords(field(column).key(), texts)));
        }
        if (!numbers.isEmpty()) {
            found.add(Meaning.of(matchValues(field(column).key(), numbers)));
        }
        return or(found);
    }

    private static void addWhole(List<Long> numbers, @Nullable BigDecimal number) {
        if (number != null
                && number.abs().compareTo(EXACT_MAX) < 0
                && number.setScale(0, RoundingMode.FLOOR).compareTo(number) == 0) {
            numbers.add(number.longValueExact());
        }
    }

    private static boolean isText(Column column) {
        return switch (column) {
            case SOURCE_TYPE, SOURCE_ID, TENANT -> true;
            case ID, CHUNK_INDEX, PARENT_INDEX, CREATED_AT, UPDATED_AT -> false;
        };
    }

    /** The value as the payload has it, perhaps with a fraction; null if its type differs. */
    private static @Nullable BigDecimal number(Column column, Value value) {
        return switch (column) {
            case CHUNK_INDEX, PARENT_INDEX ->
                    value instanceof Value.Decimal(var number) ? number : null;
            case CREATED_AT, UPDATED_AT ->
                    value instanceof Value.Time(var time) ? PayloadField.micros(time) : null;
            case ID, SOURCE_TYPE, SOURCE_ID, TENANT -> null;
        };
    }

    private static Meaning compare(Column column, Comparison comparison, Value value) {
        if (column == Column.ID && value instanceof Value.Id) {
            throw new Unsayable("Qdrant does not compare ids by order");
        }
        if (isText(column) && value instanceof Value.Text) {
            throw new Unsayable("Qdrant does not compare texts by order");
        }
        BigDecimal number = number(column, value);
        return number == null
                ? NONE
                : Meaning.of(range(field(column).key(), wholeRange(comparison, number)));
    }

    /** The whole numbers on this side of a number. */
    private static Range wholeRange(Comparison comparison, BigDecimal number) {
        BigDecimal bound = number.max(EXACT_MAX.negate()).min(EXACT_MAX);
        double floor = bound.setScale(0, RoundingMode.FLOOR).doubleValue();
        double ceiling = bound.setScale(0, RoundingMode.CEILING).doubleValue();
        var range = Range.newBuilder();
        switch (comparison) {
            case GREATER -> range.setGt(floor);
            case GREATER_OR_EQUAL -> range.setGte(ceiling);
            case LESS -> range.setLt(ceiling);
            case LESS_OR_EQUAL -> range.setLte(floor);
        }
        return range.build();
    }
}
