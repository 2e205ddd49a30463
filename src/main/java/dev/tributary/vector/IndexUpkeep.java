package dev.tributary.vector;

import java.util.List;

/**
 * Port for the upkeep of a record store's approximate indexes, which are built and advanced in the
 * background while reads and writes go on. Searches return correct results before, during and after
 * each of these calls, whichever index their {@link CollectionRef} names. Safe for use by many
 * threads and by several instances of the service. Fails as {@link VectorStore} does.
 *
 * <p>An HNSW index exists from {@link VectorStore#create} on, and {@link #advanceIndex} adds rows
 * to it. An IVFFlat index exists once {@link #advanceIndex} or {@link #buildIndex} has had rows to
 * learn from.
 */
public interface IndexUpkeep {
    /** The most dimensions that an index of this precision can have. */
    int dimensionMax(IndexSpec.Precision precision);

    /** The finest precision in which an index can have this many dimensions. */
    IndexSpec.Precision finestPrecision(int dimension);

    /**
     * Builds the index that {@code collection.index()} names, unless it exists. Takes minutes on
     * large collections; the store's timeout does not apply.
     *
     * @return false if there are too few rows yet, as an IVFFlat index learns from rows; true if
     *     the index exists or none is wanted
     */
    boolean buildIndex(CollectionRef collection);

    /**
     * Adds newly written rows to the index that {@code collection.index()} names. Does one step,
     * which takes a second, or minutes if the index is rebuilt.
     */
    IndexAdvance advanceIndex(CollectionRef collection);

    /** Returns a mark, for {@link #isIndexed}, that comes after every write that has returned. */
    long writeMark(CollectionRef collection);

    /**
     * Whether every row written before a mark is in the index; also true if no index is wanted.
     *
     * @param mark from {@link #writeMark}
     */
    boolean isIndexed(CollectionRef collection, long mark);

    /** Drops every approximate index except the one that {@code collection.index()} names. */
    void dropOtherIndexes(CollectionRef collection);

    /** Returns the figures that {@link #upkeep} decides by. They are estimates. */
    UpkeepStats upkeepStats(CollectionRef collection);

    /**
     * Reclaims the space of dead rows, refreshes the planner's statistics and rebuilds the index,
     * each only if it is worth it. Takes minutes on large collections.
     *
     * @return what was done, in words; empty if there was nothing to do
     */
    List<String> upkeep(CollectionRef collection);
}
