package dev.tributary.collection;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of aliases.
 *
 * @param aliases by name
 * @param nextCursor to be sent as cursor for the next page; left out after the last one
 */
record AliasList(List<AliasAnswer> aliases, @Nullable String nextCursor) {}
