package dev.tributary.collection;

import dev.tributary.vector.IndexSpec;
import org.jspecify.annotations.Nullable;

/**
 * A collection as the catalogue has it.
 *
 * @param indexTarget the index that is to replace the present one; null unless one is being built
 */
record CatalogueRow(Collection collection, @Nullable IndexSpec indexTarget) {}
