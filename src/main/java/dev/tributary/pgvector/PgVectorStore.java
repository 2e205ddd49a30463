package dev.tributary.pgvector;

import dev.tributary.failure.ServiceException;
import dev.tributary.pgvector.Sql.Texts;
import dev.tributary.sql.SqlFailures;
import dev.tributary.vector.Chunk;
import dev.tributary.vector.ChunkOutcome;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.CollectionStats;
import dev.tributary.vector.Filter;
import dev.tributary.vector.Fusion;
import dev.tributary.vector.HybridQuery;
import dev.tributary.vector.Include;
import dev.tributary.vector.IndexAdvance;
import dev.tributary.vector.Page;
import dev.tributary.vector.ReplaceOutcome;
import dev.tributary.vector.SearchResult;
import dev.tributary.vector.StorageStats;
import dev.tributary.vector.StoredChunk;
import dev.tributary.vector.VectorQuery;
import dev.tributary.vector.VectorStore;
import java.sql.PreparedStatement;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Vectors, words and metadata in PostgreSQL: a partition per collection, each with its own indexes.
 *
 * <p>Every statement names the partition itself, so that one partition is planned and locked, and
 * creating or dropping another stops nobody.
 */
final class PgVectorStore implements VectorStore {
    private static final Logger log = LoggerFactory.getLogger(PgVectorStore.class);

    private final Database database;
    private final SearchRun.Store search;
    private final Partitions partitions;
    private final StagedIndex index;
    private final Upkeep upkeep;
    private final ChunkWriter chunks;
    private final SourceWriter sources;

    PgVectorStore(Database database, PgVectorProperties properties, ExtensionVersion version) {
        this.database = database;
        var states = new IndexBoundaries(database);
        search =
                new SearchRun.Store(
                        database,
                        properties,
                        version,
                        new Selectivity(properties.exactRowsMax()),
                        states);
        index = new StagedIndex(database, states, properties);
        upkeep = new Upkeep(database, index, properties);
        partitions = new Partitions(database, properties);
        chunks = new ChunkWriter(database);
        sources = new SourceWriter(database);
    }

    @Override
    public String name() {
        return "pgvector";
    }

    @Override
    public void create(CollectionRef collection) {
        partitions.create(collection);
    }

    @Override
    public void drop(CollectionRef collection) {
        partitions.drop(collection);
    }

    @Override
    public CollectionStats stats(CollectionRef collection) {
        return partitions.stats(collection);
    }

    @Override
    public boolean buildIndex(CollectionRef collection) {
        return index.build(collection);
    }

    @Override
    public void dropOtherIndexes(CollectionRef collection) {
        index.dropOthers(collection);
    }

    @Override
    public IndexAdvance advanceIndex(CollectionRef collection) {
        return index.advance(collection);
    }

    @Override
    public StorageStats storage(CollectionRef collection) {
        return upkeep.storage(collection);
    }

    @Override
    public List<String> tidy(CollectionRef collection) {
        return upkeep.tidy(collection);
    }

    @Override
    public long writeMark(CollectionRef collection) {
        return index.mark(collection);
    }

    @Override
    public boolean isIndexed(CollectionRef collection, long mark) {
        return index.isIndexed(collection, mark);
    }

    @Override
    public List<ChunkOutcome> upsert(CollectionRef collection, List<Chunk> chunks) {
        return this.chunks.upsert(collection, chunks);
    }

    @Override
    public ReplaceOutcome replaceSource(
            CollectionRef collection, String sourceType, String sourceId, List<Chunk> chunks) {
        return sources.replace(collection, sourceType, sourceId, chunks);
    }

    @Override
    public List<StoredChunk> get(CollectionRef collection, List<UUID> ids, Set<Include> include) {
        requireRange("ids", ids.size(), 0, BATCH_MAX);
        Sql from =
                Sql.of(
                        """
                        %s AS chunk
                        WHERE collection_id = %d AND id = ANY (?)
                        ORDER BY array_position(?::uuid[], id)
                        """
                                .formatted(Partitions.table(collection), collection.id()),
                        new Texts("uuid", ids),
                        new Texts("uuid", ids));
        return database.read(
                "look-up of chunks", session -> ChunkRows.read(session, from, include));
    }

