package dev.tributary.vector;

class InMemoryRecordStoreTest extends VectorStoreContract {
    private final InMemoryRecordStore store = new InMemoryRecordStore();

    @Override
    protected RecordStore store() {
        return store;
    }

    @Override
    protected IndexUpkeep indexes() {
        return store;
    }
}
