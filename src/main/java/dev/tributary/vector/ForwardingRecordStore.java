package dev.tributary.vector;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A store that forwards every call to another one. A wrapper extends it and overrides only what it
 * changes.
 */
public abstract class ForwardingRecordStore implements RecordStore {
    private final RecordStore store;

    protected ForwardingRecordStore(RecordStore store) {
        this.store = store;
    }

    @Override
    public String name() {
        return store.name();
    }

    @Override
    public void create(CollectionRef collection) {
        store.create(collection);
    }

    @Override
    public void drop(CollectionRef collection) {
        store.drop(collection);
    }

    @Override
    public CollectionStats stats(Rows rows) {
        return store.stats(rows);
    }

    @Override
    public List<ChunkOutcome> upsert(Rows rows, List<Chunk> chunks) {
        return store.upsert(rows, chunks);
    }

    @Override
    public ReplaceOutcome replaceSource(
            Rows rows, String sourceType, String sourceId, List<Chunk> chunks) {
        return store.replaceSource(rows, sourceType, sourceId, chunks);
    }

    @Override
    public List<ChunkOutcome> patch(Rows rows, List<ChunkPatch> patches) {
        return store.patch(rows, patches);
    }

    @Override
    public void delete(Rows rows, List<UUID> ids) {
        store.delete(rows, ids);
    }

    @Override
    public long delete(Rows rows, Filter filter) {
        return store.delete(rows, filter);
    }

    @Override
    public List<StoredChunk> get(Rows rows, List<UUID> ids, Set<Include> include) {
        return store.get(rows, ids, include);
    }

    @Override
    public List<UUID> ids(Rows rows, @Nullable UUID after, int limit) {
        return store.ids(rows, after, limit);
    }

    @Override
    public Page scroll(
            Rows rows,
            @Nullable Filter filter,
            @Nullable UUID after,
            int limit,
            Set<Include> include) {
        return store.scroll(rows, filter, after, limit, include);
    }

    @Override
    public List<SourceSummary> sources(Rows rows, SourceQuery query) {
        return store.sources(rows, query);
    }

    @Override
    public void forEach(Rows rows, Set<Include> include, Consumer<StoredChunk> receiver) {
        store.forEach(rows, include, receiver);
    }

    @Override
    public List<StoredChunk> sample(Rows rows, int limit, Set<Include> include) {
        return store.sample(rows, limit, include);
    }

    @Override
    public long count(Rows rows, @Nullable Filter filter) {
        return store.count(rows, filter);
    }

    @Override
    public Optional<String> refusal(CollectionRef collection, VectorQuery query) {
        return store.refusal(collection, query);
    }

    @Override
    public Set<String> names() {
        return store.names();
    }

    @Override
    public Compared nearestOf(Rows rows, VectorQuery query, List<UUID> ids, ChangePosition since) {
        return store.nearestOf(rows, query, ids, since);
    }

    @Override
    public SearchResult search(Rows rows, VectorQuery query) {
        return store.search(rows, query);
    }

    @Override
    public SearchResult hybrid(Rows rows, HybridQuery query) {
        return store.hybrid(rows, query);
    }
}
