package dev.tributary.vector;

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
import dev.tributary.vector.Filter.ScalarIn;
import dev.tributary.vector.Filter.Value;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Random metadata and random filters over a few keys and values, so that they often meet. */
public final class RandomFilters {
    private static final List<String> KEYS =
            List.of("a", "b", "it's", "ж", "0", "\\\"%", "a.b", "$a", "");
    private static final List<@Nullable Object> SCALARS =
            Arrays.asList(
                    0,
                    1,
                    1.0,
                    -2.5,
                    9_007_199_254_740_993L,
                    "",
                    "1",
                    "a",
                    "aa",
                    "\uFFFF",
                    "😀",
                    "true",
                    true,
                    false,
                    null);
    private static final List<String> TENANTS = List.of("one", "two", "it's");
    private static final List<String> DIGESTS = List.of("00ff", "ab", "0123");

    private RandomFilters() {}

    /** Gives a chunk random metadata, and a tenant and an ACL digest or none. */
    public static ChunkBuilder vary(Random random, ChunkBuilder chunk) {
        chunk.metadata(object(random, 3));
        if (random.nextBoolean()) {
            chunk.tenant(pick(random, TENANTS));
        }
        if (random.nextBoolean()) {
            chunk.aclDigest(pick(random, DIGESTS));
        }
        if (random.nextBoolean()) {
            chunk.parent(0, null);
        }
        return chunk;
    }

    private static Map<String, @Nullable Object> object(Random random, int depth) {
        var object = new LinkedHashMap<String, @Nullable Object>();
        for (String key : KEYS) {
            if (random.nextInt(3) > 0) {
                object.put(key, value(random, depth - 1));
            }
        }
        return object;
    }

    private static @Nullable Object value(Random random, int depth) {
        int kind = depth == 0 ? 0 : random.nextInt(8);
        if (kind == 4) {
            return object(random, depth);
        }
        if (kind > 4) {
            var list = new ArrayList<@Nullable Object>();
            for (int i = random.nextInt(4); i > 0; i--) {
                list.add(kind == 7 ? object(random, depth) : value(random, depth - 1));
            }
            return list;
        }
        return SCALARS.get(random.nextInt(SCALARS.size()));
    }

    public static Filter filter(Random random) {
        return filter(random, 4);
    }

    /** A filter that keeps about a fifth of the rows. */
    static Filter few(Random random) {
        return new Equal(Column.CHUNK_INDEX, number(random.nextInt(5)));
    }

    private static Filter filter(Random random, int depth) {
        return switch (random.nextInt(depth == 0 ? 7 : 12)) {
            case 0 -> equal(random, field(random));
            case 1 -> new Exists(field(random));
            case 2 -> new Contains(path(random), scalar(random));
            case 3 -> compare(random, field(random));
            case 4 -> in(random, field(random));
            case 5 -> new Filter.AclAmong(DIGESTS.subList(0, random.nextInt(3)));
            case 6 -> new ScalarIn(path(random), known(random));
            case 7 -> new And(parts(random, depth - 1));
            case 8 -> new Or(parts(random, depth - 1));
            case 9 -> elementMatch(random, path(random), depth - 1);
            default -> new Not(filter(random, depth - 1));
        };
    }

    private static Filter elementMatch(Random random, Path path, int depth) {
        Elements elements = pick(random, List.of(Elements.values()));
        return new ElementMatch(
                path,
                elements,
                switch (elements) {
                    case OBJECTS -> inElement(random, path(random), depth);
                    case ALL -> inElement(random, Path.ELEMENT, depth);
                });
    }

    /** A condition on one path, so that it can be written in either notation. */
    private static Filter inElement(Random random, Path path, int depth) {
        return switch (random.nextInt(depth == 0 ? 5 : 8)) {
            case 0 -> equal(random, path);
            case 1 -> new Exists(path);
            case 2 -> new Contains(path, scalar(random));
            case 3 -> compare(random, path);
            case 4 -> in(random, path);
            case 5 -> elementMatch(random, path, depth - 1);
            case 6 ->
                    new And(
                            List.of(
                                    inElement(random, path, depth - 1),
                                    inElement(random, path, depth - 1)));
            default -> new Not(inElement(random, path, depth - 1));
        };
    }

    private static List<Value> known(Random random) {
        return IntStream.range(0, random.nextInt(4))
                .mapToObj(_ -> scalar(random))
                .filter(value -> !(value instanceof Value.Null))
                .toList();
    }

    private static List<Filter> parts(Random random, int depth) {
        var parts = new ArrayList<Filter>();
        for (int i = random.nextInt(4); i > 0; i--) {
            parts.add(filter(random, depth));
        }
        return parts;
    }

    private static Filter equal(Random random, Field field) {
        return new Equal(field, valueFor(random, field));
    }

    private static Filter in(Random random, Field field) {
        var values = new ArrayList<Value>();
        for (int i = random.nextInt(5); i > 0; i--) {
            values.add(valueFor(random, field));
        }
        return new In(field, values);
    }

    private static Filter compare(Random random, Field field) {
        Value bound = valueFor(random, field);
        while (bound instanceof Value.Bool || bound instanceof Value.Null) {
            bound = valueFor(random, field);
        }
        return new Compare(field, pick(random, List.of(Comparison.values())), bound);
    }

    private static Field field(Random random) {
        return random.nextInt(4) > 0
                ? path(random)
                : pick(
                        random,
                        List.of(
                                Column.SOURCE_ID,
                                Column.CHUNK_INDEX,
                                Column.PARENT_INDEX,
                                Column.TENANT));
    }

    private static Path path(Random random) {
        var keys = new ArrayList<String>();
        do {
            keys.add(pick(random, KEYS));
        } while (random.nextInt(3) == 0);
        return new Path(keys);
    }

    private static Value valueFor(Random random, Field field) {
        return switch (field) {
            case Path _ -> scalar(random);
            case Column column when column == Column.CHUNK_INDEX -> number(random.nextInt(6));
            case Column column when column == Column.PARENT_INDEX ->
                    random.nextInt(4) == 0 ? new Value.Null() : number(random.nextInt(2));
            case Column column when column == Column.TENANT ->
                    random.nextInt(5) == 0
                            ? new Value.Null()
                            : new Value.Text(pick(random, TENANTS));
            case Column _ -> new Value.Text("r" + random.nextInt(150));
        };
    }

    private static Value scalar(Random random) {
        return switch (SCALARS.get(random.nextInt(SCALARS.size()))) {
            case null -> new Value.Null();
            case Boolean bool -> new Value.Bool(bool);
            case Number number -> new Value.Decimal(Json.decimal(number));
            case Object text -> new Value.Text(text.toString());
        };
    }

    private static Value number(int number) {
        return new Value.Decimal(BigDecimal.valueOf(number));
    }

    private static <T> T pick(Random random, List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
