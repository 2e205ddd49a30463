package dev.tributary.pgvector;

import dev.tributary.vector.IndexUpkeep;
import dev.tributary.vector.RecordStore;
import dev.tributary.vector.VectorStoreContract;

/** With every row in its index. */
class PgVectorStoreIT extends VectorStoreContract {
    private static final RecordStore STORE = TestDatabase.indexing(() -> true);

    @Override
    protected RecordStore store() {
        return STORE;
    }

    @Override
    protected IndexUpkeep indexes() {
        return TestDatabase.store();
    }
}
