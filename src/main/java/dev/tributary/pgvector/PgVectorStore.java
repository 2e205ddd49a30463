package dev.tributary.pgvector;

import dev.tributary.failure.ServiceException;
import dev.tributary.pgvector.Sql.Texts;
import dev.tributary.sql.SqlFailures;
import dev.tributary.vector.ChangePosition;
import dev.tributary.vector.Chunk;
import dev.tributary.vector.ChunkOutcome;
import dev.tributary.vector.ChunkPatch;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.CollectionStats;
import dev.tributary.vector.Compared;
import dev.tributary.vector.Filter;
import dev.tributary.vector.Fusion;
import dev.tributary.vector.HybridQuery;
import dev.tributary.vector.Include;
import dev.tributary.vector.IndexAdvance;
import dev.tributary.vector.IndexSpec;
import dev.tributary.vector.IndexUpkeep;
import dev.tributary.vector.Page;
import dev.tributary.vector.RecordStore;
import dev.tributary.vector.ReplaceOutcome;
import dev.tributary.vector.Rows;
import dev.tributary.vector.SearchResult;
import dev.tributary.vector.SourceQuery;
import dev.tributary.vector.SourceSummary;
import dev.tributary.vector.StoredChunk;
import dev.tributary.vector.UpkeepStats;
import dev.tributary.vector.VectorQuery;
import java.sql.PreparedStatement;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores vectors, words and metadata in PostgreSQL: one partition per collection, with its own
 * indexes.
 *
 * <p>Every statement names the partition itself, so that only this partition is planned and locked.
 * Creating or dropping another one blocks nobody.
 */
final class PgVectorStore implements RecordStore, IndexUpkeep {
    private static final Logger log = LoggerFactory.getLogger(PgVectorStore.class);

    private final Database database;
    private final SearchRun.Store search;
    private final Partitions partitions;
    private final StagedIndex index;
    private final Upkeep upkeep;
    private final ChunkWriter chunks;
    private final SourceWriter sources;
    private final PatchWriter patched;
    private final NearestOf compared;

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
        patched = new PatchWriter(database);
        compared = new NearestOf(database, properties);
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
    public CollectionStats stats(Rows rows) {
        return partitions.stats(rows);
    }

    @Override
    public int dimensionMax(IndexSpec.Precision precision) {
        return IndexExpression.dimensionMax(precision);
    }

