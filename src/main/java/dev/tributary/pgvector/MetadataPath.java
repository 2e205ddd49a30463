package dev.tributary.pgvector;

import dev.tributary.vector.Filter.Comparison;
import dev.tributary.vector.Filter.Path;
import dev.tributary.vector.Filter.Value;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Writes conditions on metadata in PostgreSQL's jsonpath, always as a parameter.
 *
 * <p>Its lax mode is what a filter means: a key looks into an object or into the objects of an
 * array, and a comparison looks at a value or at the elements of an array, each one level deep. A
 * path without keys is an element itself, which strict mode leaves as it is.
 */
record MetadataPath(List<String> keys) {
    private static final String IS_OBJECT = "@.type() == \"object\"";

    static MetadataPath of(Path path) {
        return new MetadataPath(path.keys());
    }

    /** True if any value here equals one of these. Null equals the JSON null alone. */
    String equalsAny(List<Value> values) {
        String path = steps(keys);
        return mode()
                + values.stream()
                        .map(value -> path + " == " + literal(value))
                        .collect(Collectors.joining(" || "));
    }

    String compares(Comparison comparison, Value value) {
        return mode() + steps(keys) + operator(comparison) + literal(value);
    }

    /** The path alone: true if anything is there. */
    String any() {
        return mode() + steps(keys);
    }

    /** True if a value here is null, if there is none, or if an object on the way lacks its key. */
    String isNullOrMissing() {
        String isNull = equalsAny(List.of(new Value.Null()));
        return keys.isEmpty()
                ? isNull
                : isNull + " || !exists(" + steps(keys) + ") || " + lacks("$", 0);
    }

    private String lacks(String object, int at) {
        String value = object + key(keys.get(at));
        String missing = "!exists(" + value + ")";
        if (at == keys.size() - 1) {
            return missing;
        }
        String below = " ? (" + IS_OBJECT + " && (" + lacks("@", at + 1) + "))";
        return missing + " || exists(" + value + below + ")";
    }

    /** True if an array is here that has this value among its own elements. */
    String contains(Value value) {
        if (keys.isEmpty()) {
            return "strict exists($[*] ? (@ == " + literal(value) + "))";
        }
        return "exists(" + holders(" && @" + key(keys.getLast()) + " == " + literal(value)) + ")";
    }

    /** The elements of every array that is here. */
    String elements() {
        return keys.isEmpty() ? "strict $[*]" : holders("") + key(keys.getLast()) + "[*]";
    }

    /** Every value here, and instead of an array its elements. */
    String values() {
        return keys.isEmpty() ? any() : steps(keys) + "[*]";
    }

    /** The objects that have an array under the last key. */
    private String holders(String more) {
        String array = "@" + key(keys.getLast()) + ".type() == \"array\"";
        return steps(keys.subList(0, keys.size() - 1))
                + (" ? (" + IS_OBJECT + " && " + array + more + ")");
    }

    private String mode() {
        return keys.isEmpty() ? "strict " : "";
    }

    private static String steps(List<String> keys) {
        return keys.stream().map(MetadataPath::key).collect(Collectors.joining("", "$", ""));
    }

    private static String key(String key) {
        return "." + Json.quote(key);
    }

    private static String operator(Comparison comparison) {
        return switch (comparison) {
            case GREATER -> " > ";
            case GREATER_OR_EQUAL -> " >= ";
            case LESS -> " < ";
            case LESS_OR_EQUAL -> " <= ";
        };
    }

    /** A value as JSON, which jsonpath reads as well. */
    static String literal(Value value) {
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
