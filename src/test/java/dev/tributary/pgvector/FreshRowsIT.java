package dev.tributary.pgvector;

import dev.tributary.vector.IndexUpkeep;
import dev.tributary.vector.RecordStore;
import dev.tributary.vector.VectorStoreContract;
import java.util.Random;

/** With some rows in the index and the others not: whichever the last writes left there. */
class FreshRowsIT extends VectorStoreContract {
    private static final Random RANDOM = new Random(11);
    private static final RecordStore STORE = TestDatabase.indexing(RANDOM::nextBoolean);

    @Override
    protected RecordStore store() {
        return STORE;
    }

    @Override
    protected IndexUpkeep indexes() {
        return TestDatabase.store();
    }
}
