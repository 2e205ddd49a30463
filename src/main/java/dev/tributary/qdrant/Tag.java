package dev.tributary.qdrant;

import dev.tributary.vector.Filter.Value;
import dev.tributary.vector.TextHash;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The words in which Qdrant is told of metadata: each says one thing of one path. A point has those
 * that are true of its chunk, in one indexed array of keywords, and a condition of a filter asks
 * for one of them. So a filter means in Qdrant what it means in PostgreSQL, whatever the types of
 * values: Qdrant compares nothing but words.
 *
 * <p>The first character is the kind. The path follows, its keys separated by dots, with a
 * backslash before each dot, equals sign, number sign and backslash of a key. A value follows after
 * an equals sign, as a letter for its type and a canonical text.
 */
final class Tag {
    /** Longer paths and values are replaced by their hash: SHA-256 differs if they do. */
    private static final int BYTES_MAX = 128;

    private static final Pattern ESCAPED = Pattern.compile("[.=#\\\\]");

    private Tag() {}

    /** Something is at the path, even null or an empty array. */
    static String exists(List<String> keys) {
        return "+" + path(keys);
    }

    /** A value at the path, or an element of an array there, equals this. */
    static String equal(List<String> keys, Value value) {
        return "=" + path(keys) + literal(value);
    }

    /** An array at the path has this among its own elements. */
    static String contains(List<String> keys, Value value) {
        return "@" + path(keys) + literal(value);
    }

    /** Something is at the path, and one of several objects on the way lacks its key. */
    static String lacks(List<String> keys) {
        return "-" + path(keys);
    }

    /** An array is at the path or on the way to it. */
    static String array(List<String> keys) {
        return "*" + path(keys);
    }

    /** The value that a JSON parser returned; null if it is an object or an array. */
    static @Nullable Value scalar(@Nullable Object json) {
        return switch (json) {
            case null -> new Value.Null();
            case String text -> new Value.Text(text);
            case Boolean bool -> new Value.Bool(bool);
            case BigDecimal number -> new Value.Decimal(number);
            case Number number -> new Value.Decimal(new BigDecimal(number.toString()));
            default -> null;
        };
    }

    private static String path(List<String> keys) {
        return shortened(
                keys.stream()
                        .map(key -> ESCAPED.matcher(key).replaceAll("\\\\$0"))
                        .collect(Collectors.joining(".")));
    }

    private static String literal(Value value) {
        return switch (value) {
            case Value.Text(String text) -> isLong(text) ? "=h" + TextHash.of(text) : "=s" + text;
            case Value.Decimal(BigDecimal number) -> "=n" + shortened(canonical(number));
            case Value.Bool(boolean bool) -> "=b" + bool;
            case Value.Null _ -> "=0";
            case Value.Id(var id) -> "=i" + id;
            case Value.Time(var time) -> "=t" + time;
        };
    }

    /** Equal numbers have the same digits: 1, 1.0 and 10e-1 are {@code 1e0}. */
    private static String canonical(BigDecimal number) {
        if (number.signum() == 0) {
            return "0";
        }
        BigDecimal stripped = number.stripTrailingZeros();
        return stripped.unscaledValue() + "e" + -(long) stripped.scale();
    }

    /** The text itself, or its hash after a sign that the text does not begin with. */
    private static String shortened(String text) {
        return isLong(text) ? "#" + TextHash.of(text) : text;
    }

    private static boolean isLong(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length > BYTES_MAX;
    }
}
