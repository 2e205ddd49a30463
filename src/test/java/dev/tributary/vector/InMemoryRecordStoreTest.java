package dev.tributary.vector;

import java.util.function.Supplier;

class InMemoryRecordStoreTest extends StoreFixture
        implements RecordStoreContract, IndexUpkeepContract {
    private final InMemoryRecordStore store = new InMemoryRecordStore();

    @Override
    public RecordStore store() {
        return store;
    }

    @Override
    public IndexUpkeep indexes() {
        return store;
    }

    @Override
    public <T> T inTransaction(Supplier<T> work) {
        return store.inTransaction(work);
    }
}
