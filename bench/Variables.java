import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Settings from environment variables.
 *
 * @param values by name; an empty one is the same as none
 */
record Variables(Map<String, String> values) {
    static Variables ofEnvironment() {
        return new Variables(System.getenv());
    }

    String text(String name, String otherwise) {
        String value = values.getOrDefault(name, "").strip();
        return value.isEmpty() ? otherwise : value;
    }

    /** Words that are divided by blanks or commas. */
    List<String> words(String name, String otherwise) {
        return words(text(name, otherwise));
    }

    static List<String> words(String text) {
        return Stream.of(text.split("[,\\s]+")).filter(word -> !word.isEmpty()).toList();
    }

    /**
     * A whole number.
     *
     * @throws IllegalArgumentException if it is none, or out of its range
     */
    int number(String name, int otherwise, int min, int max) {
        return inRange(name, text(name, String.valueOf(otherwise)), min, max);
    }

    List<Integer> numbers(String name, String otherwise, int min, int max) {
        return words(name, otherwise).stream().map(n -> inRange(name, n, min, max)).toList();
    }

    private static int inRange(String name, String value, int min, int max) {
        if (!value.matches("\\d{1,9}")
                || Integer.parseInt(value) < min
                || Integer.parseInt(value) > max) {
            throw new IllegalArgumentException(
                    "%s is %s, must be %,d to %,d".formatted(name, value, min, max));
        }
        return Integer.parseInt(value);
    }
}
