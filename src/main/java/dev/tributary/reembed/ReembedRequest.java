package dev.tributary.reembed;

import dev.tributary.collection.IndexRequest;
import dev.tributary.collection.Replacements.ReplacementRequest;
import dev.tributary.failure.ServiceException;
import org.jspecify.annotations.Nullable;

/**
 * How to re-embed a collection.
 *
 * @param model the embedding model of the new collection
 * @param dimension components of its embeddings, for a model that is unavailable; the model's own
 *     otherwise
 * @param target name of the new collection; made of the old name and the model by default
 * @param index how its approximate index is built; as that of the old one by default
 * @param keep true keeps the new collection also if the job fails or is cancelled
 * @param onMissingContent what to do if chunks have no content to embed: refuse (the default), or
 *     skip them
 */
record ReembedRequest(
        @Nullable String model,
        @Nullable Integer dimension,
        @Nullable String target,
        @Nullable IndexRequest index,
        @Nullable Boolean keep,
        @Nullable MissingContent onMissingContent) {
    /** What to do with chunks that have no content. */
    enum MissingContent {
        /** Begins nothing. */
        REFUSE,
        /** Leaves them out, and counts them as failed. */
        SKIP
    }

    ReplacementRequest toReplacement() {
        if (model == null) {
            throw ServiceException.invalid("model", "is required");
        }
        return new ReplacementRequest(model, dimension, target, index);
    }

    boolean isKept() {
        return keep != null && keep;
    }

    boolean isSkipping() {
        return onMissingContent == MissingContent.SKIP;
    }
}
