package dev.tributary.collection;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of collections.
 *
 * @param collections the collections, by name
 * @param nextCursor sent as cursor to get the next page; absent on the last page
 */
record CollectionList(List<CollectionAnswer> collections, @Nullable String nextCursor) {}
