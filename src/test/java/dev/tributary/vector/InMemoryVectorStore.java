package dev.tributary.vector;

import static java.util.Comparator.comparing;

import dev.tributary.failure.ServiceException;
import dev.tributary.vector.CollectionStats.IndexState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The fake for tests that are not about a database: exact, and held to the same contract as the
 * real stores. Safe for use by many threads.
 */
public final class InMemoryVectorStore implements VectorStore {
    private static final Set<String> LANGUAGES = Set.of("english", "simple", TextSpec.CJK);

    private final Map<Long, InMemoryCollection> collections = new ConcurrentHashMap<>();

    @Override
    public String name() {
        return "in-memory";
    }

    @Override
    public void create(CollectionRef collection) {
        if (!LANGUAGES.contains(collection.text().language())) {
            throw ServiceException.impossible(
                    "language_unknown",
                    "language",
                    "is "
                            + collection.text().language().toLowerCase(Locale.ROOT)
                            + ", must be one of "
                            + LANGUAGES);
        }
        collections.computeIfAbsent(collection.id(), _ -> new InMemoryCollection(collection));
    }

    @Override
    public void drop(CollectionRef collection) {
        collections.remove(collection.id());
    }

    @Override
    public CollectionStats stats(CollectionRef collection) {
        var rows = rows(collection);
        IndexState state = rows.hasIndex(collection.index()) ? IndexState.READY : IndexState.NONE;
        return new CollectionStats(rows.count(null), rows.bytes(), state, null, 0, null);
    }

    @Override
    public boolean buildIndex(CollectionRef collection) {
        return rows(collection).buildIndex(collection.index());
    }

    /** Every row is in every index from the start. */
    @Override
    public IndexAdvance advanceIndex(CollectionRef collection) {
        buildIndex(collection);
        return IndexAdvance.DONE;
    }

    @Override
    public long writeMark(CollectionRef collection) {
        return count(collection, null);
    }

    @Override
    public boolean isIndexed(CollectionRef collection, long mark) {
        rows(collection);
        return true;
    }

    @Override
    public StorageStats storage(CollectionRef collection) {
        return new StorageStats(rows(collection).bytes(), 0, 0, 0, null, null, null);
    }

    @Override
    public List<String> tidy(CollectionRef collection) {
        rows(collection);
        return List.of();
    }

    @Override
    public void dropOtherIndexes(CollectionRef collection) {
        rows(collection).dropOtherIndexes(collection.index());
    }

    @Override
    public List<ChunkOutcome> upsert(CollectionRef collection, List<Chunk> chunks) {
        requireBetween("chunks", chunks.size(), 0);
        return rows(collection).upsert(chunks);
    }

    @Override
    public ReplaceOutcome replaceSource(
            CollectionRef collection, String sourceType, String sourceId, List<Chunk> chunks) {
        return rows(collection).replaceSource(sourceType, sourceId, chunks);
    }

    @Override
    public List<StoredChunk> get(CollectionRef collection, List<UUID> ids, Set<Include> include) {
        requireBetween("ids", ids.size(), 0);
        return rows(collection).get(ids).stream().map(chunk -> only(include, chunk)).toList();
    }

    @Override
    public Page scroll(
            CollectionRef collection,
            @Nullable Filter filter,
            @Nullable UUID after,
            int limit,
            Set<Include> include) {
        requireBetween("limit", limit, 1);
        List<StoredChunk> found =
                rows(collection).matching(filter).stream()
                        .filter(c ->
                                after == null || FilterMatcher.ID_ORDER.compare(c.id(), after) > 0)
                        .sorted(comparing(StoredChunk::id, FilterMatcher.ID_ORDER))
                        .limit(limit + 1L)
                        .toList();
        List<StoredChunk> page = found.stream().limit(limit).map(c -> only(include, c)).toList();
        return new Page(page, found.size() > limit ? page.getLast().id() : null);
    }

    @Override
    public void forEach(
            CollectionRef collection, Set<Include> include, Consumer<StoredChunk> receiver) {
        rows(collection).matching(null).forEach(chunk -> receiver.accept(only(include, chunk)));
    }

    @Override
    public List<StoredChunk> sample(CollectionRef collection, int limit, Set<Include> include) {
        requireBetween("limit", limit, 1);
        var chunks = new ArrayList<>(rows(collection).matching(null));
        Collections.shuffle(chunks);
        return chunks.stream().limit(limit).map(chunk -> only(include, chunk)).toList();
    }

    @Override
    public long delete(CollectionRef collection, Filter filter) {
        return rows(collection).delete(filter);
    }

    @Override
    public long count(CollectionRef collection, @Nullable Filter filter) {
        return rows(collection).count(filter);
    }

    @Override
    public SearchResult search(CollectionRef collection, VectorQuery query) {
        var rows = rows(collection);
        collection.requireFit(query.embedding());
        List<StoredChunk> matching = rows.matching(query.options().filter());
        return InMemorySearch.search(collection.metric(), matching, query);
    }

    @Override
    public SearchResult hybrid(CollectionRef collection, HybridQuery query) {
        var rows = rows(collection);
        if (query.embedding() != null) {
            collection.requireFit(query.embedding());
        }
        return InMemorySearch.hybrid(collection, rows.matching(null), query);
    }

    private InMemoryCollection rows(CollectionRef collection) {
        InMemoryCollection rows = collections.get(collection.id());
        if (rows == null) {
            throw ServiceException.missing("collection", collection.id());
        }
        return rows;
    }

    private static void requireBetween(String field, int value, int min) {
        if (value < min || value > BATCH_MAX) {
            throw ServiceException.invalid(
                    field, "is %,d, must be %d to %,d".formatted(value, min, BATCH_MAX));
        }
    }

    private static @Nullable Parent parent(StoredChunk chunk, Set<Include> include) {
        Parent parent = chunk.parent();
        return parent == null || include.contains(Include.CONTENT)
                ? parent
                : new Parent(parent.index(), null);
    }

    private static StoredChunk only(Set<Include> include, StoredChunk chunk) {
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
