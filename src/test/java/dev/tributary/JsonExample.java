package dev.tributary;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * Compares an answer with the example of it on a page. In the example, {@code …} stands for
 * anything: as a text or in one, as the last element of an array, or as a key, for the keys that
 * are left out. Scores, distances, times and sizes need only be numbers, as they differ from
 * machine to machine.
 */
final class JsonExample {
    private static final String ANYTHING = "…";
    private static final Set<String> VARIABLE = Set.of("score", "distance", "took_ms", "bytes");

    private final List<String> differences = new ArrayList<>();

    private JsonExample() {}

    /** Where the answer is not like the example, each with its path; empty if it is. */
    static List<String> differences(JsonNode example, JsonNode answer) {
        var comparison = new JsonExample();
        comparison.compare("$", example, answer);
        return comparison.differences;
    }

    private void compare(String path, JsonNode example, JsonNode answer) {
        if (isAnything(example)) {
            return;
        }
        if (example.isObject() && answer.isObject()) {
            objects(path, example, answer);
        } else if (example.isArray() && answer.isArray()) {
            arrays(path, example, answer);
        } else if (!isLike(path, example, answer)) {
            differences.add(path + " is " + answer + ", the page says " + example);
        }
    }

    private void objects(String path, JsonNode example, JsonNode answer) {
        for (String name : example.propertyNames()) {
            if (name.equals(ANYTHING)) {
                continue;
            }
            if (answer.has(name)) {
                compare(path + "." + name, example.get(name), answer.get(name));
            } else {
                differences.add(path + "." + name + " is missing");
            }
        }
        for (String name : answer.propertyNames()) {
            if (!example.has(name) && !example.has(ANYTHING)) {
                differences.add(path + "." + name + " is not on the page");
            }
        }
    }

    private void arrays(String path, JsonNode example, JsonNode answer) {
        int shown = example.size();
        boolean isOpen = shown > 0 && isAnything(example.get(shown - 1));
        int compared = isOpen ? shown - 1 : shown;
        if (isOpen ? answer.size() < compared : answer.size() != compared) {
            differences.add(
                    path + " has " + answer.size() + " elements, the page shows " + compared);
            return;
        }
        for (int i = 0; i < compared; i++) {
            compare(path + "[" + i + "]", example.get(i), answer.get(i));
        }
    }

    private static boolean isLike(String path, JsonNode example, JsonNode answer) {
        if (example.isNumber() && answer.isNumber()) {
            String name = path.substring(path.lastIndexOf('.') + 1);
            return VARIABLE.contains(name)
                    || example.decimalValue().compareTo(answer.decimalValue()) == 0;
        }
        if (example.isString() && answer.isString()) {
            String pattern =
                    Arrays.stream(example.stringValue().split(ANYTHING, -1))
                            .map(Pattern::quote)
                            .collect(Collectors.joining(".*"));
            return Pattern.compile(pattern, Pattern.DOTALL).matcher(answer.stringValue()).matches();
        }
        return example.equals(answer);
    }

    private static boolean isAnything(JsonNode example) {
        return example.isString() && example.stringValue().equals(ANYTHING);
    }
}
