package dev.tributary.collection;

import dev.tributary.vector.IndexSpec;
import dev.tributary.vector.Metric;
import dev.tributary.vector.TextSpec;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A collection to create, with all defaults filled in.
 *
 * @param givenText the text settings of the request, without defaults
 * @param isIndexGiven whether the request had index settings
 * @param isMetadataGiven whether the request had metadata
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
