package dev.tributary.vector;

class InMemoryVectorStoreTest extends VectorStoreContract {
    private final VectorStore store = new InMemoryVectorStore();

    @Override
    protected VectorStore store() {
        return store;
    }
}
