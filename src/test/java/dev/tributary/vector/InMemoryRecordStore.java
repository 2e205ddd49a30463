package dev.tributary.vector;

import static java.util.Comparator.comparing;

import dev.tributary.failure.ServiceException;
import dev.tributary.vector.CollectionStats.IndexState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The fake for tests that are not about a database: exact, and held to the same contract as the
 * real stores. Safe for use by many threads.
 */
public final class InMemoryRecordStore implements RecordStore, IndexUpkeep {
    private static final Set<String> LANGUAGES = Set.of("english", "simple", TextSpec.CJK);

    private final Map<Long, InMemoryCollection> committed = new ConcurrentHashMap<>();

    /** What the transaction of this thread sees; unbound outside of one. */
    private final ScopedValue<Map<Long, InMemoryCollection>> running = ScopedValue.newInstance();

    /** Runs work whose writes all happen, or none if it throws. Transactions take turns. */
    public synchronized <T> T inTransaction(Supplier<T> work) {
        Map<Long, InMemoryCollection> own = new ConcurrentHashMap<>();
        committed.forEach((id, rows) -> own.put(id, rows.copy()));
        T result = ScopedValue.where(running, own).call(work::get);
        committed.keySet().retainAll(own.keySet());
        committed.putAll(own);
        return result;
    }

    private Map<Long, InMemoryCollection> collections() {
        return running.isBound() ? running.get() : committed;
    }

    @Override
    public String name() {
        return "in-memory";
    }

    @Override
    public void create(CollectionRef collection) {
        requireLanguage(collection.text().language());
        collections().computeIfAbsent(collection.id(), _ -> new InMemoryCollection(collection));
    }

    static void requireLanguage(String language) {
        if (!LANGUAGES.contains(language)) {
            throw ServiceException.impossible(
                    "language_unknown",
                    "language",
                    "is " + language.toLowerCase(Locale.ROOT) + ", must be one of " + LANGUAGES);
        }
    }

    @Override
    public void drop(CollectionRef collection) {
        collections().remove(collection.id());
    }

    @Override
    public CollectionStats stats(Rows rows) {
        var stored = stored(rows.collection());
        boolean hasIndex = stored.hasIndex(rows.collection().index());
        return new CollectionStats(
                count(rows, null),
                stored.bytes(),
                hasIndex ? IndexState.READY : IndexState.NONE,
                null,
                0,
                null);
    }

    @Override
    public boolean buildIndex(CollectionRef collection) {
        return stored(collection).buildIndex(collection.index());
    }

    /** Every row is in every index from the start. */
    @Override
    public IndexAdvance advanceIndex(CollectionRef collection) {
        buildIndex(collection);
        return IndexAdvance.DONE;
    }

    @Override
    public long writeMark(CollectionRef collection) {
        return count(collection.allRows(), null);
    }

    @Override
    public boolean isIndexed(CollectionRef collection, long mark) {
        stored(collection);
        return true;
    }

    @Override
    public UpkeepStats upkeepStats(CollectionRef collection) {
        return new UpkeepStats(stored(collection).bytes(), 0, 0, 0, null, null, null);
    }

    @Override
    public List<String> upkeep(CollectionRef collection) {
        stored(collection);
        return List.of();
    }

    @Override
    public void dropOtherIndexes(CollectionRef collection) {
        stored(collection).dropOtherIndexes(collection.index());
    }

    @Override
    public List<ChunkOutcome> upsert(Rows rows, List<Chunk> chunks) {
        requireBetween("chunks", chunks.size(), 0);
        return stored(rows.collection()).upsert(rows, chunks);
    }

    @Override
    public ReplaceOutcome replaceSource(
            Rows rows, String sourceType, String sourceId, List<Chunk> chunks) {
        return stored(rows.collection()).replaceSource(rows, sourceType, sourceId, chunks);
    }

    @Override
    public List<StoredChunk> get(Rows rows, List<UUID> ids, Set<Include> include) {
        requireBetween("ids", ids.size(), 0);
        return stored(rows.collection()).get(ids).stream()
                .filter(chunk -> rows.contains(chunk.tenant()))
                .map(chunk -> only(include, chunk))
                .toList();
    }

    @Override
    public Page scroll(
            Rows rows,
            @Nullable Filter filter,
            @Nullable UUID after,
            int limit,
            Set<Include> include) {
        requireBetween("limit", limit, 1);
        List<StoredChunk> found =
                stored(rows.collection()).matching(rows.restrict(filter)).stream()
                        .filter(c -> after == null || ChunkIds.ORDER.compare(c.id(), after) > 0)
                        .sorted(comparing(StoredChunk::id, ChunkIds.ORDER))
                        .limit(limit + 1L)
                        .toList();
        List<StoredChunk> page = found.stream().limit(limit).map(c -> only(include, c)).toList();
        return new Page(page, found.size() > limit ? page.getLast().id() : null);
    }

