package dev.tributary.collection;

import dev.tributary.embedding.EmbeddingModel;
import dev.tributary.embedding.EmbeddingModels;
import dev.tributary.failure.FieldErrors;
import dev.tributary.failure.ServiceException;
import dev.tributary.json.Metadata;
import dev.tributary.vector.Embedding;
import dev.tributary.vector.IndexUpkeep;
import dev.tributary.vector.Metric;
import dev.tributary.vector.TextRules;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A collection to create. A null is the same as an absent field.
 *
 * @param model embedding model that the service embeds with; if absent, the caller provides the
 *     embeddings
 * @param dimension number of components of every embedding, 1 to 16,000; required without a model;
 *     with a model, optional, and must be the model's own
 * @param metric how embeddings are compared, cosine by default
 * @param language text search configuration that parses words, english by default; cjk for text
 *     without spaces between words (Chinese, Japanese, Thai), which is indexed by bigrams
 * @param text how words are ranked
 * @param description up to 4,096 characters, for humans
 * @param metadata any JSON object of up to 64 KB, stored and returned unchanged
 * @param index how the approximate index is built
 */
record CollectionRequest(
        @Nullable String model,
        @Nullable Integer dimension,
        @Nullable Metric metric,
        @Nullable String language,
        @Nullable TextRequest text,
        @Nullable String description,
        @Nullable Map<String, @Nullable Object> metadata,
        @Nullable IndexRequest index) {
    static final int DESCRIPTION_LENGTH_MAX = 4_096;
    private static final String LANGUAGE_DEFAULT = "english";
    private static final Pattern LANGUAGE = Pattern.compile("[a-z][a-z0-9_]{0,62}");

    /**
     * Returns the requested collection, with all defaults filled in.
     *
     * @throws ServiceException {@code INVALID} naming every invalid field; {@code IMPOSSIBLE} for a
     *     model that is unknown or does not match the dimension or the index
     */
    CollectionSpec toSpec(EmbeddingModels models, IndexUpkeep indexes) {
        var errors = new FieldErrors();
        checkDimension(errors);
        if (language != null && !LANGUAGE.matcher(language).matches()) {
            errors.refuse("language", "must be the name of a text search configuration");
        }
        TextRequest givenText = text == null ? TextRequest.NOTHING : text;
        givenText.check(errors);
        checkDescription(errors, description);
        IndexRequest wanted = index == null ? IndexRequest.DEFAULT : index;
        wanted.check(errors);
        errors.throwIfAny();
        int components = dimension(models);
        return new CollectionSpec(
                model,
                components,
                metric == null ? Metric.COSINE : metric,
                givenText.toSpec(language == null ? LANGUAGE_DEFAULT : language),
                givenText,
                description == null || description.isEmpty() ? null : description,
                metadata == null ? Map.of() : Metadata.check("metadata", metadata),
                wanted.toSpec(components, indexes),
                index != null,
                metadata != null);
    }

    static void checkDescription(FieldErrors errors, @Nullable String description) {
        if (description == null) {
            return;
        }
        if (description.length() > DESCRIPTION_LENGTH_MAX) {
            errors.refuse(
                    "description",
                    "has %,d characters, must have at most %,d"
                            .formatted(description.length(), DESCRIPTION_LENGTH_MAX));
            return;
        }
        TextRules.storable("description", description);
    }

    private void checkDimension(FieldErrors errors) {
        if (dimension == null) {
            if (model == null) {
                errors.refuse("dimension", "is missing; without a model, it must be given");
            }
            return;
        }
        errors.range("dimension", dimension, 1, Embedding.DIMENSION_MAX);
    }

    private int dimension(EmbeddingModels models) {
        if (model == null) {
            return dimension == null ? 0 : dimension;
        }
        int own = dimension(models.get(model));
        if (dimension != null && dimension != own) {
            throw ServiceException.impossible(
                            "dimension_mismatch",
                            "dimension",
                            "is %d, but model %s has %d".formatted(dimension, model, own))
                    .withHint("leave dimension out: the model sets it");
        }
        return own;
    }

    /**
     * If the model is unavailable, the given dimension is used; its embeddings are checked later.
     */
    private int dimension(EmbeddingModel chosen) {
        try {
            return chosen.dimension();
        } catch (ServiceException e) {
            if (dimension == null) {
                throw e;
            }
            return dimension;
        }
    }
}
