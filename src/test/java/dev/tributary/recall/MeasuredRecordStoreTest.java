package dev.tributary.recall;

import static dev.tributary.vector.ChunkBuilder.chunk;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.Embedding;
import dev.tributary.vector.Fusion;
import dev.tributary.vector.HybridQuery;
import dev.tributary.vector.InMemoryRecordStore;
import dev.tributary.vector.IndexSpec;
import dev.tributary.vector.IndexSpec.Precision;
import dev.tributary.vector.IndexUpkeep;
import dev.tributary.vector.IndexUpkeepContract;
import dev.tributary.vector.Metric;
import dev.tributary.vector.QuerySyntax;
import dev.tributary.vector.RecordStore;
import dev.tributary.vector.RecordStoreContract;
import dev.tributary.vector.SearchOptions;
import dev.tributary.vector.StoreFixture;
import dev.tributary.vector.TextQuery;
import dev.tributary.vector.TextSpec;
import dev.tributary.vector.VectorQuery;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class MeasuredRecordStoreTest extends StoreFixture
        implements RecordStoreContract, IndexUpkeepContract {
    private static final CollectionRef COLLECTION =
            new CollectionRef(
                    1,
                    "default",
                    2,
                    Metric.L2,
                    TextSpec.of("english"),
                    IndexSpec.hnsw(Precision.FLOAT32));

    private static final SearchOptions OPTIONS = SearchOptions.top(10);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final RecallProbes probes =
            new RecallProbes(
                    new RecallProperties(1, 1, Duration.ofSeconds(30)),
                    new RecallMetrics(registry),
                    System::nanoTime);
    private final InMemoryRecordStore stored = new InMemoryRecordStore();
    private final RecordStore store = probes.measured(stored);

    @Override
    public RecordStore store() {
        return store;
    }

    @Override
    public IndexUpkeep indexes() {
        return stored;
    }

    @Override
    public <T> T inTransaction(Supplier<T> work) {
        return stored.inTransaction(work);
    }

    private static VectorQuery query(SearchOptions options) {
        return new VectorQuery(Embedding.copyOf(1, 0), options);
    }

    private static HybridQuery hybrid(double vectorWeight, SearchOptions options) {
        return new HybridQuery(
                Embedding.copyOf(1, 0),
                TextQuery.parse("word", QuerySyntax.WEB),
                new Fusion(60, vectorWeight, 1, 100),
                options);
    }

    private double measured() {
        return registry.get("pgvector_search_recall_probes")
                .tag("outcome", "measured")
                .counter()
                .count();
    }

    private void fillOne() {
        store.create(COLLECTION);
        store.upsert(COLLECTION.allRows(), List.of(chunk(0).embedding(1, 1).build()));
    }

    @Test
    void measuresApproximateSearchesAndTheVectorLegOfHybridOnes() throws Exception {
        fillOne();

        store.search(COLLECTION.allRows(), query(OPTIONS));
        store.hybrid(COLLECTION.allRows(), hybrid(1, OPTIONS));
        probes.next();
        probes.next();

        assertThat(measured()).isEqualTo(2);
        assertThat(registry.get("pgvector_search_recall").gauge().value()).isEqualTo(1);
    }

    @Test
    void measuresNothingThatIsNotApproximateOrNotOfTheNearest() throws Exception {
        fillOne();

        store.search(COLLECTION.allRows(), query(OPTIONS.withExact(true)));
        store.search(COLLECTION.allRows(), query(OPTIONS.withBoost("fresh")));
        store.search(COLLECTION.allRows(), query(OPTIONS.withExplain(true)));
        store.search(COLLECTION.withIndex(IndexSpec.none()).allRows(), query(OPTIONS));
        store.hybrid(COLLECTION.allRows(), hybrid(1, OPTIONS.withExact(true)));
        store.hybrid(COLLECTION.allRows(), hybrid(0, OPTIONS));
        // The one that there is to take.
        store.search(COLLECTION.allRows(), query(OPTIONS));
        probes.next();

        assertThat(probes.waiting()).isZero();
        assertThat(measured()).isEqualTo(1);
    }

    @Test
    void aShareOfNoneMeasuresNothing() {
        var off =
                new RecallProbes(
                        new RecallProperties(0, 1, Duration.ofSeconds(30)),
                        new RecallMetrics(registry),
                        System::nanoTime);
        var quiet = new MeasuredRecordStore(new InMemoryRecordStore(), off);
        quiet.create(COLLECTION);

        quiet.search(COLLECTION.allRows(), query(OPTIONS));

        assertThat(off.waiting()).isZero();
    }
}
