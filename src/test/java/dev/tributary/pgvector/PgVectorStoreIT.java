package dev.tributary.pgvector;

import dev.tributary.vector.VectorStore;
import dev.tributary.vector.VectorStoreContract;

/** With every row in its index. */
class PgVectorStoreIT extends VectorStoreContract {
    private static final VectorStore STORE = TestDatabase.indexing(() -> true);

    @Override
    protected VectorStore store() {
        return STORE;
    }
}
