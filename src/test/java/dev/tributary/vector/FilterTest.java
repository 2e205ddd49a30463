package dev.tributary.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.failure.ServiceException;
import dev.tributary.failure.ServiceException.FieldError;
import dev.tributary.failure.ServiceException.Kind;
import dev.tributary.vector.Filter.And;
import dev.tributary.vector.Filter.Column;
import dev.tributary.vector.Filter.Compare;
import dev.tributary.vector.Filter.Comparison;
import dev.tributary.vector.Filter.Contains;
import dev.tributary.vector.Filter.ElementMatch;
import dev.tributary.vector.Filter.Elements;
import dev.tributary.vector.Filter.Equal;
import dev.tributary.vector.Filter.Exists;
import dev.tributary.vector.Filter.In;
import dev.tributary.vector.Filter.Not;
import dev.tributary.vector.Filter.Or;
import dev.tributary.vector.Filter.Path;
import dev.tributary.vector.Filter.Value;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FilterTest {
    private static final UUID ID = UUID.fromString("7d7b1c5e-2f0a-4c1e-9b57-0b1f3f6a4c21");
    private static final Path YEAR = new Path(List.of("year"));
    private static final Path A = new Path(List.of("a"));
    private static final Value TWO = number("2");

    static Stream<Arguments> filters() {
        Filter equal = new Equal(YEAR, TWO);
        return Stream.of(
                Arguments.of("{}", new And(List.of())),
                Arguments.of("{'year': 2}", equal),
                Arguments.of("{'year': {'$eq': 2}}", equal),
                Arguments.of("{'year': {'$ne': 2}}", new Not(equal)),
                Arguments.of("{'year': {'$in': [2, '2']}}", new In(YEAR, List.of(TWO, text("2")))),
                Arguments.of("{'year': {'$in': []}}", new In(YEAR, List.of())),
                Arguments.of("{'year': {'$nin': [2]}}", new Not(new In(YEAR, List.of(TWO)))),
                Arguments.of("{'year': {'$gt': 2}}", new Compare(YEAR, Comparison.GREATER, TWO)),
                Arguments.of(
                        "{'year': {'$gte': 2}}",
                        new Compare(YEAR, Comparison.GREATER_OR_EQUAL, TWO)),
                Arguments.of("{'year': {'$lt': 2}}", new Compare(YEAR, Comparison.LESS, TWO)),
                Arguments.of(
                        "{'year': {'$lte': 'b'}}",
                        new Compare(YEAR, Comparison.LESS_OR_EQUAL, text("b"))),
                Arguments.of("{'year': {'$exists': true}}", new Exists(YEAR)),
                Arguments.of("{'year': {'$exists': false}}", new Not(new Exists(YEAR))),
                Arguments.of("{'year': {'$contains': 2}}", new Contains(YEAR, TWO)),
                Arguments.of("{'year': {'$not': {'$eq': 2}}}", new Not(equal)),
                Arguments.of("{'$not': {'year': 2}}", new Not(equal)),
                Arguments.of("{'$and': [{'year': 2}]}", new And(List.of(equal))),
                Arguments.of("{'$or': [{'year': 2}, {}]}", new Or(List.of(equal, all()))),
                Arguments.of("{'year': 2, '$or': [{'year': 2}]}", both(equal, or(equal))),
                Arguments.of(
                        "{'year': {'$gt': 2, '$lt': 2}}",
                        both(
                                new Compare(YEAR, Comparison.GREATER, TWO),
                                new Compare(YEAR, Comparison.LESS, TWO))),
                Arguments.of(
                        "{'author.name': null}",
                        new Equal(new Path(List.of("author", "name")), new Value.Null())),
                Arguments.of("{'year': true}", new Equal(YEAR, new Value.Bool(true))),
                Arguments.of("{'year': {'$all': [2]}}", equal),
                Arguments.of(
                        "{'year': {'$all': [2, 'b']}}", both(equal, new Equal(YEAR, text("b")))),
                Arguments.of("{'year': {'$all': []}}", new Or(List.of())),
                Arguments.of(
                        "{'a': {'$elemMatch': {'year': 2}}}",
                        new ElementMatch(A, Elements.OBJECTS, equal)),
                Arguments.of(
                        "{'a': {'$elemMatch': {'$eq': 2}}}",
                        new ElementMatch(A, Elements.ALL, new Equal(Path.ELEMENT, TWO))),
                Arguments.of(
                        "{'a': {'$elemMatch': {'$not': {'$eq': 2}}}}",
                        new ElementMatch(A, Elements.ALL, new Not(new Equal(Path.ELEMENT, TWO)))),
                Arguments.of(
                        "{'a': {'$elemMatch': {'$not': {'year': 2}}}}",
                        new ElementMatch(A, Elements.OBJECTS, new Not(equal))),
                Arguments.of(
                        "{'a': {'$all': [{'$elemMatch': {'year': 2}}]}}",
                        new ElementMatch(A, Elements.OBJECTS, equal)));
    }

    @ParameterizedTest
    @MethodSource("filters")
    void readsEveryOperator(String json, Filter expected) {
        assertThat(Filter.parse(Json.read(json))).isEqualTo(expected);
    }

    static Stream<Arguments> columns() {
        var time = new Value.Time(Instant.parse("2026-01-31T10:00:00Z"));
        return Stream.of(
                Arguments.of("{'$id': '" + ID + "'}", Column.ID, new Value.Id(ID)),
                Arguments.of(
                        "{'$id': '" + ID.toString().toUpperCase(Locale.ROOT) + "'}",
                        Column.ID,
                        new Value.Id(ID)),
                Arguments.of("{'$source_type': 'page'}", Column.SOURCE_TYPE, text("page")),
                Arguments.of("{'$source_id': 'a.md'}", Column.SOURCE_ID, text("a.md")),
                Arguments.of("{'$chunk_index': 2}", Column.CHUNK_INDEX, TWO),
                Arguments.of("{'$parent_index': 2}", Column.PARENT_INDEX, TWO),
                Arguments.of("{'$tenant': 'one'}", Column.TENANT, text("one")),
                Arguments.of("{'$tenant': null}", Column.TENANT, new Value.Null()),
                Arguments.of(
                        "{'$created_at': '2026-01-31T12:00:00+02:00'}", Column.CREATED_AT, time),
                Arguments.of("{'$updated_at': '2026-01-31T10:00:00Z'}", Column.UPDATED_AT, time));
    }

    @ParameterizedTest
    @MethodSource("columns")
    void readsEveryColumn(String json, Column column, Value value) {
        assertThat(Filter.parse(Json.read(json))).isEqualTo(new Equal(column, value));
    }

    @Test
    void keepsEveryDigitOfANumber() {
        var big = new BigInteger("9".repeat(300));

        assertThat(Filter.parse(Map.of("year", 9_007_199_254_740_993L)))
                .isEqualTo(new Equal(YEAR, number("9007199254740993")));
        assertThat(Filter.parse(Map.of("year", big)))
                .isEqualTo(new Equal(YEAR, new Value.Decimal(new BigDecimal(big))));
        assertThat(Filter.parse(Map.of("year", 0.1))).isEqualTo(new Equal(YEAR, number("0.1")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    {'year': {'$near': 2}}           | filter.year.$near          | is not known
                    {'year': {'gt': 2}}              | filter.year.gt             | is not known
                    {'year': {}}                     | filter.year                | has no operator
                    {'$yeer': 2}                     | filter.$yeer               | is not known
                    {'$eq': 2}                       | filter.$eq                 | is not known
                    {'year': [2]}                    | filter.year                | must be a string
                    {'year': {'$eq': [2]}}           | filter.year.$eq            | must be a string
                    {'year': {'$eq': {'a': 1}}}      | filter.year.$eq            | must be a string
                    {'year': {'$in': 2}}             | filter.year.$in            | must be an array
                    {'year': {'$in': [2, [3]]}}      | filter.year.$in[1]         | must be a string
                    {'year': {'$gt': null}}          | filter.year.$gt            | must be a number
                    {'year': {'$gt': true}}          | filter.year.$gt            | must be a number
                    {'year': {'$exists': 1}}         | filter.year.$exists        | must be true
                    {'year': {'$not': 2}}            | filter.year.$not           | must be an object
                    {'year': {'$not': {'$x': 2}}}    | filter.year.$not.$x        | is not known
                    {'$not': [{'year': 2}]}          | filter.$not                | must be an object
                    {'$and': {'year': 2}}            | filter.$and                | must be an array
                    {'$and': []}                     | filter.$and                | must be an array
                    {'$or': []}                      | filter.$or                 | must be an array
                    {'$or': [{'year': 2}, 3]}        | filter.$or[1]              | must be an object
                    {'$or': [{}, {'$id': 'x'}]}      | filter.$or[1].$id          | must be a UUID
                    {'$id': {'$in': [7]}}            | filter.$id.$in[0]          | must be a UUID
                    {'$id': '1-1-1-1-1'}             | filter.$id                 | must be a UUID
                    {'$source_id': 2}                | filter.$source_id          | must be a string
                    {'$source_type': true}           | filter.$source_type        | must be a string
                    {'$tenant': {'$gt': 2}}          | filter.$tenant.$gt         | must be a string
                    {'$chunk_index': '2'}            | filter.$chunk_index        | must be a number
                    {'$created_at': 2}               | filter.$created_at         | must be a time
                    {'$created_at': '2026-01-31'}    | filter.$created_at         | must be a time
                    {'$updated_at': '2026-01-31T12:00:00'} | filter.$updated_at   | must be a time
                    {'$tenant': {'$contains': 'x'}}  | filter.$tenant.$contains   | works on metadata
                    {'$tenant': {'$all': ['x']}}     | filter.$tenant.$all        | works on metadata
                    {'$id': {'$elemMatch': {}}}      | filter.$id.$elemMatch      | works on metadata
                    {'year': {'$all': 2}}            | filter.year.$all           | must be an array
                    {'year': {'$all': [2, [3]]}}     | filter.year.$all[1]        | must be a string
                    {'year': {'$all': [{'a': 1}]}}   | filter.year.$all[0]        | must be a string
                    {'year': {'$elemMatch': 2}}      | filter.year.$elemMatch     | must be an object
                    {'year': {'$elemMatch': {'$x': 2}}} | filter.year.$elemMatch.$x | is not known
                    {'year': {'$elemMatch': {'a': 2, '$gt': 2}}} | filter.year.$elemMatch.$gt | in an element
                    {'year': {'$elemMatch': {'a': 2, '$id': 2}}} | filter.year.$elemMatch.$id | in an element
                    {'year': {'$elemMatch': {'$or': [{'$id': 2}]}}} | filter.year.$elemMatch.$or[0].$id | in an element
                    {'$price': 2}                    | filter.$price              | written \\$
                    """)
    void namesThePartThatItCannotRead(String json, String field, String message) {
        assertRefused(Json.read(json), field, message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    a            | a
                    a.b          | a,b
                    a\\.b         | a.b
                    a\\.b.c\\.d   | a.b,c.d
                    a\\\\.b        | a\\,b
                    a\\\\\\.b       | a\\.b
                    \\$a          | $a
                    a.$b         | a,$b
                    C:\\dir       | C:\\dir
                    a\\           | a\\
                    ``           | ``
                    .            | ,
                    a..b         | a,,b
                    """)
    void readsAPathWithEscapedDots(String dotted, String keys) {
        assertThat(Path.parse("at", dotted)).isEqualTo(new Path(List.of(keys.split(",", -1))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\0b", "\uD83D", "x\uDE00", "\uDE00\uD83D"})
    void refusesTextThatNoChunkCanHave(String text) {
        assertRefused(Map.of("k", text), "filter.k", "");
        assertRefused(Map.of("k", Map.of("$in", List.of("a", text))), "filter.k.$in[1]", "");
        assertRefused(Map.of(text, 1), "filter." + text, "");
        assertRefused(Map.of("$source_id", text), "filter.$source_id", "");
    }

    static Stream<Number> badNumbers() {
        return Stream.of(
                Double.NaN,
                Float.NaN,
                Double.POSITIVE_INFINITY,
                Double.NEGATIVE_INFINITY,
                new BigDecimal("1e400"),
                new BigDecimal("1e-20000"),
                new BigDecimal("1e-2000000000"),
                new BigDecimal("0e2000000000"));
    }

    @ParameterizedTest
    @MethodSource("badNumbers")
    void refusesNumbersThatAreNotFiniteOrHaveTooManyDigits(Number number) {
        assertRefused(Map.of("k", number), "filter.k", "must ");
        assertRefused(Map.of("k", Map.of("$gt", number)), "filter.k.$gt", "must ");
    }

    @Test
    void refusesAnythingThatJsonDoesNotHave() {
        assertRefused(Map.of("k", new Object()), "filter.k", "must be a string");
        assertRefused(Map.of("k", 'c'), "filter.k", "must be a string");
    }

    @ParameterizedTest
    @ValueSource(strings = {"$not", "$and", "$or"})
    void refusesTwoHundredLevels(String operator) {
        assertRefused(nested(operator, 200), "filter", "deeper than 8");
        assertRefused(nested(operator, Filter.DEPTH_MAX), "filter", "deeper than 8");
        assertThat(Filter.parse(nested(operator, Filter.DEPTH_MAX - 1))).isNotNull();
    }

    @Test
    void refusesTwoHundredLevelsOfAnOperator() {
        Map<String, Object> json = Map.of("$eq", 1);
        for (int i = 0; i < 200; i++) {
            json = Map.of("$not", json);
        }

        assertRefused(Map.of("k", json), "filter", "deeper than 8");
    }

    private static Map<String, Object> nested(String operator, int levels) {
        Map<String, Object> json = Map.of("k", 1);
        for (int i = 0; i < levels; i++) {
            json = Map.of(operator, operator.equals("$not") ? json : List.of(json));
        }
        return json;
    }

    @Test
    void refusesTheSixtyFifthCondition() {
        var json = new LinkedHashMap<String, Object>();
        IntStream.range(0, 64).forEach(i -> json.put("k" + i, i));
        assertThat(Filter.parse(json)).isNotNull();

        json.put("one more", 1);

        assertRefused(json, "filter", "more than 64");
    }

    @Test
    void countsWhatIsAskedOfElementsAsWell() {
        List<Integer> values = IntStream.range(0, 65).boxed().toList();
        var inner = new LinkedHashMap<String, Object>();
        values.forEach(i -> inner.put("k" + i, i));
        Map<String, Object> deep = Map.of("$eq", 1);
        for (int i = 0; i < Filter.DEPTH_MAX; i++) {
            deep = Map.of("$elemMatch", deep);
        }

        assertRefused(Map.of("k", Map.of("$all", values)), "filter", "more than 64");
        assertRefused(Map.of("k", Map.of("$elemMatch", inner)), "filter", "more than 64");
        assertRefused(Map.of("k", deep), "filter", "deeper than 8");
    }

    @Test
    void countsEmptyAlternativesAsConditions() {
        List<Map<String, Object>> empty = Collections.nCopies(65, Map.of());

        assertRefused(Map.of("$or", empty), "filter", "more than 64");
    }

    @Test
    void refusesTheThousandAndFirstValue() {
        List<Integer> thousand = IntStream.range(0, 1_000).boxed().toList();
        assertThat(Filter.parse(Map.of("k", Map.of("$in", thousand)))).isNotNull();

        List<Integer> more = IntStream.rangeClosed(0, 1_000).boxed().toList();

        assertRefused(Map.of("k", Map.of("$in", more)), "filter.k.$in", "1,001");
        assertRefused(Map.of("k", Map.of("$nin", more)), "filter.k.$nin", "1,001");
    }

    @Test
    void refusesAPathOfMoreThanSixtyFourKeys() {
        String longest = "k" + ".k".repeat(63);
        assertThat(Filter.parse(Map.of(longest, 1))).isNotNull();

        assertRefused(Map.of(longest + ".k", 1), "filter." + longest + ".k", "65");
    }

    @Test
    void doesNotShareItsLists() {
        var values = new ArrayList<Value>(List.of(TWO));
        var filter = new In(YEAR, values);

        values.clear();

        assertThat(filter).isEqualTo(new In(YEAR, List.of(TWO)));
    }

    @Test
    void makesTheFiltersThatAreAskedForMostOften() {
        assertThat(Filter.ids(List.of(ID))).isEqualTo(new In(Column.ID, List.of(new Value.Id(ID))));
        assertThat(Filter.source("page", "a.md"))
                .isEqualTo(
                        both(
                                new Equal(Column.SOURCE_TYPE, text("page")),
                                new Equal(Column.SOURCE_ID, text("a.md"))));
    }

    private static void assertRefused(
            Map<String, ? extends @Nullable Object> json, String field, String message) {
        assertThatThrownBy(() -> Filter.parse(json))
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        refusal -> {
                            assertThat(refusal.kind()).isEqualTo(Kind.INVALID);
                            assertThat(refusal.errors()).hasSize(1);
                            FieldError error = refusal.errors().getFirst();
                            assertThat(error.field()).isEqualTo(field);
                            assertThat(error.message()).contains(message);
                        });
    }

    private static Value text(String text) {
        return new Value.Text(text);
    }

    private static Value number(String number) {
        return new Value.Decimal(new BigDecimal(number));
    }

    private static Filter all() {
        return new And(List.of());
    }

    private static Filter or(Filter part) {
        return new Or(List.of(part));
    }

    private static Filter both(Filter one, Filter other) {
        return new And(List.of(one, other));
    }
}
