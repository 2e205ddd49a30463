package dev.tributary.ingest;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.tributary.failure.ServiceException;
import dev.tributary.failure.ServiceException.FieldError;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.annotation.JsonDeserialize;

/**
 * A change of a stored chunk. A field that is absent stays as it is; null clears it.
 *
 * @param id of the chunk; required in a batch
 * @param mode merge (the default) merges metadata and boosts into the stored ones as RFC 7396 says,
 *     replace stores them instead; in a batch, that of the batch if absent
 * @param metadata a JSON object; the result is at most 64 KB
 * @param tenant row-level owner, 1 to 128 characters
 * @param aclDigest 1 to 64 bytes in hexadecimal
 * @param boosts factors by name, 0 or more
 * @param given the names of the fields that are there
 * @param error what is wrong with it; null if it could be read
 */
@JsonDeserialize(using = PatchInput.Reader.class)
record PatchInput(
        @Nullable UUID id,
        @Nullable PatchMode mode,
        @Nullable Map<String, @Nullable Object> metadata,
        @Nullable String tenant,
        @Nullable String aclDigest,
        @Nullable Map<String, @Nullable Object> boosts,
        @JsonIgnore Set<String> given,
        @JsonIgnore @Nullable FieldError error) {
    private static final Set<String> CHANGED = Set.of("metadata", "tenant", "acl_digest", "boosts");

    /** Whether a field is to be changed, be it to null. */
    boolean has(String field) {
        return given.contains(field);
    }

    private static PatchInput refused(@Nullable UUID id, FieldError error) {
        return new PatchInput(id, null, null, null, null, null, Set.of(), error);
    }

    static final class Reader extends ValueDeserializer<PatchInput> {
        private static final TypeReference<Map<String, @Nullable Object>> OBJECT =
                new TypeReference<>() {};

        @Override
        public PatchInput deserialize(JsonParser parser, DeserializationContext context) {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                parser.skipChildren();
                return getNullValue(context);
            }
            int depth = parser.streamReadContext().getNestingDepth();
            Map<String, @Nullable Object> fields;
            try {
                fields = context.readValue(parser, context.getTypeFactory().constructType(OBJECT));
            } catch (DatabindException _) {
                // It is JSON, and cannot be represented: a number with an exponent of 11 digits.
                while (parser.streamReadContext().getNestingDepth() >= depth) {
                    parser.nextToken();
                }
                return refused(null, new FieldError("chunk", "has a value that cannot be stored"));
            }
            @Nullable UUID id = null;
            try {
                id = id(fields.get("id"));
                return read(id, fields);
            } catch (ServiceException e) {
                return refused(id, e.errors().getFirst());
            }
        }

        /** A null is a bad patch like any other. */
        @Override
        public PatchInput getNullValue(DeserializationContext context) {
            return refused(null, new FieldError("chunk", "must be an object"));
        }

        private static PatchInput read(@Nullable UUID id, Map<String, @Nullable Object> fields) {
            for (String field : fields.keySet()) {
                if (!CHANGED.contains(field) && !field.equals("id") && !field.equals("mode")) {
                    throw ServiceException.invalid(
                            field,
                            "is not a field of a patch, which has id, mode, metadata, tenant,"
                                    + " acl_digest and boosts; a put changes the others");
                }
            }
            if (fields.keySet().stream().noneMatch(CHANGED::contains)) {
                throw ServiceException.invalid(
                        "metadata", "or tenant, acl_digest or boosts is required");
            }
            String digest = text("acl_digest", fields);
            return new PatchInput(
                    id,
                    mode(text("mode", fields)),
                    object("metadata", fields),
                    text("tenant", fields),
                    digest == null ? null : digest.toLowerCase(Locale.ROOT),
                    object("boosts", fields),
                    Set.copyOf(fields.keySet()),
                    null);
        }

        private static @Nullable UUID id(@Nullable Object given) {
            if (given == null) {
                return null;
            }
            if (given instanceof String text && text.length() == 36) {
                try {
                    return UUID.fromString(text.toLowerCase(Locale.ROOT));
                } catch (IllegalArgumentException _) {
                    // Falls through to the message for everything that is not an id.
                }
            }
            throw ServiceException.invalid("id", "must be a UUID of 36 characters");
        }

        private static @Nullable PatchMode mode(@Nullable String name) {
            return switch (name) {
                case null -> null;
                case "merge" -> PatchMode.MERGE;
                case "replace" -> PatchMode.REPLACE;
                default ->
                        throw ServiceException.invalid(
                                "mode", "is " + name + ", must be merge or replace");
            };
        }

        private static @Nullable String text(String field, Map<String, @Nullable Object> fields) {
            @Nullable Object value = fields.get(field);
            if (value == null || value instanceof String) {
                return (String) value;
            }
            throw ServiceException.invalid(field, "must be a string");
        }

        @SuppressWarnings("unchecked")
        private static @Nullable Map<String, @Nullable Object> object(
                String field, Map<String, @Nullable Object> fields) {
            @Nullable Object value = fields.get(field);
            if (value == null || value instanceof Map) {
                return (Map<String, @Nullable Object>) value;
            }
            throw ServiceException.invalid(field, "must be an object");
        }
    }
}
