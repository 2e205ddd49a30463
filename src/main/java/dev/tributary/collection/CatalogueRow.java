package dev.tributary.collection;

import dev.tributary.vector.IndexSpec;
import org.jspecify.annotations.Nullable;

/**
 * A collection in the catalogue.
 *
 * @param indexTarget the index that is to replace the current one; null unless one is being built
 */
record CatalogueRow(Collection collection, @Nullable IndexSpec indexTarget) {}
