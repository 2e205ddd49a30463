package dev.tributary.vector;

import static dev.tributary.vector.StoredChunks.findable;
import static dev.tributary.vector.StoredChunks.path;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.vector.Filter.And;
import dev.tributary.vector.Filter.Column;
import dev.tributary.vector.Filter.Compare;
import dev.tributary.vector.Filter.Comparison;
import dev.tributary.vector.Filter.Equal;
import dev.tributary.vector.Filter.Not;
import dev.tributary.vector.Filter.Or;
import dev.tributary.vector.Filter.Value;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The filter language, on metadata. */
interface FilterContract extends StoreCalls {
    /** Rows by their source id, with every kind of value at {@code n}. */
    Map<String, String> SHELF =
            Map.ofEntries(
                    Map.entry("one", "{'n': 1}"),
                    Map.entry("decimal", "{'n': 1.0}"),
                    Map.entry("two", "{'n': 2}"),
                    Map.entry("minus", "{'n': -10.5}"),
                    Map.entry("text", "{'n': '1'}"),
                    Map.entry("word", "{'n': 'word'}"),
                    Map.entry("empty", "{'n': ''}"),
                    Map.entry("true", "{'n': true}"),
                    Map.entry("false", "{'n': false}"),
                    Map.entry("null", "{'n': null}"),
                    Map.entry("missing", "{'m': 1}"),
                    Map.entry("list", "{'n': [1, 'word', null, true]}"),
                    Map.entry("nested", "{'n': [[1], {'n': 1}]}"),
                    Map.entry("object", "{'n': {'x': 1, 'y': {'z': 'deep'}}}"));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    {'n': 1}                         | one decimal list
                    {'n': {'$eq': 1.00}}             | one decimal list
                    {'n': -10.5}                     | minus
                    {'n': '1'}                       | text
                    {'n': ''}                        | empty
                    {'n': 'WORD'}                    | -
                    {'n': true}                      | true list
                    {'n': false}                     | false
                    {'n': 'true'}                    | -
                    {'n': null}                      | null missing list
                    {'n.x': 1}                       | object
                    {'n.y.z': 'deep'}                | object
                    {'n.y': 'deep'}                  | -
                    {'n.n': 1}                       | nested
                    {'n.0': 1}                       | -
                    {'n.-1': true}                   | -
                    {'n': {'$in': []}}               | -
                    {'n': {'$in': [1, 'word']}}      | one decimal word list
                    {'n': {'$in': [2, null]}}        | two null missing list
                    {'n': {'$in': [true, 'x']}}      | true list
                    {'n': {'$in': ['1', '2']}}       | text
                    """)
    default void matchesEqualValuesOfTheSameType(String filter, String expected) {
        assertThat(matchingOnTheShelf(filter)).containsExactlyInAnyOrder(names(expected));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    {'n': {'$ne': 1}}                | one decimal list
                    {'n': {'$ne': null}}             | null missing list
                    {'n': {'$ne': 'absent'}}         | -
                    {'n': {'$nin': []}}              | -
                    {'n': {'$nin': [1, 'word']}}     | one decimal word list
                    {'n': {'$nin': [null]}}          | null missing list
                    {'n': {'$not': {'$gt': 0}}}      | one decimal two list
                    {'n': {'$not': {'$lt': 'a'}}}    | text empty
                    {'n.x': {'$ne': 1}}              | object
                    {'n': {'$not': {'$contains': 1}}} | list
                    {'$not': {'n': 1}}               | one decimal list
                    {'$not': {'n.x': {'$exists': true}}} | object
                    {'$not': {'$or': [{'n': 1}, {'n': 2}]}} | one decimal two list
                    """)
    default void matchesEverythingElseWhenNegatedMissingKeysIncluded(
            String filter, String excluded) {
        List<String> expected = new ArrayList<>(SHELF.keySet());
        expected.removeAll(List.of(names(excluded)));

        assertThat(matchingOnTheShelf(filter)).containsExactlyInAnyOrderElementsOf(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    {'n': {'$gt': 1}}                | two
                    {'n': {'$gte': 1}}               | one decimal two list
                    {'n': {'$lt': 1}}                | minus
                    {'n': {'$lte': 1.0}}             | one decimal minus list
                    {'n': {'$gt': 1e300}}            | -
                    {'n': {'$lt': 1e300}}            | one decimal two minus list
                    {'n': {'$gt': 0, '$lt': 1.5}}    | one decimal list
                    {'n': {'$gt': 'a'}}              | word list
                    {'n': {'$gt': ''}}               | text word list
                    {'n': {'$gte': ''}}              | text word empty list
                    {'n': {'$lt': 'word'}}           | text empty
                    {'n': {'$lte': 'word'}}          | text word empty list
                    {'n.x': {'$gte': 1}}             | object
                    {'m': {'$gte': 1}}               | missing
                    {'absent': {'$gte': 0}}          | -
                    """)
    default void comparesValuesOfTheSameType(String filter, String expected) {
        assertThat(matchingOnTheShelf(filter)).containsExactlyInAnyOrder(names(expected));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    {'n': {'$exists': false}}        | missing
                    {'m': {'$exists': true}}         | missing
                    {'n.x': {'$exists': true}}       | object
                    {'n.n': {'$exists': true}}       | nested
                    {'n.y': {'$exists': true}}       | object
                    {'n.y.z.z': {'$exists': true}}   | -
                    {'n.0': {'$exists': true}}       | -
                    {'n': {'$contains': 1}}          | list
                    {'n': {'$contains': 1.0}}        | list
                    {'n': {'$contains': 'word'}}     | list
                    {'n': {'$contains': null}}       | list
                    {'n': {'$contains': true}}       | list
                    {'n': {'$contains': false}}      | -
                    {'n': {'$contains': '1'}}        | -
                    {'n.x': {'$contains': 1}}        | -
                    """)
    default void looksForKeysAndInsideArrays(String filter, String expected) {
        assertThat(matchingOnTheShelf(filter)).containsExactlyInAnyOrder(names(expected));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    {'n': 1, 'm': 1}                              | -
                    {'n': {'$exists': true}, 'n.x': 1}            | object
                    {'$and': [{'n': {'$gt': 0}}, {'n': {'$lt': 2}}]} | one decimal list
                    {'$or': [{'n': 2}, {'m': 1}]}                 | two missing
                    {'$or': [{'n': 2}, {'$and': [{'n': 1}, {}]}]} | one decimal two list
                    {'$or': [{'n': 'word'}, {'$not': {'n': {'$exists': true}}}]} | word missing list
                    {'$and': [{'$or': [{'n': 1}, {'n': 2}]}, {'$not': {'n': 1}}]} | two
                    {'$not': {'$not': {'n': 2}}}                  | two
                    {'$not': {'n': {'$not': {'$eq': 2}}}}         | two
                    """)
    default void joinsConditions(String filter, String expected) {
        assertThat(matchingOnTheShelf(filter)).containsExactlyInAnyOrder(names(expected));
    }

    @Test
    default void matchesEverythingWithoutConditionsAndNothingWithoutAlternatives() {
        var collection = shelf();

        assertThat(matching(collection, null)).hasSize(SHELF.size());
        assertThat(matching(collection, Filter.parse(Map.of()))).hasSize(SHELF.size());
        assertThat(matching(collection, new And(List.of()))).hasSize(SHELF.size());
        assertThat(matching(collection, new Or(List.of()))).isEmpty();
        assertThat(matching(collection, new Not(new And(List.of())))).isEmpty();
        assertThat(matching(collection, new Not(new Or(List.of())))).hasSize(SHELF.size());
    }

    @Test
    default void tellsLargeIntegersApart() {
        var collection = plane();
        store(collection, "even", Map.of("n", 9_007_199_254_740_992L));
        store(collection, "odd", Map.of("n", 9_007_199_254_740_993L));

        assertThat(matchingJson(collection, "{'n': 9007199254740993}")).containsExactly("odd");
        assertThat(matchingJson(collection, "{'n': {'$gt': 9007199254740992}}"))
                .containsExactly("odd");
        assertThat(matchingJson(collection, "{'n': {'$lt': 9007199254740993}}"))
                .containsExactly("even");
    }

    @Test
    default void comparesTextByCodePoint() {
        var collection = plane();
        List<String> inOrder =
                List.of("", "A", "Z", "a", "a b", "aa", "é", "ж", "\uFFFD", "\uFFFF", "😀");
        inOrder.forEach(text -> store(collection, "is " + text, Map.of("t", text)));

        for (int i = 0; i < inOrder.size(); i++) {
            var bound = new Value.Text(inOrder.get(i));
            var less = new Compare(path("t"), Comparison.LESS, bound);
            var greater = new Compare(path("t"), Comparison.GREATER, bound);
            assertThat(store().count(collection.allRows(), less)).isEqualTo(i);
            assertThat(store().count(collection.allRows(), greater))
                    .isEqualTo(inOrder.size() - i - 1);
        }
        var emoji = new Compare(path("t"), Comparison.GREATER, new Value.Text("\uFFFF"));
        assertThat(matching(collection, emoji)).containsExactly("is 😀");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "it's",
                "'",
                "\"",
                "\\",
                "\\'",
                "\\\"",
                "\\u0041",
                "100%",
                "_",
                "'; DROP TABLE chunk; --",
                "' OR '1'='1",
                "$1",
                ":name",
                "?",
                "??",
                "{\"n\": 1}",
                "[1]",
                "null",
                "{a,b}",
                "@.x",
                "a b",
                " ",
                "\n",
                "\u0001",
                "\u2028",
                "ж",
                "\uFFFF",
                "😀",
                "$where",
                "/*",
                "0"
            })
    default void takesAnyTextAsAValueAndAsAKey(String text) {
        var collection = plane();
        store(collection, "value", Map.of("k", text));
        store(collection, "key", Map.of(text, Map.of(text, 1)));
        store(collection, "element", Map.of("k", List.of(text)));
        store(collection, "other", Map.of("k", text + text));
        var asText = new Value.Text(text);
        var deepKey = path(text, text);
        var atLeastZero =
                new Compare(
                        deepKey, Comparison.GREATER_OR_EQUAL, new Value.Decimal(BigDecimal.ZERO));

        assertThat(matching(collection, new Equal(path("k"), asText)))
                .containsExactlyInAnyOrder("value", "element");
        assertThat(matching(collection, new Filter.In(path("k"), List.of(asText))))
                .containsExactlyInAnyOrder("value", "element");
        assertThat(matching(collection, new Filter.ScalarIn(path("k"), List.of(asText))))
                .containsExactly("value");
        assertThat(matching(collection, new Filter.Contains(path("k"), asText)))
                .containsExactly("element");
        assertThat(matching(collection, new Filter.Exists(deepKey))).containsExactly("key");
        assertThat(matching(collection, atLeastZero)).containsExactly("key");
        assertThat(matching(collection, Filter.equal(Column.TENANT, text))).isEmpty();
        assertThat(
                        matching(
                                collection,
                                new And(
                                        List.of(
                                                new Compare(
                                                        path("k"),
                                                        Comparison.GREATER_OR_EQUAL,
                                                        asText),
                                                new Compare(
                                                        path("k"),
                                                        Comparison.LESS_OR_EQUAL,
                                                        asText)))))
                .containsExactlyInAnyOrder("value", "element");
    }

    @Test
    default void takesADotInAKeyOfAPathAsPartOfIt() {
        var collection = plane();
        store(collection, "dotted", Map.of("a.b", 1));
        store(collection, "nested", Map.of("a", Map.of("b", 1)));

        assertThat(matching(collection, new Filter.Exists(path("a.b")))).containsExactly("dotted");
        assertThat(matching(collection, new Filter.Exists(path("a", "b"))))
                .containsExactly("nested");
        assertThat(matchingJson(collection, "{'a.b': 1}")).containsExactly("nested");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    a.b       | a\\.b
                    .         | \\.
                    $price    | \\$price
                    $id       | \\$id
                    $and      | \\$and
                    a$b       | a$b
                    a\\b       | a\\b
                    a\\.b      | a\\\\\\.b
                    ``        | ``
                    """)
    default void findsAnyKeyByItsEscapedPath(String key, String escaped) {
        var collection = plane();
        store(collection, "key", Map.of(key, 1));
        store(collection, "below", Map.of("up", Map.of(key, List.of(1, 2))));
        store(collection, "other", Map.of(key + "x", 1));

        assertThat(matching(collection, Filter.parse(Map.of(escaped, 1)))).containsExactly("key");
        assertThat(matching(collection, Filter.parse(Map.of("up." + escaped, 1))))
                .containsExactly("below");
        assertThat(matching(collection, Filter.parse(Map.of(escaped, Map.of("$exists", true)))))
                .containsExactly("key");
    }

    @Test
    default void takesAThousandValuesAndSixtyFourConditions() {
        var collection = plane();
        store(collection, "last", Map.of("n", 999));
        store(collection, "none", Map.of("n", 1000));
        List<Value> numbers = new ArrayList<>();
        for (int i = 0; i < Filter.VALUES_MAX; i++) {
            numbers.add(new Value.Decimal(BigDecimal.valueOf(i)));
        }
        Filter one = new Filter.In(path("n"), numbers);
        List<Filter> many = new ArrayList<>();
        for (int i = 0; i < Filter.CONDITIONS_MAX; i++) {
            many.add(i % 2 == 0 ? one : new Not(new Not(one)));
        }

        assertThat(matching(collection, new And(many))).containsExactly("last");
        assertThat(matching(collection, new Or(many))).containsExactly("last");
    }

    private void store(CollectionRef collection, String name, Map<String, ?> metadata) {
        fill(collection, findable(name, 0).metadata(metadata).build());
    }

    private CollectionRef shelf() {
        var collection = plane();
        fill(
                collection,
                SHELF.entrySet().stream()
                        .map(row -> findable(row.getKey(), 0).metadata(Json.read(row.getValue())))
                        .map(ChunkBuilder::build)
                        .toList());
        return collection;
    }

    private List<String> matchingOnTheShelf(String filter) {
        return matchingJson(shelf(), filter);
    }

    static String[] names(String spaced) {
        return spaced.equals("-") ? new String[0] : spaced.split(" ");
    }
}
