package dev.tributary.embedding;

import dev.tributary.failure.ServiceException;
import dev.tributary.failure.ServiceException.FieldError;
import dev.tributary.vector.TextRules;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Texts to embed, in the shape of OpenAI's {@code POST /v1/embeddings}.
 *
 * @param input a text, or an array of texts; or the same as token ids of {@code cl100k_base} if the
 *     model is one of OpenAI's
 * @param model name of the model; the default model if absent
 * @param encodingFormat {@code float} (default) for an array of numbers, {@code base64} for
 *     little-endian float32
 * @param dimensions if given, must be the model's own dimension
 * @param user accepted for OpenAI's clients, and ignored
 */
record EmbedRequest(
        @Schema(
                        requiredMode = Schema.RequiredMode.REQUIRED,
                        implementation = Object.class,
                        oneOf = {String.class, String[].class})
                @Nullable JsonNode input,
        @Nullable String model,
        @Nullable String encodingFormat,
        @Nullable Integer dimensions,
        @Nullable String user) {
    private static final int ERRORS_MAX = 100;

    /**
     * Returns the texts, in order.
     *
     * @param chosen whose tokens token ids are
     * @throws ServiceException {@code INVALID} naming each element that is not a text, is empty or
     *     too long, or cannot be stored
     */
    List<String> texts(EmbeddingModel chosen, int inputsMax, int charactersMax) {
        if (input == null || input.isNull()) {
            throw ServiceException.invalid("input", "is missing");
        }
        if (!input.isArray()) {
            return List.of(text("input", input, charactersMax));
        }
        if (TokenIds.isText(input)) {
            String text = TokenIds.decode("input", input, chosen);
            return List.of(text("input", text, charactersMax));
        }
        return elements(input, chosen, inputsMax, charactersMax);
    }

    private static List<String> elements(
            JsonNode array, EmbeddingModel chosen, int inputsMax, int charactersMax) {
        if (array.isEmpty() || array.size() > inputsMax) {
            throw ServiceException.invalid(
                    "input",
                    "has %,d elements, must have 1 to %,d".formatted(array.size(), inputsMax));
        }
        List<String> texts = new ArrayList<>();
        List<FieldError> errors = new ArrayList<>();
        for (int i = 0; i < array.size() && errors.size() < ERRORS_MAX; i++) {
            String field = "input[" + i + "]";
            JsonNode element = array.get(i);
            try {
                texts.add(
                        TokenIds.isText(element)
                                ? text(
                                        field,
                                        TokenIds.decode(field, element, chosen),
                                        charactersMax)
                                : text(field, element, charactersMax));
            } catch (ServiceException e) {
                if (e.hint() != null) {
                    throw e;
                }
                errors.addAll(e.errors());
            }
        }
        if (!errors.isEmpty()) {
            throw ServiceException.invalid(errors);
        }
        return texts;
    }

    private static String text(String field, JsonNode node, int charactersMax) {
        if (!node.isString()) {
            throw ServiceException.invalid(field, "must be a string");
        }
        return text(field, node.stringValue(), charactersMax);
    }

    private static String text(String field, String text, int charactersMax) {
        if (text.isEmpty() || text.length() > charactersMax) {
            throw ServiceException.invalid(
                    field,
                    "has %,d characters, must have 1 to %,d"
                            .formatted(text.length(), charactersMax));
        }
        if (TextRules.isBlank(text)) {
            throw ServiceException.invalid(field, "is blank");
        }
        return TextRules.storable(field, text);
    }

    /** True if the embeddings are to be returned as base64 of little-endian float32. */
    boolean inBase64() {
        return switch (encodingFormat) {
            case null -> false;
            case "float" -> false;
            case "base64" -> true;
            default ->
                    throw ServiceException.invalid(
                            "encoding_format", "must be \"float\" or \"base64\"");
        };
    }

    /**
     * Refuses a dimension other than the model's: shortened vectors need a model trained for that.
     */
    void checkDimensions(EmbeddingModel chosen) {
        if (dimensions != null && dimensions != chosen.dimension()) {
            throw ServiceException.impossible(
                    "dimensions",
                    "dimensions",
                    "is %,d, %s has %,d".formatted(dimensions, chosen.name(), chosen.dimension()));
        }
    }
}
