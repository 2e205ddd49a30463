package dev.tributary.cli.read;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Vectors that are written as text: {@code [0.1, 0.2]}, {@code {0.1,0.2}}, {@code 0.1 0.2}. */
final class TextVector {
    private static final Pattern BRACKETS = Pattern.compile("^[\\[({]\\s*|\\s*[\\])}]$");
    private static final Pattern SEPARATOR = Pattern.compile("\\s*[,;]\\s*|\\s+");

    private TextVector() {}

    /** The components; null if it is anything else, or nothing. */
    static float @Nullable [] parse(String text) {
        String stripped = text.strip();
        float[] json = SqliteReader.vector(stripped);
        if (json != null) {
            return json;
        }
        String inner = BRACKETS.matcher(stripped).replaceAll("");
        if (inner.isEmpty()) {
            return null;
        }
        String[] parts = SEPARATOR.split(inner, -1);
        var components = new float[parts.length];
        for (int i = 0; i < parts.length; i++) {
            try {
                components[i] = Float.parseFloat(parts[i]);
            } catch (NumberFormatException _) {
                return null;
            }
        }
        return components;
    }
}
