package dev.tributary.cli.read;

import dev.tributary.cli.exit.CommandException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads one JSON array of any length, or the array of an object that has one under a usual name
 * such as {@code data}: of vectors, or of objects with {@code embedding} or {@code vector}, {@code
 * id}, {@code content}, {@code text} or {@code document}, and {@code metadata}. Any other field is
 * also metadata. The id of an element without one is its index, from 0.
 */
final class JsonReader implements VectorReader {
    /** Where an object may have its rows. */
    static final List<String> ROWS =
            List.of(
                    "data",
                    "rows",
                    "items",
                    "results",
                    "records",
                    "chunks",
                    "vectors",
                    "points",
                    "documents",
                    "embeddings");

    /** What an element of OpenAI's answer has beside its embedding. */
    private static final Set<String> OPENAI = Set.of("object", "index");

    private final SourceInput input;
    private final JsonParser parser;
    private final @Nullable Ids ids;
    private boolean isEnveloped;
    private boolean isOpenAi;
    private long number;

    /**
     * @param ids an id for each element, used instead of its own; null to use its own
     */
    JsonReader(SourceInput input, @Nullable Ids ids) throws IOException {
        this.input = input;
        this.ids = ids;
        parser = ChunkJson.MAPPER.createParser(input.text());
        try {
            JsonToken first = parser.nextToken();
            if (first == JsonToken.START_OBJECT) {
                isEnveloped = true;
                enter();
            } else if (first != JsonToken.START_ARRAY) {
                throw CommandException.wrong("the file must be one JSON array");
            }
        } catch (JacksonException e) {
            throw broken(e);
        }
    }

    /**
     * Opens a file, or standard input.
     *
     * @param file null for standard input
     */
    static VectorReader open(@Nullable Path file, InputStream standard, @Nullable Ids ids)
            throws IOException {
        return file != null && JsonColumnsReader.isColumns(file)
                ? JsonColumnsReader.open(file, ids)
                : new JsonReader(SourceInput.open(file, standard), ids);
    }

    /** Goes to the first element of the array that an object has. */
    private void enter() {
        List<String> fields = new ArrayList<>();
        String field;
        while ((field = parser.nextName()) != null) {
            JsonToken token = parser.nextToken();
            if (token == JsonToken.START_ARRAY && ROWS.contains(field)) {
                return;
            }
            isOpenAi |= field.equals("object") && "list".equals(parser.getString());
            fields.add(field);
            parser.skipChildren();
        }
        String hint = "name the array: jq .NAME file.json > rows.json";
        if (parser.nextToken() == JsonToken.START_OBJECT) {
            hint = "for one object per line, use --format ndjson";
        } else if (fields.contains(JsonColumnsReader.IDS)) {
            hint = "columns such as Chroma's are read from a file, not from standard input";
        }
        throw CommandException.wrong(
                        "the file must be one JSON array, or an object with one under %s; it is an object with %s"
                                .formatted(
                                        String.join(", ", ROWS),
                                        fields.isEmpty() ? "nothing" : String.join(", ", fields)))
                .withHint(hint);
    }

    @Override
    public @Nullable SourceRecord next() throws IOException {
        try {
            number++;
            JsonToken token = parser.nextToken();
            if (token == JsonToken.END_ARRAY) {
                number--;
                requireEnd();
                return null;
            }
            return switch (token) {
                case START_ARRAY ->
                        new Row(number, id(null), ChunkJson.embedding(parser), null, Map.of());
                case START_OBJECT -> object();
                case null, default -> throw CommandException.wrong("must be a vector or an object");
            };
        } catch (JacksonException e) {
            throw broken(e);
        } catch (CommandException e) {
            throw CommandException.wrong("row %,d: %s".formatted(number, e.getMessage()));
        }
    }

    private void requireEnd() throws IOException {
        while (isEnveloped && parser.nextName() != null) {
            parser.nextToken();
            parser.skipChildren();
        }
        if (parser.nextToken() != null) {
            throw CommandException.wrong("the file continues after the end of its array");
        }
        if (ids != null) {
            ids.requireCount(number);
        }
    }

    private Row object() throws IOException {
        String id = null;
        String content = null;
        float[] embedding = null;
        Map<String, @Nullable Object> metadata = new LinkedHashMap<>();
        String field;
        while ((field = parser.nextName()) != null) {
            JsonToken token = parser.nextToken();
            if (token == JsonToken.VALUE_NULL || (isOpenAi && OPENAI.contains(field))) {
                continue;
            }
            switch (field) {
                case "id", "_id", "source_id" -> id = text(field, token);
                case "embedding", "vector" -> embedding = ChunkJson.embedding(parser);
                case "content", "text", "document" -> content = text(field, token);
                case "metadata" -> metadata.putAll(map());
                default -> metadata.put(field, parser.readValueAs(Object.class));
            }
        }
        return new Row(number, id(id), embedding, content, metadata);
    }

    private String text(String field, JsonToken token) {
        if (!token.isScalarValue()) {
            throw CommandException.wrong(field + " must be a string");
        }
        return parser.getString();
    }

    private Map<String, @Nullable Object> map() {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw CommandException.wrong("metadata must be an object");
        }
        return parser.readValueAs(ChunkJson.OBJECT);
    }

    private String id(@Nullable String own) throws IOException {
        return ids == null && own != null ? own : Ids.of(ids, number);
    }

    private CommandException broken(JacksonException e) {
        String where = number == 0 ? "the file" : "row %,d".formatted(number);
        return CommandException.wrong(where + " is not JSON: " + e.getOriginalMessage());
    }

    @Override
    public double share() {
        return input.share();
    }

    @Override
    public void close() throws IOException {
        parser.close();
        input.close();
        if (ids != null) {
            ids.close();
        }
    }
}
