package dev.tributary.collection;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of aliases.
 *
 * @param aliases the aliases, by name
 * @param nextCursor sent as cursor to get the next page; absent on the last page
 */
record AliasList(List<AliasAnswer> aliases, @Nullable String nextCursor) {}
