package dev.tributary.collection;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of collections.
 *
 * @param collections by name
 * @param nextCursor to be sent as cursor for the next page; left out after the last one
 */
record CollectionList(List<CollectionAnswer> collections, @Nullable String nextCursor) {}
