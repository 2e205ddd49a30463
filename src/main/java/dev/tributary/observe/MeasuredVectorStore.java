package dev.tributary.observe;

import dev.tributary.observe.RecallProbes.Sample;
import dev.tributary.vector.Chunk;
import dev.tributary.vector.ChunkOutcome;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.CollectionStats;
import dev.tributary.vector.Embedding;
import dev.tributary.vector.Filter;
import dev.tributary.vector.Fusion;
import dev.tributary.vector.HybridQuery;
import dev.tributary.vector.Include;
import dev.tributary.vector.IndexAdvance;
import dev.tributary.vector.IndexSpec;
import dev.tributary.vector.Page;
import dev.tributary.vector.Recall;
import dev.tributary.vector.ReplaceOutcome;
import dev.tributary.vector.SearchOptions;
import dev.tributary.vector.SearchResult;
import dev.tributary.vector.StorageStats;
import dev.tributary.vector.StoredChunk;
import dev.tributary.vector.VectorQuery;
import dev.tributary.vector.VectorStore;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A store some of whose approximate searches have their recall measured afterwards. The searches
 * themselves neither wait for that nor fail by it. Safe for use by many threads.
 */
final class MeasuredVectorStore implements VectorStore {
    private final VectorStore store;
    private final RecallProbes probes;

    MeasuredVectorStore(VectorStore store, RecallProbes probes) {
        this.store = store;
        this.probes = probes;
    }

    @Override
    public SearchResult search(CollectionRef collection, VectorQuery query) {
        SearchResult result = store.search(collection, query);
        if (isApproximate(collection, query.options()) && probes.isWanted()) {
            probes.offer(new Sample(store::search, collection, query, Recall.distances(result)));
        }
        return result;
    }

    /** Of a hybrid search the vector leg, as many candidates of it as the fusion takes. */
    @Override
    public SearchResult hybrid(CollectionRef collection, HybridQuery query) {
        SearchResult result = store.hybrid(collection, query);
        Fusion fusion = query.fusion();
        Embedding embedding = query.embedding();
        SearchOptions options = query.options();
        if (embedding != null
                && fusion.hasVectorLeg()
                && isApproximate(collection, options)
                && probes.isWanted()) {
            int candidates = Math.max(fusion.candidates(), options.topK());
            var leg = new VectorQuery(embedding, options.withTopK(candidates));
            probes.offer(new Sample(store::search, collection, leg, null));
        }
        return result;
    }

    /** A boosted answer is not that of the nearest; one that is to be explained is no usual one. */
    private static boolean isApproximate(CollectionRef collection, SearchOptions options) {
        return collection.index().type() != IndexSpec.Type.NONE
                && !options.exact()
                && !options.explain()
                && options.boost() == null;
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
    public CollectionStats stats(CollectionRef collection) {
        return store.stats(collection);
    }

    @Override
    public boolean buildIndex(CollectionRef collection) {
        return store.buildIndex(collection);
    }

    @Override
    public IndexAdvance advanceIndex(CollectionRef collection) {
        return store.advanceIndex(collection);
    }

    @Override
    public long writeMark(CollectionRef collection) {
        return store.writeMark(collection);
    }

    @Override
    public boolean isIndexed(CollectionRef collection, long mark) {
        return store.isIndexed(collection, mark);
    }

    @Override
    public StorageStats storage(CollectionRef collection) {
        return store.storage(collection);
    }

    @Override
    public List<String> tidy(CollectionRef collection) {
        return store.tidy(collection);
    }

    @Override
    public void dropOtherIndexes(CollectionRef collection) {
        store.dropOtherIndexes(collection);
    }

    @Override
    public List<ChunkOutcome> upsert(CollectionRef collection, List<Chunk> chunks) {
        return store.upsert(collection, chunks);
    }

    @Override
    public ReplaceOutcome replaceSource(
            CollectionRef collection, String sourceType, String sourceId, List<Chunk> chunks) {
        return store.replaceSource(collection, sourceType, sourceId, chunks);
    }

    @Override
    public List<StoredChunk> get(CollectionRef collection, List<UUID> ids, Set<Include> include) {
        return store.get(collection, ids, include);
    }

    @Override
    public Page scroll(
            CollectionRef collection,
            @Nullable Filter filter,
            @Nullable UUID after,
            int limit,
            Set<Include> include) {
        return store.scroll(collection, filter, after, limit, include);
    }

    @Override
    public void forEach(
            CollectionRef collection, Set<Include> include, Consumer<StoredChunk> receiver) {
        store.forEach(collection, include, receiver);
    }

    @Override
    public List<StoredChunk> sample(CollectionRef collection, int limit, Set<Include> include) {
        return store.sample(collection, limit, include);
    }

    @Override
    public long delete(CollectionRef collection, Filter filter) {
        return store.delete(collection, filter);
    }

    @Override
    public long count(CollectionRef collection, @Nullable Filter filter) {
        return store.count(collection, filter);
    }
}
