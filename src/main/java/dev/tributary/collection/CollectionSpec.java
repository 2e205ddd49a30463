package dev.tributary.collection;

import dev.tributary.vector.IndexSpec;
import dev.tributary.vector.Metric;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A collection to be made, every default filled in.
 *
 * @param isIndexGiven whether the request said anything of the index
 * @param isMetadataGiven whether the request said anything of the metadata
 */
record CollectionSpec(
        @Nullable String model,
        int dimension,
        Metric metric,
        String language,
        @Nullable String description,
        Map<String, @Nullable Object> metadata,
        IndexSpec index,
        boolean isIndexGiven,
        boolean isMetadataGiven) {}
