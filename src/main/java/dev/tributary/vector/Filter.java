package dev.tributary.vector;

import dev.tributary.failure.ServiceException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A condition on a chunk. Closed on purpose: a new kind must not compile until every store handles
 * it.
 *
 * <p>Every condition is either true or false, never unknown: a condition on a key that a chunk does
 * not have is false (except {@link Equal} and {@link In} with null), so {@link Not} of it is true.
 * A missing tenant counts as a missing key. A condition on an array holds if it holds for any of
 * its elements, so {@link Not} of it holds if it holds for none of them. An array within an array
 * is an element without elements of its own. A value whose type differs from the stored one is
 * neither equal, less nor greater. A condition may use any number and any instant, even one far
 * outside the range of the field.
 */
public sealed interface Filter {
    /**
     * Most conditions in one filter. An empty object counts as one; logical operators do not count.
     */
    int CONDITIONS_MAX = 64;

    /** How deep logical operators may be nested. */
    int DEPTH_MAX = 8;

    /** Most keys of one path. */
    int KEYS_MAX = 64;

    /** Most values of one {@code $in}, {@code $nin} or list of ids. */
    int VALUES_MAX = 1_000;

    /**
     * The field, or an element of it, has exactly this value. {@link Value.Null} also equals a
     * missing key: there is no value at the path, or one of several objects on it lacks the key.
     */
    record Equal(Field field, Value value) implements Filter {}

    /** The field is {@link Equal} to one of these values. An empty list matches nothing. */
    record In(Field field, List<Value> values) implements Filter {
        public In {
            values = List.copyOf(values);
        }
    }

    /**
     * The field is less or greater than a value of the same type: numbers by size, instants by
     * time, text by Unicode code point, ids as {@link VectorStore} orders them. False if the value
     * is a boolean or null.
     */
    record Compare(Field field, Comparison comparison, Value value) implements Filter {}

    /**
     * The field is one of these values itself: no array with it, nor in an array of objects. So the
     * chunks of a group are found; no request can ask for it.
     *
     * @param values without null
     */
    record ScalarIn(Path path, List<Value> values) implements Filter {
        public ScalarIn {
            values = List.copyOf(values);
        }
    }

    /** The key exists, even if its value is null or an empty array. */
    record Exists(Field field) implements Filter {}

    /** The field is an array that has this value among its own elements, null included. */
    record Contains(Path path, Value value) implements Filter {}

    /**
     * The field is an array with an element that meets the whole filter.
     *
     * @param elements which elements are looked at
     * @param filter its paths begin at the element; the one without keys is the element itself
     */
    record ElementMatch(Path path, Elements elements, Filter filter) implements Filter {}

    /** Elements of an array. */
    enum Elements {
        ALL,
        OBJECTS
    }

    /** The chunk has no ACL digest, or one of these (lower-case hexadecimal). */
    record AclAmong(List<String> digests) implements Filter {
        public AclAmong {
            digests = List.copyOf(digests);
        }
    }

    /** All parts hold; true if there are none. */
    record And(List<Filter> parts) implements Filter {
        public And {
            parts = List.copyOf(parts);
        }
    }

    /** At least one part holds; false if there are none. */
    record Or(List<Filter> parts) implements Filter {
        public Or {
            parts = List.copyOf(parts);
        }
    }

    record Not(Filter part) implements Filter {}

    /** On which side of the value the field must lie. */
    enum Comparison {
        GREATER,
        GREATER_OR_EQUAL,
        LESS,
        LESS_OR_EQUAL
    }

    /** What a condition looks at. */
    sealed interface Field {}

    /** A column of every chunk. */
    enum Column implements Field {
        ID,
        SOURCE_TYPE,
        SOURCE_ID,
        CHUNK_INDEX,
        /** {@link Parent#index()}; counts as a missing key if there is no parent. */
        PARENT_INDEX,
        TENANT,
        CREATED_AT,
        UPDATED_AT
    }

    /**
     * A path into the metadata, through objects and arrays of objects: {@code 0} is a key, not a
     * position in an array.
     *
     * @param keys at least one key, except within {@link ElementMatch}; a key may be empty, and a
     *     dot in a key is part of it
     */
    record Path(List<String> keys) implements Field {
        /** The element itself, in the filter of an {@link ElementMatch}. */
        static final Path ELEMENT = new Path(List.of());

        public Path {
            keys = List.copyOf(keys);
        }

        /**
         * Reads a path whose keys are separated by dots, such as {@code author.name}. A backslash
         * before a dot, a dollar or a backslash makes it part of the key; before anything else, the
         * backslash is part of the key itself.
         *
         * @param at where the path is in the request, for messages
         * @throws ServiceException {@code INVALID} for more than {@link #KEYS_MAX}, and text
         *     against {@link TextRules}
         */
        public static Path parse(String at, String dotted) {
            TextRules.storable(at, dotted);
            List<String> keys = new ArrayList<>();
            var key = new StringBuilder();
            for (int i = 0; i < dotted.length(); i++) {
                char character = dotted.charAt(i);
                if (character == '.') {
                    keys.add(key.toString());
                    key.setLength(0);
                } else if (character == '\\'
                        && i + 1 < dotted.length()
                        && ".$\\".indexOf(dotted.charAt(i + 1)) >= 0) {
                    key.append(dotted.charAt(++i));
                } else {
                    key.append(character);
                }
            }
            keys.add(key.toString());
            if (keys.size() > KEYS_MAX) {
                throw ServiceException.invalid(
                        at,
                        "has %,d keys in its path, must have at most %,d"
                                .formatted(keys.size(), KEYS_MAX));
            }
            return new Path(keys);
        }
    }

    /** A scalar. */
    sealed interface Value {
        record Text(String text) implements Value {}

        /** Compared by size: 1 and 1.0 are equal, and no digit is rounded away. */
        record Decimal(BigDecimal number) implements Value {}

        record Bool(boolean bool) implements Value {}

        /** JSON's null. */
        record Null() implements Value {}

        record Id(UUID id) implements Value {}

        record Time(Instant time) implements Value {}
    }

    /** Matches the chunks with these ids. */
    static Filter ids(List<UUID> ids) {
        return new In(Column.ID, ids.stream().<Value>map(Value.Id::new).toList());
    }

    /** Matches the chunks of one source. */
    static Filter source(String sourceType, String sourceId) {
        return new And(
                List.of(equal(Column.SOURCE_TYPE, sourceType), equal(Column.SOURCE_ID, sourceId)));
    }

    static Filter equal(Field field, String text) {
        return new Equal(field, new Value.Text(text));
    }

    /**
     * Reads a filter in MongoDB's notation, such as {@code {"lang": "en", "year": {"$gte": 2020}}}.
     *
     * @param json strings, numbers, booleans, nulls, lists and maps, as a JSON parser returns them
     * @throws ServiceException {@code INVALID}, with the path of the part that cannot be read
     */
    static Filter parse(Map<String, ? extends @Nullable Object> json) {
        return new FilterParser().parse(json);
    }
}
