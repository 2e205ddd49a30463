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
    /** The parts that a hit must include for its value to be read. */
    Set<Include> include();

    /**
     * The values of hits by id; absent if a chunk has no value and so is a group of its own.
     *
     * @param lookUp returns chunks by id; called only for what the hits do not include
     */
    Map<UUID, Object> valuesOf(List<Hit> hits, Function<List<UUID>, List<StoredChunk>> lookUp);

    /** The key of a value's group: equal for all values that mean the same. */
    Object keyOf(Object value);

    /**
     * Matches the chunks of groups.
     *
     * @param keys at least one key, each from {@link #keyOf}
     */
    Filter matching(List<Object> keys);
}
