package dev.tributary.search;

import dev.tributary.vector.ChunkKey;
import dev.tributary.vector.Filter;
import dev.tributary.vector.Filter.Column;
import dev.tributary.vector.Filter.Value;
import dev.tributary.vector.Hit;
import dev.tributary.vector.Include;
import dev.tributary.vector.StoredChunk;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/** Groups hits by their parent, which is identified by the key of its first chunk. */
record ParentKey() implements GroupKey {
    /** A source; within it, numbers identify parents. */
    private record Source(String type, String id) {}

    @Override
    public Set<Include> include() {
        return Set.of();
    }

    @Override
    public Map<UUID, Object> valuesOf(
            List<Hit> hits, Function<List<UUID>, List<StoredChunk>> lookUp) {
        Map<UUID, Object> values = new HashMap<>();
        for (Hit hit : hits) {
            Integer index = hit.parentIndex();
            if (index != null) {
                ChunkKey key = hit.key();
                values.put(hit.id(), new ChunkKey(key.sourceType(), key.sourceId(), index));
            }
        }
        return values;
    }

    @Override
    public Object keyOf(Object value) {
        return value;
    }

    @Override
    public Filter matching(List<Object> keys) {
        Map<Source, List<Value>> indexes = new LinkedHashMap<>();
        for (Object key : keys) {
            ChunkKey first = (ChunkKey) key;
            indexes.computeIfAbsent(
                            new Source(first.sourceType(), first.sourceId()),
                            _ -> new ArrayList<>())
                    .add(new Value.Decimal(BigDecimal.valueOf(first.chunkIndex())));
        }
        List<Filter> parts = new ArrayList<>();
        indexes.forEach((source, values) ->
                parts.add(
                        new Filter.And(
                                List.of(
                                        Filter.source(source.type(), source.id()),
                                        new Filter.In(Column.PARENT_INDEX, values)))));
        return new Filter.Or(parts);
    }
}
