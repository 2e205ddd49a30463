package dev.tributary.vector;

import static dev.tributary.vector.FilterContract.names;
import static dev.tributary.vector.StoredChunks.findable;
import static dev.tributary.vector.StoredChunks.path;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.vector.Filter.Not;
import dev.tributary.vector.Filter.Value;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The filter language on arrays: any element, and none of them where it is negated. */
interface ArrayFilterContract extends StoreCalls {
    /** Rows by their source id. */
    Map<String, String> LIBRARY =
            Map.ofEntries(
                    Map.entry("ab", "{'t': ['a', 'b']}"),
                    Map.entry("bc", "{'t': ['b', 'c', null]}"),
                    Map.entry("a", "{'t': 'a'}"),
                    Map.entry("numbers", "{'t': [1, 5, 9]}"),
                    Map.entry("empty", "{'t': []}"),
                    Map.entry("null", "{'t': null}"),
                    Map.entry("missing", "{'x': 1}"),
                    Map.entry("deep", "{'t': [['a'], [1, [5]], []]}"),
                    Map.entry("ann", "{'w': [{'name': 'Ann', 'born': 1960}]}"),
                    Map.entry(
                            "both",
                            "{'w': [{'name': 'Ann', 'born': 1990}, {'name': 'Bob', 'born': 1960}]}"),
                    Map.entry("bob", "{'w': {'name': 'Bob', 'born': 1990}}"),
                    Map.entry("nameless", "{'w': [{'name': 'Eve'}, {'born': 1975}]}"),
                    Map.entry("nobody", "{'w': []}"),
                    Map.entry("words", "{'w': ['Ann', 3]}"),
                    Map.entry("nested", "{'w': [[{'name': 'Ann'}]]}"),
                    Map.entry(
                            "tree",
                            "{'p': [{'c': [{'n': 1, 'k': ['x', 'y']}, {'n': 2}]}, {'c': {'n': 3}}]}"));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    {'t': 'a'}                          | ab a
                    {'t': {'$in': ['a', 'c']}}          | ab bc a
                    {'t': 5}                            | numbers
                    {'t': {'$gt': 5}}                   | numbers
                    {'t': {'$gt': 9}}                   | -
                    {'t': {'$lt': 5}}                   | numbers
                    {'t': {'$lt': 1}}                   | -
                    {'t': {'$gt': 5, '$lt': 5}}         | numbers
                    {'t': {'$gte': 'c'}}                | bc
                    {'t': {'$contains': 'a'}}           | ab
                    {'t': {'$contains': null}}          | bc
                    {'t': {'$exists': true}}            | ab bc a numbers empty null deep
                    {'w.name': 'Ann'}                   | ann both
                    {'w.name': {'$in': ['Bob', 'Eve']}} | both bob nameless
                    {'w.born': {'$lt': 1970}}           | ann both
                    {'w.name': 'Ann', 'w.born': 1960}   | ann both
                    {'w.born': {'$exists': true}}       | ann both bob nameless
                    {'w.0': {'$exists': true}}          | -
                    {'w': 'Ann'}                        | words
                    {'p.c.n': 2}                        | tree
                    {'p.c.n': {'$gt': 2}}               | tree
                    {'p.c.k': 'x'}                      | tree
                    {'p.c.k': {'$contains': 'y'}}       | tree
                    {'p.c.n': {'$contains': 1}}         | -
                    """)
    default void aConditionMeansAnyElement(String filter, String expected) {
        assertThat(inTheLibrary(filter)).containsExactlyInAnyOrder(names(expected));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    {'t': {'$ne': 'a'}}                 | ab a
                    {'t': {'$nin': ['a', 'c']}}         | ab bc a
                    {'t': {'$not': {'$gt': 5}}}         | numbers
                    {'t': {'$not': {'$contains': 'a'}}} | ab
                    {'$not': {'t': 'b'}}                | ab bc
                    {'w.name': {'$ne': 'Ann'}}          | ann both
                    {'w.born': {'$not': {'$lt': 1970}}} | ann both
                    {'w.born': {'$exists': false}}      | ann both bob nameless
                    {'p.c.n': {'$nin': [7, 3]}}         | tree
                    {'t': {'$not': {'$all': ['a', 'b']}}} | ab
                    {'w': {'$not': {'$elemMatch': {'name': 'Bob'}}}} | both
                    """)
    default void aNegatedConditionMeansNoneOfThem(String filter, String excluded) {
        List<String> expected = new ArrayList<>(LIBRARY.keySet());
        expected.removeAll(List.of(names(excluded)));

        assertThat(inTheLibrary(filter)).containsExactlyInAnyOrderElementsOf(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    {'t': null, 'w': null}              | null missing bc tree
                    {'t': {'$in': [null, 5]}, 'w': null} | null missing bc tree numbers
                    {'w.name': null, 'w': {'$exists': true}} | nameless nobody words nested
                    {'w.name': {'$ne': null}}           | ann both bob
                    {'p.c.k': null, 'p': {'$exists': true}} | tree
                    {'p.c.n': null, 'p': {'$exists': true}} | -
                    """)
    default void nullIsAlsoAKeyThatIsMissingInOneOfTheObjects(String filter, String expected) {
        assertThat(inTheLibrary(filter)).containsExactlyInAnyOrder(names(expected));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    {'t': {'$all': ['a']}}              | ab a
                    {'t': {'$all': ['b', 'a']}}         | ab
                    {'t': {'$all': ['b', null]}}        | bc
                    {'t': {'$all': ['a', 1]}}           | -
                    {'t': {'$all': []}}                 | -
                    {'w.name': {'$all': ['Ann', 'Bob']}} | both
                    {'w': {'$all': [{'$elemMatch': {'name': 'Ann'}}, {'$elemMatch': {'born': 1960}}]}} | ann both
                    """)
    default void allMeansThatEachValueIsThere(String filter, String expected) {
        assertThat(inTheLibrary(filter)).containsExactlyInAnyOrder(names(expected));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    {'w': {'$elemMatch': {'name': 'Ann', 'born': 1960}}} | ann
                    {'w': {'$elemMatch': {'name': 'Bob', 'born': 1960}}} | both
                    {'w': {'$elemMatch': {'name': 'Bob', 'born': 1990}}} | -
                    {'w': {'$elemMatch': {'name': {'$ne': 'Ann'}}}} | both nameless
                    {'w': {'$elemMatch': {'name': {'$in': ['Bob', 'Eve']}, 'born': {'$exists': false}}}} | nameless
                    {'w': {'$elemMatch': {'name': null}}} | nameless
                    {'w': {'$elemMatch': {'$or': [{'name': 'Bob'}, {'born': 1975}]}}} | both nameless
                    {'w': {'$elemMatch': {'$not': {'name': 'Ann'}}}} | both nameless
                    {'w': {'$elemMatch': {}}}           | ann both nameless
                    {'t': {'$elemMatch': {'$gt': 5, '$lt': 9}}} | -
                    {'t': {'$elemMatch': {'$gt': 1, '$lt': 9}}} | numbers
                    {'t': {'$elemMatch': {'$eq': 'a'}}} | ab
                    {'t': {'$elemMatch': {'$eq': null}}} | bc
                    {'t': {'$elemMatch': {'$in': [5, 'c']}}} | bc numbers
                    {'t': {'$elemMatch': {'$nin': ['a', 'b', 'c', null]}}} | numbers deep
                    {'t': {'$elemMatch': {'$not': {'$gte': 2}}}} | ab bc numbers deep
                    {'t': {'$elemMatch': {'$contains': 'a'}}} | deep
                    {'t': {'$elemMatch': {'$elemMatch': {'$lt': 2}}}} | deep
                    {'t': {'$elemMatch': {'$elemMatch': {'$contains': 5}}}} | deep
                    {'p.c': {'$elemMatch': {'n': 1, 'k': 'y'}}} | tree
                    {'p.c': {'$elemMatch': {'n': 2, 'k': 'y'}}} | -
                    {'p.c': {'$elemMatch': {'n': 3}}}   | -
                    {'p': {'$elemMatch': {'c': {'$elemMatch': {'n': 1, 'k': {'$elemMatch': {'$gt': 'x'}}}}}}} | tree
                    """)
    default void elemMatchMeansOneElementThatMeetsItAll(String filter, String expected) {
        assertThat(inTheLibrary(filter)).containsExactlyInAnyOrder(names(expected));
    }

    @Test
    default void looksForAHundredValuesInArraysToo() {
        var collection = library();
        List<Value> numbers = new ArrayList<>();
        for (int i = 5; i < 105; i++) {
            numbers.add(new Value.Decimal(BigDecimal.valueOf(i)));
        }
        Filter any = new Filter.In(path("t"), numbers);
        numbers.add(new Value.Null());
        Filter anyOrNull = new Filter.In(path("t"), numbers);

        assertThat(matching(collection, any)).containsExactly("numbers");
        assertThat(matching(collection, new Not(any))).hasSize(LIBRARY.size() - 1);
        assertThat(matching(collection, anyOrNull))
                .contains("numbers", "bc", "null", "missing")
                .doesNotContain("ab", "empty", "deep");
    }

    @Test
    default void aScalarIsNotWhatIsInAnArray() {
        var collection = library();
        var a = new Filter.ScalarIn(path("t"), List.of(new Value.Text("a"), new Value.Text("z")));
        var bob = new Filter.ScalarIn(path("w", "name"), List.of(new Value.Text("Bob")));
        var many =
                new Filter.ScalarIn(
                        path("t"),
                        IntStream.range(0, 100)
                                .<Value>mapToObj(i -> new Value.Text(i == 50 ? "a" : "a" + i))
                                .toList());

        assertThat(matching(collection, a)).containsExactly("a");
        assertThat(matching(collection, new Not(a))).hasSize(LIBRARY.size() - 1);
        assertThat(matching(collection, bob)).containsExactly("bob");
        assertThat(matching(collection, many)).containsExactly("a");
        assertThat(matching(collection, new Filter.ScalarIn(path("t"), List.of()))).isEmpty();
    }

    @Test
    default void followsThePathOfSixtyFourKeysThroughArrays() {
        var collection = plane();
        Object metadata = 1;
        for (int i = 0; i < Filter.KEYS_MAX; i++) {
            metadata = i % 2 == 0 ? Map.of("k", metadata) : Map.of("k", List.of(metadata));
        }
        var row = new LinkedHashMap<String, Object>();
        row.put("top", metadata);
        fill(collection, findable("longest", 0).metadata(row).build());
        String path = "top" + ".k".repeat(Filter.KEYS_MAX - 1);

        assertThat(matching(collection, Filter.parse(Map.of(path + "", Map.of("$exists", true)))))
                .containsExactly("longest");
        assertThat(matchingJson(collection, "{'" + path + "': null}")).isEmpty();
        assertThat(matchingJson(collection, "{'" + path + "x': null}")).containsExactly("longest");
    }

    private CollectionRef library() {
        var collection = plane();
        fill(
                collection,
                LIBRARY.entrySet().stream()
                        .map(row -> findable(row.getKey(), 0).metadata(Json.read(row.getValue())))
                        .map(ChunkBuilder::build)
                        .toList());
        return collection;
    }

    private List<String> inTheLibrary(String filter) {
        return matchingJson(library(), filter);
    }
}