    @Override
    public IndexSpec.Precision finestPrecision(int dimension) {
        return IndexExpression.finestPrecision(dimension);
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
    public UpkeepStats upkeepStats(CollectionRef collection) {
        return upkeep.stats(collection);
    }

    @Override
    public List<String> upkeep(CollectionRef collection) {
        return upkeep.run(collection);
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
    public List<ChunkOutcome> upsert(Rows rows, List<Chunk> chunks) {
        return this.chunks.upsert(rows, chunks);
    }

    @Override
    public ReplaceOutcome replaceSource(
            Rows rows, String sourceType, String sourceId, List<Chunk> chunks) {
        return sources.replace(rows, sourceType, sourceId, chunks);
    }

    @Override
    public List<ChunkOutcome> patch(Rows rows, List<ChunkPatch> patches) {
        return patched.patch(rows, patches);
    }

    @Override
    public List<StoredChunk> get(Rows rows, List<UUID> ids, Set<Include> include) {
        requireRange("ids", ids.size(), 0, BATCH_MAX);
        Sql from =
                new Sql.Builder()
                        .add(
                                Partitions.rows(rows.collection()) + " AND id = ANY (?) AND ",
                                new Texts("uuid", ids))
                        .add(FilterSql.condition(rows.restrict(null)))
                        .add(" ORDER BY array_position(?::uuid[], id)", new Texts("uuid", ids))
                        .build();
        return database.read(
                "look-up of chunks", session -> ChunkRows.read(session, from, include));
    }

    @Override
    public Page scroll(
            Rows rows,
            @Nullable Filter filter,
            @Nullable UUID after,
            int limit,
            Set<Include> include) {
        requireRange("limit", limit, 1, BATCH_MAX);
        Sql from = page(rows, filter, after, limit + 1);
        List<StoredChunk> chunks =
                database.read("scroll", session -> ChunkRows.read(session, from, include));
        if (chunks.size() <= limit) {
            return new Page(chunks, null);
        }
        List<StoredChunk> page = chunks.subList(0, limit);
        return new Page(page, page.getLast().id());
    }

    @Override
    public List<UUID> ids(Rows rows, @Nullable UUID after, int limit) {
        requireRange("limit", limit, 1, BATCH_MAX);
        Sql from = page(rows, null, after, limit);
        return database.read("scroll", session -> ChunkRows.ids(session, from));
    }

    /**
     * The part after FROM. Ordered by the columns of the primary key, so that no page needs a sort.
     */
    private static Sql page(Rows rows, @Nullable Filter filter, @Nullable UUID after, int limit) {
        var from = new Sql.Builder().add(Partitions.rows(rows.collection()));
        if (after != null) {
            from.add(" AND id > ?", after);
        }
        return from.add(" AND ")
                .add(FilterSql.condition(rows.restrict(filter)))
                .add(" ORDER BY collection_id, id LIMIT " + limit)
                .build();
    }

    @Override
    public List<SourceSummary> sources(Rows rows, SourceQuery query) {
        requireRange("limit", query.limit(), 1, BATCH_MAX);
        return database.read("list of sources", session -> SourceRows.read(session, rows, query));
    }

    @Override
    public void forEach(Rows rows, Set<Include> include, Consumer<StoredChunk> receiver) {
        Sql from =
                new Sql.Builder()
                        .add(Partitions.rows(rows.collection()) + " AND ")
                        .add(FilterSql.condition(rows.restrict(null)))
                        .add(" ORDER BY collection_id, id")
                        .build();
        database.read(
                "walk through a collection",
                session -> {
                    ChunkRows.forEach(session, from, include, receiver);
                    return true;
                });
    }

    @Override
    public List<StoredChunk> sample(Rows rows, int limit, Set<Include> include) {
        requireRange("limit", limit, 1, BATCH_MAX);
        return database.read(
                "sample of chunks", session -> ChunkSample.read(session, rows, limit, include));
    }

    @Override
    public void delete(Rows rows, List<UUID> ids) {
        requireRange("ids", ids.size(), 0, BATCH_MAX);
        delete(rows, Filter.ids(ids));
    }

    /** Locks the rows in the same order as upserts, which could deadlock with it otherwise. */
    @Override
    public long delete(Rows rows, Filter filter) {
        CollectionRef collection = rows.collection();
        String table = Partitions.table(collection);
        Sql sql =
                new Sql.Builder()
                        .add("WITH doomed AS MATERIALIZED (SELECT id FROM " + table + " WHERE ")
                        .add(FilterSql.condition(rows.restrict(filter)))
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
    public long count(Rows rows, @Nullable Filter filter) {
        String table = Partitions.table(rows.collection());
        Sql sql =
                new Sql.Builder()
                        .add("SELECT count(*) FROM " + table + " WHERE ")
                        .add(FilterSql.condition(rows.restrict(filter)))
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

    /** The planner handles every filter, boost and threshold. */
    @Override
    public Optional<String> refusal(CollectionRef collection, VectorQuery query) {
        return Optional.empty();
    }

    @Override
    public Set<String> names() {
        return Set.of(name());
    }

    @Override
    public Compared nearestOf(Rows rows, VectorQuery query, List<UUID> ids, ChangePosition since) {
        requireRange("ids", ids.size(), 0, TOP_K_MAX);
        rows.collection().requireFit(query.embedding());
        return compared.run(rows, query, ids, since);
    }

    @Override
    public SearchResult search(Rows rows, VectorQuery query) {
        rows.collection().requireFit(query.embedding());
        return SearchRun.of(search, rows.collection(), query.within(rows)).answer();
    }

    /**
     * If the database cannot parse the words of a text, only the text leg fails, not the search.
     */
    @Override
    public SearchResult hybrid(Rows rows, HybridQuery asked) {
        CollectionRef collection = rows.collection();
        if (asked.embedding() != null) {
            collection.requireFit(asked.embedding());
        }
        HybridQuery query = asked.within(rows);
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

    /** The statement itself failed: the database is not unavailable, busy or slow. */
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
