package dev.tributary.pgvector;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A statement, or a part of one, with its parameters in the order of the question marks.
 *
 * <p>The text never holds a value from a request: only generated table names and validated integers
 * are spliced.
 */
record Sql(String text, List<@Nullable Object> parameters) {
    Sql {
        parameters = Collections.unmodifiableList(new ArrayList<>(parameters));
    }

    static Sql of(String text, @Nullable Object... parameters) {
        return new Sql(text, Arrays.asList(parameters));
    }

    /** Builds the text and the parameters from parts, in order. */
    static final class Builder {
        private final StringBuilder text = new StringBuilder();
        private final List<@Nullable Object> parameters = new ArrayList<>();

        Builder add(String part, @Nullable Object... values) {
            text.append(part);
            parameters.addAll(Arrays.asList(values));
            return this;
        }

        Builder add(Sql part) {
            text.append(part.text);
            parameters.addAll(part.parameters);
            return this;
        }

        Sql build() {
            return new Sql(text.toString(), parameters);
        }
    }

    /**
     * An array parameter.
     *
     * @param type PostgreSQL's name of the elements' type
     */
    record Texts(String type, List<? extends @Nullable Object> values) {}
}