    @Override
    public Page scroll(
            CollectionRef collection,
            @Nullable Filter filter,
            @Nullable UUID after,
            int limit,
            Set<Include> include) {
        requireRange("limit", limit, 1, BATCH_MAX);
        var from = new Sql.Builder();
        from.add(Partitions.table(collection) + " WHERE collection_id = " + collection.id());
        if (after != null) {
            from.add(" AND id > ?", after);
        }
        from.add(" AND ").add(FilterSql.condition(filter));
        from.add(" ORDER BY collection_id, id LIMIT " + (limit + 1));
        List<StoredChunk> chunks =
                database.read("scroll", session -> ChunkRows.read(session, from.build(), include));
        if (chunks.size() <= limit) {
            return new Page(chunks, null);
        }
        List<StoredChunk> page = chunks.subList(0, limit);
        return new Page(page, page.getLast().id());
    }

    @Override
    public void forEach(
            CollectionRef collection, Set<Include> include, Consumer<StoredChunk> receiver) {
        Sql from =
                Sql.of(
                        "%s WHERE collection_id = %d ORDER BY collection_id, id"
                                .formatted(Partitions.table(collection), collection.id()));
        database.read(
                "walk through a collection",
                session -> {
                    ChunkRows.forEach(session, from, include, receiver);
                    return true;
                });
    }

    @Override
    public List<StoredChunk> sample(CollectionRef collection, int limit, Set<Include> include) {
        requireRange("limit", limit, 1, BATCH_MAX);
        return database.read(
                "sample of chunks",
                session -> ChunkSample.read(session, collection, limit, include));
    }

    /** Locks the rows in the order in which upserts do, or the two would wait for each other. */
    @Override
    public long delete(CollectionRef collection, Filter filter) {
        String table = Partitions.table(collection);
        Sql sql =
                new Sql.Builder()
                        .add("WITH doomed AS MATERIALIZED (SELECT id FROM " + table + " WHERE ")
                        .add(FilterSql.condition(filter))
                        .add(" ORDER BY id FOR UPDATE)\n")
                        .add("DELETE FROM " + table + " AS chunk USING doomed")
                        .add(" WHERE chunk.collection_id = " + collection.id())
                        .add(" AND chunk.id = doomed.id")
                        .build();
        return database.write(
                "deletion of chunks",
                session -> {
                    try (PreparedStatement statement = session.prepare(sql)) {
                        return statement.executeLargeUpdate();
                    }
                });
    }

    @Override
    public long count(CollectionRef collection, @Nullable Filter filter) {
        Sql sql =
                new Sql.Builder()
                        .add("SELECT count(*) FROM " + Partitions.table(collection) + " WHERE ")
                        .add(FilterSql.condition(filter))
                        .build();
        return database.read(
                "count",
                session -> {
                    try (PreparedStatement statement = session.prepare(sql);
                            var row = statement.executeQuery()) {
                        row.next();
                        return row.getLong(1);
                    }
                });
    }

    @Override
    public SearchResult search(CollectionRef collection, VectorQuery query) {
        collection.requireFit(query.embedding());
        return SearchRun.of(search, collection, query).answer();
    }

    /** A text that the database cannot read the words of costs the text leg, and not the search. */
    @Override
    public SearchResult hybrid(CollectionRef collection, HybridQuery query) {
        if (query.embedding() != null) {
            collection.requireFit(query.embedding());
        }
        try {
            return SearchRun.of(search, collection, query).answer();
        } catch (RuntimeException e) {
            Fusion fusion = query.fusion();
            if (!isStatementsFault(e) || !fusion.hasVectorLeg() || !fusion.hasTextLeg()) {
                throw e;
            }
            log.warn("the text leg of a search failed", e);
            return SearchRun.of(search, collection, query.withoutTextLeg())
                    .answer()
                    .withWarning("the text leg failed: ranked by vector alone");
        }
    }

    /** Neither away, nor busy, nor slow: what failed is the statement itself. */
    private static boolean isStatementsFault(RuntimeException e) {
        String state = SqlFailures.sqlState(e);
        return state != null
                && List.of("22", "42", "54", "P0", "XX").contains(state.substring(0, 2))
                && !state.equals("42P01");
    }

    private static void requireRange(String field, int value, int min, int max) {
        if (value < min || value > max) {
            throw ServiceException.invalid(
                    field, "is %,d, must be %,d to %,d".formatted(value, min, max));
        }
    }
}
