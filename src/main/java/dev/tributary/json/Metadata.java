package dev.tributary.json;

import dev.tributary.failure.ServiceException;
import dev.tributary.vector.TextRules;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rules for metadata: a JSON object that every store can keep and filter by. */
public final class Metadata {
    /** Most bytes of metadata, written as JSON in UTF-8 without spaces. */
    public static final int BYTES_MAX = 65_536;

    /** Most levels of objects and arrays, including the outermost. */
    public static final int DEPTH_MAX = 32;

    /** Largest exponent, so that a double can tell the number from zero and from infinity. */
    private static final int EXPONENT_MAX = 307;

    private final String field;
    private int bytes;

    private Metadata(String field) {
        this.field = field;
    }

    /**
     * Returns the map if it can be stored.
     *
     * @param field where it is in the request, for messages
     * @throws ServiceException {@code INVALID} naming the place inside if text cannot be stored, a
     *     number is not finite or beyond 1e±307, it has more than {@link #DEPTH_MAX} levels or
     *     {@link #BYTES_MAX} bytes
     */
    public static Map<String, @Nullable Object> check(
            String field, Map<String, @Nullable Object> map) {
        new Metadata(field).object(field, map, 1);
        return map;
    }

    private void value(String path, @Nullable Object value, int depth) {
        switch (value) {
            case null -> add(4);
            case String text -> text(path, text);
            case Boolean truth -> add(truth ? 4 : 5);
            case Number number -> number(path, number);
            case Map<?, ?> map -> object(path, map, depth);
            case List<?> list -> array(path, list, depth);
            default ->
                    throw new IllegalArgumentException(
                            path + " is a " + value.getClass().getName() + ", not JSON");
        }
    }

    private void object(String path, Map<?, ?> map, int depth) {
        requireDepth(depth);
        add(map.isEmpty() ? 2 : 1);
        map.forEach((key, value) -> {
            String name = String.valueOf(key);
            String place = path + "." + name;
            text(path, name);
            add(2);
            value(place, value, depth + 1);
        });
    }

    private void array(String path, List<?> list, int depth) {
        requireDepth(depth);
        add(list.isEmpty() ? 2 : 1);
        for (int i = 0; i < list.size(); i++) {
            value(path + "[" + i + "]", list.get(i), depth + 1);
            add(1);
        }
    }

    private void requireDepth(int depth) {
        if (depth > DEPTH_MAX) {
            throw ServiceException.invalid(field, "is nested deeper than " + DEPTH_MAX + " levels");
        }
    }

    private void text(String path, String text) {
        TextRules.storable(path, text);
        add(2);
        for (int i = 0; i < text.length(); i++) {
            add(bytes(text.charAt(i)));
        }
    }

    /**
     * The bytes of a character in JSON. Half of a surrogate pair counts as 2, as the pair has 4.
     */
    private static int bytes(char c) {
        if (c < ' ') {
            return "\b\t\n\f\r".indexOf(c) >= 0 ? 2 : 6;
        }
        if (c == '"' || c == '\\') {
            return 2;
        }
        if (c < 0x80) {
            return 1;
        }
        return c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }

    private void number(String path, Number number) {
        if (number instanceof Double || number instanceof Float) {
            if (!Double.isFinite(number.doubleValue())) {
                throw ServiceException.invalid(path, "is " + number + ", must be finite");
            }
        } else if (number instanceof BigDecimal || number instanceof BigInteger) {
            requireMagnitude(
                    path,
                    number instanceof BigInteger whole
                            ? new BigDecimal(whole)
                            : (BigDecimal) number);
        }
        add(number.toString().length());
    }

    private static void requireMagnitude(String path, BigDecimal number) {
        if (number.signum() == 0 && Math.abs((long) number.scale()) <= EXPONENT_MAX) {
            return;
        }
        long exponent = (long) number.precision() - number.scale();
        if (Math.abs(exponent) > EXPONENT_MAX) {
            throw ServiceException.invalid(path, "is a number beyond 1e±" + EXPONENT_MAX);
        }
    }

    private void add(int more) {
        bytes += more;
        if (bytes > BYTES_MAX) {
            throw ServiceException.invalid(
                    field, "has more than %,d bytes as JSON".formatted(BYTES_MAX));
        }
    }
}
