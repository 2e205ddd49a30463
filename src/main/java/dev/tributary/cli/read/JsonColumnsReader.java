package dev.tributary.cli.read;

import dev.tributary.cli.exit.CommandException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads one JSON object of columns, as Chroma's {@code collection.get()} returns it: {@code ids},
 * {@code embeddings}, {@code documents} and {@code metadatas}, each an array with one element for
 * each row. A parser for each column reads the same file, so that no column is kept in memory.
 */
final class JsonColumnsReader implements VectorReader {
    static final String IDS = "ids";
    static final String EMBEDDINGS = "embeddings";
    static final String DOCUMENTS = "documents";
    static final String METADATAS = "metadatas";
    static final List<String> NAMES = List.of(IDS, EMBEDDINGS, DOCUMENTS, METADATAS);

    private final Map<String, Column> columns;
    private final @Nullable Ids ids;
    private long number;

    /** A parser that stands before the next element of its column. */
    private record Column(SourceInput input, JsonParser parser) {
        void close() throws IOException {
            parser.close();
            input.close();
        }
    }

    private JsonColumnsReader(Map<String, Column> columns, @Nullable Ids ids) {
        this.columns = columns;
        this.ids = ids;
    }

    /** True for an object whose first array is a column, and not an array of rows. */
    static boolean isColumns(Path file) throws IOException {
        try (SourceInput input = SourceInput.open(file, InputStream.nullInputStream());
                var parser = ChunkJson.MAPPER.createParser(input.text())) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return false;
            }
            String field;
            while ((field = parser.nextName()) != null) {
                if (parser.nextToken() != JsonToken.START_ARRAY) {
                    parser.skipChildren();
                    continue;
                }
                JsonToken first = parser.nextToken();
                boolean isRows = first == JsonToken.START_OBJECT;
                if (NAMES.contains(field)) {
                    return !isRows || field.equals(METADATAS);
                }
                if (JsonReader.ROWS.contains(field)) {
                    return false;
                }
                leave(parser);
            }
            return false;
        } catch (JacksonException _) {
            // The reader of rows says where it breaks.
            return false;
        }
    }

    /** Goes to the end of an array whose first token was read. */
    private static void leave(JsonParser parser) {
        int depth = 1;
        JsonToken token = parser.currentToken();
        while (token != null) {
            depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            if (depth == 0) {
                return;
            }
            token = parser.nextToken();
        }
    }

    static JsonColumnsReader open(Path file, @Nullable Ids ids) throws IOException {
        Map<String, Column> columns = new LinkedHashMap<>();
        var reader = new JsonColumnsReader(columns, ids);
        try {
            for (String name : NAMES) {
                Column column = column(file, name);
                if (column != null) {
                    columns.put(name, column);
                }
            }
            if (!columns.containsKey(EMBEDDINGS) && !columns.containsKey(DOCUMENTS)) {
                throw CommandException.wrong(file + " has neither embeddings nor documents")
                        .withHint(
                                "in Python: collection.get(include=['embeddings', 'documents', 'metadatas'])");
            }
            return reader;
        } catch (IOException | RuntimeException e) {
            reader.close();
            throw e;
        }
    }

    /** Null if there is no such field, or if it is null. */
    private static @Nullable Column column(Path file, String name) throws IOException {
        SourceInput input = SourceInput.open(file, InputStream.nullInputStream());
        JsonParser parser = ChunkJson.MAPPER.createParser(input.text());
        var column = new Column(input, parser);
        try {
            parser.nextToken();
            String field;
            while ((field = parser.nextName()) != null) {
                JsonToken token = parser.nextToken();
                if (field.equals(name) && token == JsonToken.START_ARRAY) {
                    return column;
                }
                parser.skipChildren();
            }
        } catch (JacksonException e) {
            column.close();
            throw CommandException.wrong("the file is not JSON: " + e.getOriginalMessage());
        }
        column.close();
        return null;
    }

    @Override
    public @Nullable SourceRecord next() throws IOException {
        Map<String, JsonToken> tokens = new LinkedHashMap<>();
        number++;
        try {
            for (var column : columns.entrySet()) {
                tokens.put(column.getKey(), column.getValue().parser().nextToken());
            }
            if (tokens.values().stream().allMatch(JsonToken.END_ARRAY::equals)) {
                number--;
                if (ids != null) {
                    ids.requireCount(number);
                }
                return null;
            }
            return row(tokens);
        } catch (JacksonException e) {
            throw CommandException.wrong(
                    "row %,d is not JSON: %s".formatted(number, e.getOriginalMessage()));
        } catch (CommandException e) {
            throw CommandException.wrong("row %,d: %s".formatted(number, e.getMessage()));
        }
    }

    private Row row(Map<String, JsonToken> tokens) throws IOException {
        String id = null;
        String content = null;
        float[] embedding = null;
        Map<String, @Nullable Object> metadata = Map.of();
        for (var it : tokens.entrySet()) {
            String name = it.getKey();
            JsonToken token = it.getValue();
            JsonParser parser = parser(name);
            switch (token) {
                case VALUE_NULL -> {}
                case END_ARRAY ->
                        throw CommandException.wrong(
                                "%s has %,d elements, fewer than another column"
                                        .formatted(name, number - 1));
                default -> {
                    switch (name) {
                        case IDS -> id = text(name, token, parser);
                        case DOCUMENTS -> content = text(name, token, parser);
                        case EMBEDDINGS -> embedding = ChunkJson.embedding(parser);
                        default -> metadata = metadata(token, parser);
                    }
                }
            }
        }
        String named = ids == null && id != null ? id : Ids.of(ids, number);
        return new Row(number, named, embedding, content, metadata);
    }

    private JsonParser parser(String name) {
        Column column = columns.get(name);
        if (column == null) {
            throw new IllegalStateException(name);
        }
        return column.parser();
    }

    private static String text(String name, JsonToken token, JsonParser parser) {
        if (token == JsonToken.START_ARRAY) {
            throw CommandException.wrong(
                    name
                            + " has arrays of arrays, as the result of a query has: must be that of"
                            + " collection.get()");
        }
        if (!token.isScalarValue()) {
            throw CommandException.wrong(name + " must have strings");
        }
        return parser.getString();
    }

    private static Map<String, @Nullable Object> metadata(JsonToken token, JsonParser parser) {
        if (token != JsonToken.START_OBJECT) {
            throw CommandException.wrong(METADATAS + " must have objects");
        }
        return parser.readValueAs(ChunkJson.OBJECT);
    }

    @Override
    public double share() {
        return columns.values().stream().mapToDouble(it -> it.input().share()).min().orElse(1);
    }

    @Override
    public void close() throws IOException {
        for (Column column : columns.values()) {
            column.close();
        }
        if (ids != null) {
            ids.close();
        }
    }
}
