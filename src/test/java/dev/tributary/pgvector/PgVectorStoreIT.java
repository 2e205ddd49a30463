package dev.tributary.pgvector;

import dev.tributary.vector.VectorStore;
import dev.tributary.vector.VectorStoreContract;

class PgVectorStoreIT extends VectorStoreContract {
    private static final VectorStore STORE = TestDatabase.store();

    @Override
    protected VectorStore store() {
        return STORE;
    }
}
