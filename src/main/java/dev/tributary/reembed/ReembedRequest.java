package dev.tributary.reembed;

import dev.tributary.collection.IndexRequest;
import dev.tributary.collection.Replacements.ReplacementRequest;
import dev.tributary.failure.ServiceException;
import org.jspecify.annotations.Nullable;

/**
 * How to re-embed a collection.
 *
 * @param model the embedding model of the new collection
 * @param dimension number of components of its embeddings, in case the model is unavailable; the
 *     model's own by default
 * @param target name of the new collection; derived from the old name and the model by default
 * @param index how its approximate index is built; like that of the old collection by default
 * @param keep true keeps the new collection even if the job fails or is cancelled
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
        /** Refuses the request. */
        REFUSE,
        /** Skips the chunks, and counts them as failed. */
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
