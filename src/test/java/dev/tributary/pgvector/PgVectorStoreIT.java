package dev.tributary.pgvector;

import dev.tributary.vector.IndexUpkeep;
import dev.tributary.vector.IndexUpkeepContract;
import dev.tributary.vector.RecordStore;
import dev.tributary.vector.RecordStoreContract;
import dev.tributary.vector.StoreFixture;
import java.util.function.Supplier;

/** With every row in its index. */
class PgVectorStoreIT extends StoreFixture implements RecordStoreContract, IndexUpkeepContract {
    private static final RecordStore STORE = TestDatabase.indexing(() -> true);

    @Override
    public RecordStore store() {
        return STORE;
    }

    @Override
    public IndexUpkeep indexes() {
        return TestDatabase.store();
    }

    @Override
    public <T> T inTransaction(Supplier<T> work) {
        return TestDatabase.inTransaction(work);
    }
}
