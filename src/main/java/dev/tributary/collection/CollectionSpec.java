package dev.tributary.collection;

import dev.tributary.vector.IndexSpec;
import dev.tributary.vector.Metric;
import dev.tributary.vector.TextSpec;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A collection to be made, every default filled in.
 *
 * @param givenText what the request said of the text, without defaults
 * @param isIndexGiven whether the request said anything of the index
 * @param isMetadataGiven whether the request said anything of the metadata
 */
record CollectionSpec(
        @Nullable String model,
        int dimension,
        Metric metric,
        TextSpec text,
        TextRequest givenText,
        @Nullable String description,
        Map<String, @Nullable Object> metadata,
        IndexSpec index,
        boolean isIndexGiven,
        boolean isMetadataGiven) {}
