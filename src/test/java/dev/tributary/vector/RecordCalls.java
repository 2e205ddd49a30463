package dev.tributary.vector;

import static dev.tributary.vector.StoreFixture.HNSW;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the parts of the contract for a {@link RecordStore} are written with. */
interface RecordCalls extends StoreCalls {
    @Override
    RecordStore store();

    /** Runs work in a transaction of this thread; what the work throws rolls it back. */
    <T> T inTransaction(Supplier<T> work);

    /** A {@link #plane()} whose words are read and ranked as told. */
    default CollectionRef worded(TextSpec text) {
        var collection = unborn(2, Metric.L2, text, HNSW);
        store().create(collection);
        return collection;
    }

    default SearchResult ask(CollectionRef collection, Ask ask) {
        return store().hybrid(collection.allRows(), ask.toQuery());
    }

    default ReplaceOutcome replace(CollectionRef collection, List<Chunk> chunks) {
        return store().replaceSource(collection.allRows(), "document", "source", chunks);
    }

    @Override
    default List<String> matching(CollectionRef collection, @Nullable Filter filter) {
        List<String> found = StoreCalls.super.matching(collection, filter);
        String as = String.valueOf(filter);
        assertThat(
                        store().scroll(
                                        collection.allRows(),
                                        filter,
                                        null,
                                        VectorStore.BATCH_MAX,
                                        Set.of())
                                .chunks())
                .as("scroll of " + as)
                .extracting(chunk -> chunk.key().sourceId())
                .containsExactlyElementsOf(found);
        assertThat(names(store().hybrid(collection.allRows(), leg(1, 0, filter))))
                .as("vector leg of " + as)
                .containsExactlyInAnyOrderElementsOf(found);
        assertThat(names(store().hybrid(collection.allRows(), leg(0, 1, filter))))
                .as("text leg of " + as)
                .containsExactlyInAnyOrderElementsOf(found);
        return found;
    }

    private static HybridQuery leg(
            double vectorWeight, double textWeight, @Nullable Filter filter) {
        return new HybridQuery(
                Embedding.copyOf(1, 0),
                TextQuery.parse("tributary", QuerySyntax.WEB),
                new Fusion(60, vectorWeight, textWeight, 1_000),
                SearchOptions.top(VectorStore.TOP_K_MAX).withFilter(filter).withInclude(Set.of()));
    }

    private static List<String> names(SearchResult result) {
        assertThat(result.complete()).isTrue();
        return result.hits().stream().map(hit -> hit.key().sourceId()).toList();
    }
}
