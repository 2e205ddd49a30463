package dev.tributary.ingest;

import dev.tributary.failure.ServiceException;
import dev.tributary.failure.ServiceException.FieldError;
import dev.tributary.json.EmbeddingJson;
import dev.tributary.json.WholeNumbers;
import dev.tributary.vector.Embedding;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.annotation.JsonDeserialize;

/**
 * One element of a put: a chunk, or the first error in it. An invalid one is skipped to its end, so
 * that the others can be stored; only invalid JSON fails the whole request.
 *
 * <p>Parsed by hand, token by token, because a request may have a thousand embeddings.
 *
 * @param input the fields that could be read
 * @param error the first error; null if all fields could be read
 */
@JsonDeserialize(using = ChunkReading.Reader.class)
record ChunkReading(ChunkInput input, @Nullable FieldError error) {
    private static final ChunkReading NULL =
            new ChunkReading(
                    new ChunkInput(
                            null, null, null, null, null, null, null, null, null, null, null, null,
                            null, null, null),
                    new FieldError("chunk", "must be an object"));

    static final class Reader extends ValueDeserializer<ChunkReading> {
        @Override
        public ChunkReading deserialize(JsonParser parser, DeserializationContext context) {
            return new Fields(parser, context).read();
        }

        /** A null is an invalid chunk like any other. */
        @Override
        public Object getNullValue(DeserializationContext context) {
            return NULL;
        }
    }

    /** The fields of one chunk while they are read. */
    private static final class Fields {
        private static final TypeReference<Map<String, @Nullable Object>> OBJECT =
                new TypeReference<>() {};
        private static final Set<String> KNOWN =
                Set.of(
                        "id",
                        "source_type",
                        "source_id",
                        "chunk_index",
                        "content",
                        "embedding",
                        "metadata",
                        "tenant",
                        "acl_digest",
                        "cert_refs",
                        "boosts",
                        "content_hash",
                        "parent_index",
                        "parent_content",
                        "token_count",
                        "created_at",
                        "updated_at");
        private static final String INTEGER = "must be a whole number up to 2,147,483,647";
        private static final Pattern UUID_TEXT =
                Pattern.compile("(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

        private final JsonParser parser;
        private final DeserializationContext context;
        private final Set<String> seen = new HashSet<>();
        private @Nullable FieldError error;

        private @Nullable UUID id;
        private @Nullable String sourceType;
        private @Nullable String sourceId;
        private @Nullable Integer chunkIndex;
        private @Nullable String content;
        private @Nullable Embedding embedding;
        private @Nullable Map<String, @Nullable Object> metadata;
        private @Nullable String tenant;
        private @Nullable String aclDigest;
        private @Nullable Object certRefs;
        private @Nullable Map<String, Double> boosts;
        private @Nullable String contentHash;
        private @Nullable Integer parentIndex;
        private @Nullable String parentContent;
        private @Nullable Integer tokenCount;

        Fields(JsonParser parser, DeserializationContext context) {
            this.parser = parser;
            this.context = context;
        }

        ChunkReading read() {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                refuse("chunk", "must be an object");
                parser.skipChildren();
            } else {
                String field;
                while ((field = parser.nextName()) != null) {
                    parser.nextToken();
                    readField(field);
                }
            }
            return new ChunkReading(
                    new ChunkInput(
                            id,
                            sourceType,
                            sourceId,
                            chunkIndex,
                            content,
                            embedding,
                            metadata,
                            tenant,
                            aclDigest,
                            certRefs,
                            boosts,
                            contentHash,
                            parentIndex,
                            parentContent,
                            tokenCount),
                    error);
        }

        private void readField(String field) {
            int depth = parser.streamReadContext().getNestingDepth();
            boolean open = parser.currentToken().isStructStart();
            try {
                if (parser.currentToken() != JsonToken.VALUE_NULL) {
                    take(field);
                }
            } catch (ServiceException e) {
                refuse(field, e);
                leave(open ? depth - 1 : depth);
            } catch (DatabindException _) {
                // Valid JSON that cannot be represented: a number with an exponent of 11 digits.
                refuse(field, "has a value that cannot be stored");
                leave(open ? depth - 1 : depth);
            }
        }

        /** Skips to the end of the value that could not be read. */
        private void leave(int depth) {
            while (parser.streamReadContext().getNestingDepth() > depth) {
                parser.nextToken();
            }
        }

        private void take(String field) {
            if (!KNOWN.contains(field)) {
                throw ServiceException.invalid(field, "is not a field of a chunk");
            }
            if (!seen.add(field)) {
                throw ServiceException.invalid(field, "appears twice");
            }
            switch (field) {
                case "id" -> id = uuid();
                case "source_type" -> sourceType = text(field);
                case "source_id" -> sourceId = text(field);
                case "chunk_index" -> chunkIndex = integer(field);
                case "content" -> content = text(field);
                case "embedding" -> embedding = EmbeddingJson.read(parser);
                case "metadata" -> metadata = object(field);
                case "tenant" -> tenant = text(field);
                case "acl_digest" -> aclDigest = text(field).toLowerCase(Locale.ROOT);
                case "cert_refs" -> certRefs = context.readValue(parser, Object.class);
                case "boosts" -> boosts = boosts(field);
                case "content_hash" -> contentHash = text(field).toLowerCase(Locale.ROOT);
                case "parent_index" -> parentIndex = integer(field);
                case "parent_content" -> parentContent = text(field);
                case "token_count" -> tokenCount = integer(field);
                // Accepted as exports have them, but ignored: the store sets its own times.
                case "created_at", "updated_at" -> text(field);
                default -> throw new IllegalStateException(field);
            }
        }

        private UUID uuid() {
            String text = text("id");
            if (!UUID_TEXT.matcher(text).matches()) {
                throw ServiceException.invalid("id", "must be a UUID of 36 characters");
            }
            return UUID.fromString(text);
        }

        private String text(String field) {
            if (parser.currentToken() != JsonToken.VALUE_STRING) {
                throw ServiceException.invalid(field, "must be a string");
            }
            return parser.getString();
        }

        private int integer(String field) {
            if (!WholeNumbers.isWhole(parser)) {
                throw ServiceException.invalid(field, INTEGER);
            }
            try {
                return parser.getIntValue();
            } catch (InputCoercionException _) {
                throw ServiceException.invalid(field, INTEGER);
            }
        }

        private Map<String, @Nullable Object> object(String field) {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                throw ServiceException.invalid(field, "must be an object");
            }
            return context.readValue(parser, context.getTypeFactory().constructType(OBJECT));
        }

        private Map<String, Double> boosts(String field) {
            Map<String, Double> factors = new LinkedHashMap<>();
            object(field)
                    .forEach((name, factor) -> {
                        if (!(factor instanceof Number number)) {
                            throw ServiceException.invalid(field + "." + name, "must be a number");
                        }
                        factors.put(name, number.doubleValue());
                    });
            return factors;
        }

        private void refuse(String field, String message) {
            if (error == null) {
                error = new FieldError(field, message);
            }
        }

        private void refuse(String field, ServiceException e) {
            if (error == null) {
                error =
                        e.errors().isEmpty()
                                ? new FieldError(field, String.valueOf(e.getMessage()))
                                : e.errors().getFirst();
            }
        }
    }
}
