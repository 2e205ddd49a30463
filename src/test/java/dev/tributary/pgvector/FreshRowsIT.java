package dev.tributary.pgvector;

import dev.tributary.vector.IndexUpkeep;
import dev.tributary.vector.IndexUpkeepContract;
import dev.tributary.vector.RecordStore;
import dev.tributary.vector.RecordStoreContract;
import dev.tributary.vector.StoreFixture;
import java.util.Random;
import java.util.function.Supplier;

/** With some rows in the index and the others not: whichever the last writes left there. */
class FreshRowsIT extends StoreFixture implements RecordStoreContract, IndexUpkeepContract {
    private static final Random RANDOM = new Random(11);
    private static final RecordStore STORE = TestDatabase.indexing(RANDOM::nextBoolean);

    /** One for all calls, as it remembers from one to the next how fast rows arrive. */
    private static final IndexUpkeep INDEXES = TestDatabase.store();

    @Override
    public RecordStore store() {
        return STORE;
    }

    @Override
    public IndexUpkeep indexes() {
        return INDEXES;
    }

    @Override
    public <T> T inTransaction(Supplier<T> work) {
        return TestDatabase.inTransaction(work);
    }
}
