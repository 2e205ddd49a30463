package dev.tributary.vector;

/**
 * The specification of a {@link VectorStore}. The test of a store extends {@link StoreFixture} and
 * implements this; it may add tests, and cannot leave any out. What the store cannot do it declares
 * ({@link StoreCalls#refuses}), and the parts assert the refusal.
 */
public interface VectorStoreContract
        extends CollectionContract,
                UpsertContract,
                ReadContract,
                VectorSearchContract,
                FilterContract,
                ArrayFilterContract,
                ColumnFilterContract,
                RecallContract,
                BoostContract,
                ConcurrencyContract,
                TenantContract {}
