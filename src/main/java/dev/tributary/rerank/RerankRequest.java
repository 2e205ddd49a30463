package dev.tributary.rerank;

import dev.tributary.failure.ServiceException;
import dev.tributary.failure.ServiceException.FieldError;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Texts to order by relevance, in the shape of Cohere's {@code POST /v2/rerank}.
 *
 * @param model the name of a reranker; optional if there is only one
 * @param query the query that the texts are ranked for
 * @param documents texts, or objects with a {@code text} and nothing else
 * @param topN most results; all if absent
 * @param returnDocuments true to return each text with its result
 * @param rankFields accepted for Cohere's clients, but only as {@code ["text"]}
 * @param maxTokensPerDoc accepted for Cohere's clients, and ignored: a model reads what it can
 * @param maxChunksPerDoc accepted for Cohere's clients, and ignored
 * @param priority accepted for Cohere's clients, and ignored
 */
record RerankRequest(
        @Nullable String model,
        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) @Nullable String query,
        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, implementation = Object[].class)
                @Nullable JsonNode documents,
        @Nullable Integer topN,
        @Nullable Boolean returnDocuments,
        @Nullable List<String> rankFields,
        @Nullable Integer maxTokensPerDoc,
        @Nullable Integer maxChunksPerDoc,
        @Nullable Integer priority) {
    private static final int QUERY_CHARACTERS_MAX = 8_192;
    private static final int DOCUMENT_CHARACTERS_MAX = 1_048_576;
    private static final int ERRORS_MAX = 100;
    private static final String TEXT = "text";

    /**
     * A validated request.
     *
     * @param documents at least one, none of them blank
     * @param topN most results, at least 1
     */
    record Task(String query, List<String> documents, int topN, boolean withDocuments) {}

    /**
     * Validates the request.
     *
     * @throws ServiceException {@code INVALID} naming every invalid field
     */
    Task task(int documentsMax) {
        List<FieldError> errors = new ArrayList<>();
        String checkedQuery = query == null ? "" : query;
        check(errors, "query", query, QUERY_CHARACTERS_MAX);
        List<String> texts = texts(errors, documentsMax);
        if (topN != null && topN < 1) {
            errors.add(new FieldError("top_n", "is %,d, must be at least 1".formatted(topN)));
        }
        if (rankFields != null && !rankFields.equals(List.of(TEXT))) {
            errors.add(new FieldError("rank_fields", "must be [\"text\"], or left out"));
        }
        if (!errors.isEmpty()) {
            throw ServiceException.invalid(errors.subList(0, Math.min(errors.size(), ERRORS_MAX)));
        }
        return new Task(
                checkedQuery,
                texts,
                topN == null ? texts.size() : Math.min(topN, texts.size()),
                Boolean.TRUE.equals(returnDocuments));
    }

    private List<String> texts(List<FieldError> errors, int documentsMax) {
        if (documents == null || documents.isNull()) {
            errors.add(new FieldError("documents", "is missing"));
            return List.of();
        }
        if (!documents.isArray()) {
            errors.add(new FieldError("documents", "must be an array of strings"));
            return List.of();
        }
        if (documents.isEmpty() || documents.size() > documentsMax) {
            errors.add(
                    new FieldError(
                            "documents",
                            "has %,d elements, must have 1 to %,d"
                                    .formatted(documents.size(), documentsMax)));
            return List.of();
        }
        List<String> texts = new ArrayList<>(documents.size());
        for (int i = 0; i < documents.size() && errors.size() < ERRORS_MAX; i++) {
            texts.add(text(errors, "documents[" + i + "]", documents.get(i)));
        }
        return texts;
    }

    private static String text(List<FieldError> errors, String field, JsonNode node) {
        if (node.isString()) {
            check(errors, field, node.stringValue(), DOCUMENT_CHARACTERS_MAX);
            return node.stringValue();
        }
        JsonNode text = node.path(TEXT);
        if (!text.isString() || node.size() != 1) {
            errors.add(new FieldError(field, "must be a string, or an object with text alone"));
            return "";
        }
        check(errors, field + "." + TEXT, text.stringValue(), DOCUMENT_CHARACTERS_MAX);
        return text.stringValue();
    }

    private static void check(
            List<FieldError> errors, String field, @Nullable String text, int charactersMax) {
        if (text == null) {
            errors.add(new FieldError(field, "is missing"));
        } else if (text.isBlank()) {
            errors.add(new FieldError(field, "is blank"));
        } else if (text.length() > charactersMax) {
            errors.add(
                    new FieldError(
                            field,
                            "has %,d characters, must have 1 to %,d"
                                    .formatted(text.length(), charactersMax)));
        }
    }
}
