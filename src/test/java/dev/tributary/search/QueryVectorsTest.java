package dev.tributary.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.collection.Collection;
import dev.tributary.embedding.Embedded;
import dev.tributary.embedding.EmbeddingModel;
import dev.tributary.embedding.EmbeddingModels;
import dev.tributary.embedding.Tokens;
import dev.tributary.failure.ServiceException;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.Embedding;
import dev.tributary.vector.InMemoryRecordStore;
import dev.tributary.vector.IndexSpec;
import dev.tributary.vector.Metric;
import dev.tributary.vector.TextSpec;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

class QueryVectorsTest {
    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .build();

    private final SearchReport report = new SearchReport();
    private final QueryVectors vectors =
            new QueryVectors(
                    new EmbeddingModels(List.of(new BusyModel())), new InMemoryRecordStore());
    private final Collection collection =
            new Collection(
                    new CollectionRef(
                            1,
                            "default",
                            2,
                            Metric.COSINE,
                            TextSpec.of("english"),
                            IndexSpec.hnsw(IndexSpec.Precision.FLOAT32)),
                    "default",
                    "docs",
                    "busy",
                    null,
                    Map.of(),
                    Instant.EPOCH,
                    Instant.EPOCH);

    /** A model that never has room for one text more. */
    private static final class BusyModel implements EmbeddingModel {
        @Override
        public String name() {
            return "busy";
        }

        @Override
        public int dimension() {
            return 2;
        }

        @Override
        public int tokensMax() {
            return 256;
        }

        @Override
        public String runtime() {
            return "in the test";
        }

        @Override
        public List<Embedded> embed(List<String> texts) {
            throw ServiceException.unavailable(
                    "model_busy", "4,096 texts are waiting for the model");
        }

        @Override
        public Tokens tokenize(String text) {
            throw new UnsupportedOperationException();
        }
    }

    private @Nullable Embedding hybrid(String fusion) {
        String body = "{\"collection\": \"docs\", \"query\": \"a heron\"" + fusion + "}";
        SearchTerms request = JSON.readValue(body, HybridRequest.class);
        return find(request);
    }

    private @Nullable Embedding find(SearchTerms request) {
        var limits = new SearchProperties(1_000, 1_000, 8_192);
        return vectors.find(
                collection,
                collection.ref().allRows(),
                new SearchReader(limits, Set.of()).read(request),
                report);
    }

    @Test
    void leavesAHybridSearchToItsWordsIfTheModelIsBusy() {
        Embedding embedding = hybrid("");

        assertThat(embedding).isNull();
        assertThat(report.embedMs()).isNull();
        assertThat(report.warnings()).singleElement().asString().contains("model_busy");
    }

    @Test
    void failsIfNoOtherLegCouldAnswer() {
        SearchTerms search =
                JSON.readValue(
                        "{\"collection\": \"docs\", \"query\": \"a heron\"}", SearchRequest.class);

        assertBusy(() -> hybrid(", \"fusion\": {\"weights\": {\"text\": 0}}"));
        assertBusy(() -> find(search));
    }

    private static void assertBusy(Runnable search) {
        assertThatThrownBy(search::run)
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo("model_busy"));
    }

    @Test
    void embedsNothingForWordsAlone() {
        Embedding embedding = hybrid(", \"fusion\": {\"weights\": {\"vector\": 0}}");

        assertThat(embedding).isNull();
        assertThat(report.warnings()).isEmpty();
    }
}
