package dev.tributary.search;

import dev.tributary.vector.Filter;
import dev.tributary.vector.Hit;
import dev.tributary.vector.Include;
import dev.tributary.vector.StoredChunk;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/** What hits are grouped by. */
sealed interface GroupKey permits GroupField, ParentKey {
    /** What a hit must come with for its value to be read. */
    Set<Include> include();

    /**
     * The values of hits by their ids; absent where a chunk has none, which is a group of its own.
     *
     * @param lookUp gives chunks by their ids; asked only for what hits come without
     */
    Map<UUID, Object> valuesOf(List<Hit> hits, Function<List<UUID>, List<StoredChunk>> lookUp);

    /** What tells the group of a value from others: equal for all values that mean the same. */
    Object keyOf(Object value);

    /**
     * Matches the chunks of groups.
     *
     * @param keys at least one, each as {@link #keyOf} gives it
     */
    Filter matching(List<Object> keys);
}
