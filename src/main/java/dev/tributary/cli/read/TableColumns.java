package dev.tributary.cli.read;

import dev.tributary.cli.exit.CommandException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * Which columns of a table are the parts of a row; the others are metadata.
 *
 * @param id column of the ids; null to number the rows
 * @param vector column of the embeddings; null if the service is to embed the content
 * @param content column of the texts, or null
 */
record TableColumns(@Nullable String id, @Nullable String vector, @Nullable String content) {
    private static final String METADATA = "metadata";

    /** What pandas calls the index of a frame. */
    private static final String PANDAS_INDEX = "__index_level_";

    /**
     * Finds the columns by what the command line names, else by their usual names.
     *
     * @param names of all columns
     * @param vectors columns that can only be embeddings, by their type
     * @throws CommandException with the names, if it is not plain which are meant
     */
    static TableColumns find(List<String> names, List<String> vectors, SqliteTable.Wanted wanted) {
        String id = column(names, "--id-column", wanted.id(), SqliteTable.ID_NAMES, "the ids");
        String vector =
                wanted.vector() == null && vectors.size() == 1
                        ? vectors.getFirst()
                        : column(
                                names,
                                "--vector-column",
                                wanted.vector(),
                                SqliteTable.VECTOR_NAMES,
                                "the vectors");
        String content =
                column(
                        names,
                        "--content-column",
                        wanted.content(),
                        SqliteTable.CONTENT_NAMES,
                        "the content");
        if (vector == null && content == null) {
            throw CommandException.wrong(
                            "none of the columns %s is known to hold vectors or content"
                                    .formatted(String.join(", ", names)))
                    .withHint("name one with --vector-column or --content-column");
        }
        return new TableColumns(id, vector, content);
    }

    private static @Nullable String column(
            List<String> names,
            String option,
            @Nullable String wanted,
            Set<String> usual,
            String what) {
        if (wanted != null) {
            if (!names.contains(wanted)) {
                throw CommandException.wrong(
                        "%s is %s, must be one of the columns %s"
                                .formatted(option, wanted, String.join(", ", names)));
            }
            return wanted;
        }
        List<String> found =
                names.stream()
                        .filter(name -> usual.contains(name.toLowerCase(Locale.ROOT)))
                        .toList();
        if (found.size() > 1) {
            throw CommandException.wrong("%s could be %s".formatted(String.join(", ", found), what))
                    .withHint("name the column with " + option);
        }
        return found.isEmpty() ? null : found.getFirst();
    }

    /**
     * Makes a row of the values of its columns.
     *
     * @param numbered the id of a row that has no column for it
     * @throws CommandException if it has no id or no vector in what is a column of them
     */
    Row row(long number, String numbered, Map<String, ? extends @Nullable Object> values) {
        String named = numbered;
        float[] embedding = null;
        String text = null;
        if (id != null) {
            Object value = values.get(id);
            if (value == null) {
                throw CommandException.wrong(
                        "row %,d has no %s, which is the id column".formatted(number, id));
            }
            named = value.toString();
        }
        Map<String, @Nullable Object> metadata = new LinkedHashMap<>();
        for (var column : values.entrySet()) {
            Object value = column.getValue();
            String name = column.getKey();
            if (value == null || name.equals(id) || name.startsWith(PANDAS_INDEX)) {
                continue;
            }
            if (name.equals(vector)) {
                embedding = embedding(number, name, value);
            } else if (name.equals(content)) {
                text = value.toString();
            } else {
                addMetadata(metadata, name, value);
            }
        }
        return new Row(number, named, embedding, text, metadata);
    }

    private static float[] embedding(long number, String column, Object value) {
        float[] components =
                switch (value) {
                    case float[] numbers -> numbers;
                    case String text -> TextVector.parse(text);
                    default -> null;
                };
        if (components == null) {
            String shown = value.toString();
            throw CommandException.wrong(
                            "row %,d has \"%s\" in %s, must have numbers such as [0.1, 0.2]"
                                    .formatted(
                                            number,
                                            shown.length() > 40
                                                    ? shown.substring(0, 40) + "…"
                                                    : shown,
                                            column))
                    .withHint(
                            shown.contains("...")
                                    ? "numpy has shortened the vector: write vector.tolist() instead"
                                    : null);
        }
        return components;
    }

    /** An object in a column called metadata, or its JSON, is taken apart. */
    static void addMetadata(Map<String, @Nullable Object> metadata, String name, Object value) {
        if (name.equals(METADATA) && value instanceof Map<?, ?> fields) {
            fields.forEach((key, field) -> metadata.put(String.valueOf(key), field));
            return;
        }
        if (name.equals(METADATA) && value instanceof String text) {
            try {
                Map<String, @Nullable Object> fields =
                        ChunkJson.MAPPER.readValue(text, ChunkJson.OBJECT);
                if (fields != null) {
                    metadata.putAll(fields);
                    return;
                }
            } catch (JacksonException _) {
                // It is text like any other.
            }
        }
        metadata.put(name, value);
    }
}
