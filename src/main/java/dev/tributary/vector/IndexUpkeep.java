package dev.tributary.vector;

import java.util.List;

/**
 * Port to the upkeep of a record store's approximate indexes, which are built and advanced in the
 * background while reads and writes go on. Searches are right before, while and after each of these
 * calls, whichever index the reference they are given names. Safe for use by many threads and by
 * several instances of the service. Fails as {@link VectorStore} does.
 *
 * <p>An HNSW index exists from {@link VectorStore#create} on and takes in rows by {@link
 * #advanceIndex}; an IVFFlat index exists once that, or {@link #buildIndex}, had rows to learn
 * from.
 */
public interface IndexUpkeep {
    /** The most dimensions that an index of this precision can have. */
    int dimensionMax(IndexSpec.Precision precision);

    /** The finest precision in which an index can have so many dimensions. */
    IndexSpec.Precision finestPrecision(int dimension);

    /**
     * Builds the index that {@code collection.index()} names, unless it exists. Takes minutes on
     * large collections: the store's timeout does not apply.
     *
     * @return false if there is too little to build it from yet: an IVFFlat index learns from rows;
     *     true if it exists, or none is wanted
     */
    boolean buildIndex(CollectionRef collection);

    /**
     * Brings rows that were written since into the index that {@code collection.index()} names: one
     * step, which takes a second, or minutes where the index is rebuilt.
     */
    IndexAdvance advanceIndex(CollectionRef collection);

    /** Returns a mark that comes after every write which has returned, for {@link #isIndexed}. */
    long writeMark(CollectionRef collection);

    /**
     * Whether every row written before a mark is in the index, or none is wanted.
     *
     * @param mark from {@link #writeMark}
     */
    boolean isIndexed(CollectionRef collection, long mark);

    /** Drops every approximate index but the one that {@code collection.index()} names. */
    void dropOtherIndexes(CollectionRef collection);

    /** Returns what {@link #upkeep} would decide by. Figures are estimates. */
    UpkeepStats upkeepStats(CollectionRef collection);

    /**
     * Reclaims the space of dead rows, refreshes the planner's statistics, and rebuilds the index,
     * each if it is worth it. Takes minutes on large collections.
     *
     * @return what was done, for people; empty if there was nothing to do
     */
    List<String> upkeep(CollectionRef collection);
}
