package dev.tributary.document;

import dev.tributary.document.chunk.ChunkingRequest;
import dev.tributary.document.extract.Content;
import dev.tributary.failure.ServiceException;
import dev.tributary.ingest.ChunkRules;
import dev.tributary.json.Metadata;
import dev.tributary.vector.ChunkKey;
import dev.tributary.vector.TextRules;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A document as it was sent: validated, but its text is not extracted yet.
 *
 * @param key key of its first chunk
 * @param chunking null for the defaults of the model
 */
record SourceDocument(
        ChunkKey key, Content content, Labels labels, @Nullable ChunkingRequest chunking) {
    private static final int TITLE_LENGTH_MAX = 1_024;

    /**
     * What every chunk of the document gets.
     *
     * @param title given by the sender; null to take the title that the document states
     * @param tenant null for none
     */
    record Labels(
            @Nullable String title,
            Map<String, @Nullable Object> metadata,
            @Nullable String tenant) {
        /**
         * Validates the values of a request.
         *
         * @throws ServiceException {@code INVALID}
         */
        static Labels of(
                @Nullable String title,
                @Nullable Map<String, @Nullable Object> metadata,
                @Nullable String tenant) {
            if (title != null && title.length() > TITLE_LENGTH_MAX) {
                throw ServiceException.invalid(
                        "title",
                        "has %,d characters, must have at most %,d"
                                .formatted(title.length(), TITLE_LENGTH_MAX));
            }
            var labels =
                    new Labels(
                            title == null ? null : TextRules.storable("title", title),
                            ChunkRules.metadata(metadata),
                            ChunkRules.tenant(tenant));
            Metadata.check("metadata", labels.common());
            return labels;
        }

        /** The metadata, with the title if one was given. */
        Map<String, @Nullable Object> common() {
            Map<String, @Nullable Object> common = new LinkedHashMap<>(metadata);
            if (title != null) {
                common.put("title", title);
            }
            return common;
        }
    }

    /**
     * The key of the first chunk of a source.
     *
     * @throws ServiceException {@code INVALID}
     */
    static ChunkKey firstKey(@Nullable String sourceType, String sourceId) {
        return ChunkRules.key(sourceType, sourceId, 0);
    }

    /**
     * Refuses a document that has too many bytes.
     *
     * @throws ServiceException {@code TOO_LARGE}
     */
    static void requireSize(long bytes, long bytesMax) {
        if (bytes > bytesMax) {
            throw ServiceException.tooLarge(
                            "the document has %,d bytes, more than the %,d allowed"
                                    .formatted(bytes, bytesMax))
                    .withHint("split it, or raise tributary.document.content-max");
        }
    }
}
