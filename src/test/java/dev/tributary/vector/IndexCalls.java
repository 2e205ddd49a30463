package dev.tributary.vector;

/** What the parts of the contract for an {@link IndexUpkeep} are written with. */
interface IndexCalls extends StoreCalls {
    @Override
    RecordStore store();

    /** The upkeep of the store's indexes. */
    IndexUpkeep indexes();

    @Override
    default void settle(CollectionRef collection) {
        indexes().buildIndex(collection);
    }
}
