package dev.tributary.vector;

import dev.tributary.failure.Bounds;
import dev.tributary.failure.ServiceException;
import dev.tributary.vector.ChunkOutcome.Status;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Another store, as short as can be: a sorted map of rows, which cannot tell a new chunk from one
 * that it replaced, and knows neither boosts nor explanations.
 */
class ThrowAwayStoreTest extends StoreFixture implements VectorStoreContract {
    private final VectorStore store = new MapStore();

    @Override
    public VectorStore store() {
        return store;
    }

    @Override
    public Status statusOfNew() {
        return Status.UPDATED;
    }

    @Override
    public boolean refuses(VectorQuery query) {
        return query.options().boost() != null || query.options().explain();
    }

    private static final class MapStore implements VectorStore {
        private final Map<Long, Map<UUID, StoredChunk>> tables = new ConcurrentHashMap<>();

        @Override
        public String name() {
            return "map";
        }

        @Override
        public void create(CollectionRef collection) {
            InMemoryRecordStore.requireLanguage(collection.text().language());
            tables.putIfAbsent(collection.id(), new ConcurrentSkipListMap<>(ChunkIds.ORDER));
        }

        @Override
        public void drop(CollectionRef collection) {
            tables.remove(collection.id());
        }

        private Map<UUID, StoredChunk> table(Rows rows) {
            long id = rows.collection().id();
            return Optional.ofNullable(tables.get(id))
                    .orElseThrow(() -> ServiceException.missing("collection", id));
        }

        private Stream<StoredChunk> matching(Rows rows, @Nullable Filter filter) {
            Filter all = rows.restrict(filter);
            return table(rows).values().stream().filter(row -> FilterMatcher.matches(all, row));
        }

        @Override
        public List<ChunkOutcome> upsert(Rows rows, List<Chunk> chunks) {
            Bounds.require("chunks", chunks.size(), 0, BATCH_MAX);
            Set<UUID> seen = new HashSet<>();
            return chunks.stream().map(chunk -> upsert(rows, chunk, seen.add(chunk.id()))).toList();
        }

        private ChunkOutcome upsert(Rows rows, Chunk chunk, boolean isFirst) {
            try {
                InMemoryCollection.requireStorable(rows.collection(), chunk);
                rows.requireContains(chunk);
                StoredChunk before = table(rows).get(chunk.id());
                if (!isFirst || (before != null && !rows.contains(before.tenant()))) {
                    return ChunkOutcome.failed(chunk.id(), chunk.id() + " cannot be used");
                }
                Instant now = Instant.now();
                table(rows).put(chunk.id(), InMemoryCollection.stored(chunk, now, now));
                return ChunkOutcome.of(chunk.id(), Status.UPDATED);
            } catch (ServiceException e) {
                if (e.kind() == ServiceException.Kind.MISSING) {
                    throw e;
                }
                return ChunkOutcome.failed(chunk.id(), String.valueOf(e.getMessage()));
            }
        }

        @Override
        public void delete(Rows rows, List<UUID> ids) {
            get(rows, ids, Set.of()).forEach(row -> table(rows).remove(row.id()));
        }

        @Override
        public List<StoredChunk> get(Rows rows, List<UUID> ids, Set<Include> include) {
            Bounds.require("ids", ids.size(), 0, BATCH_MAX);
            Map<UUID, StoredChunk> table = table(rows);
            return ids.stream()
                    .distinct()
                    .map(table::get)
                    .filter(Objects::nonNull)
                    .filter(row -> rows.contains(row.tenant()))
                    .map(row -> InMemoryRecordStore.only(include, row))
                    .toList();
        }

        @Override
        public List<UUID> ids(Rows rows, @Nullable UUID after, int limit) {
            Bounds.require("limit", limit, 1, BATCH_MAX);
            return matching(rows, null)
                    .map(StoredChunk::id)
                    .filter(id -> after == null || ChunkIds.ORDER.compare(id, after) > 0)
                    .limit(limit)
                    .toList();
        }

        @Override
        public long count(Rows rows, @Nullable Filter filter) {
            return matching(rows, filter).count();
        }

        @Override
        public Optional<String> refusal(CollectionRef collection, VectorQuery query) {
            SearchOptions options = query.options();
            boolean isRefused = options.boost() != null || options.explain();
            return isRefused ? Optional.of("it has a boost or an explain") : Optional.empty();
        }

        @Override
        public SearchResult search(Rows rows, VectorQuery query) {
            rows.collection().requireFit(query.embedding());
            if (refusal(rows.collection(), query).isPresent()) {
                throw ServiceException.impossible("query_unsupported", "boost", "is not known");
            }
            Metric metric = rows.collection().metric();
            List<StoredChunk> matching = matching(rows, query.options().filter()).toList();
            return InMemorySearch.search(metric, matching, query);
        }
    }
}