    @Override
    public List<SourceSummary> sources(Rows rows, SourceQuery query) {
        requireBetween("limit", query.limit(), 1);
        return InMemorySources.of(stored(rows.collection()).matching(rows.restrict(null)), query);
    }

    @Override
    public void forEach(Rows rows, Set<Include> include, Consumer<StoredChunk> receiver) {
        stored(rows.collection())
                .matching(rows.restrict(null))
                .forEach(chunk -> receiver.accept(only(include, chunk)));
    }

    @Override
    public List<StoredChunk> sample(Rows rows, int limit, Set<Include> include) {
        requireBetween("limit", limit, 1);
        var chunks = new ArrayList<>(stored(rows.collection()).matching(rows.restrict(null)));
        Collections.shuffle(chunks);
        return chunks.stream().limit(limit).map(chunk -> only(include, chunk)).toList();
    }

    @Override
    public List<ChunkOutcome> patch(Rows rows, List<ChunkPatch> patches) {
        requireBetween("chunks", patches.size(), 0);
        return stored(rows.collection()).patch(rows, patches);
    }

    @Override
    public void delete(Rows rows, List<UUID> ids) {
        requireBetween("ids", ids.size(), 0);
        delete(rows, Filter.ids(ids));
    }

    @Override
    public List<UUID> ids(Rows rows, @Nullable UUID after, int limit) {
        return scroll(rows, null, after, limit, Set.of()).chunks().stream()
                .map(StoredChunk::id)
                .toList();
    }

    /** As many as the type has. */
    @Override
    public int dimensionMax(IndexSpec.Precision precision) {
        return Embedding.DIMENSION_MAX;
    }

    @Override
    public IndexSpec.Precision finestPrecision(int dimension) {
        return IndexSpec.Precision.FLOAT32;
    }

    @Override
    public Optional<String> refusal(CollectionRef collection, VectorQuery query) {
        return Optional.empty();
    }

    @Override
    public long delete(Rows rows, Filter filter) {
        Filter own = rows.restrict(filter);
        return stored(rows.collection()).delete(own == null ? filter : own);
    }

    @Override
    public long count(Rows rows, @Nullable Filter filter) {
        return stored(rows.collection()).count(rows.restrict(filter));
    }

    @Override
    public Set<String> names() {
        return Set.of(name());
    }

    @Override
    public Compared nearestOf(Rows rows, VectorQuery query, List<UUID> ids, ChangePosition since) {
        requireBetween("ids", ids.size(), 0, TOP_K_MAX);
        SearchOptions options = query.options().withBoost(null).and(Filter.ids(ids));
        return new Compared(
                search(rows, new VectorQuery(query.embedding(), options)),
                ids.size(),
                0,
                Optional.empty());
    }

    @Override
    public SearchResult search(Rows rows, VectorQuery query) {
        CollectionRef collection = rows.collection();
        var stored = stored(collection);
        collection.requireFit(query.embedding());
        List<StoredChunk> matching = stored.matching(rows.restrict(query.options().filter()));
        return InMemorySearch.search(collection.metric(), matching, query);
    }

    @Override
    public SearchResult hybrid(Rows rows, HybridQuery query) {
        CollectionRef collection = rows.collection();
        var stored = stored(collection);
        if (query.embedding() != null) {
            collection.requireFit(query.embedding());
        }
        return InMemorySearch.hybrid(collection, stored.matching(null), query.within(rows));
    }

    private InMemoryCollection stored(CollectionRef collection) {
        InMemoryCollection rows = collections().get(collection.id());
        if (rows == null) {
            throw ServiceException.missing("collection", collection.id());
        }
        return rows;
    }

    private static void requireBetween(String field, int value, int min) {
        requireBetween(field, value, min, BATCH_MAX);
    }

    private static void requireBetween(String field, int value, int min, int max) {
        if (value < min || value > max) {
            throw ServiceException.invalid(
                    field, "is %,d, must be %d to %,d".formatted(value, min, max));
        }
    }

    private static @Nullable Parent parent(StoredChunk chunk, Set<Include> include) {
        Parent parent = chunk.parent();
        return parent == null || include.contains(Include.CONTENT)
                ? parent
                : new Parent(parent.index(), null);
    }

    static StoredChunk only(Set<Include> include, StoredChunk chunk) {
        return new StoredChunk(
                chunk.id(),
                chunk.key(),
                include.contains(Include.CONTENT) ? chunk.content() : null,
                chunk.contentHash(),
                include.contains(Include.EMBEDDING) ? chunk.embedding() : null,
                include.contains(Include.METADATA) ? chunk.metadata() : null,
                chunk.tenant(),
                chunk.aclDigest(),
                chunk.certRefs(),
                chunk.boosts(),
                chunk.tokenCount(),
                parent(chunk, include),
                chunk.createdAt(),
                chunk.updatedAt());
    }
}
