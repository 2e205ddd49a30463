package dev.tributary.pgvector;

import static dev.tributary.vector.ChunkBuilder.chunk;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.Embedding;
import dev.tributary.vector.Fusion;
import dev.tributary.vector.HybridQuery;
import dev.tributary.vector.IndexSpec;
import dev.tributary.vector.Metric;
import dev.tributary.vector.QuerySyntax;
import dev.tributary.vector.SearchOptions;
import dev.tributary.vector.TextQuery;
import dev.tributary.vector.TextSpec;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A database that cannot read words any more. */
class TextLegFailureIT {
    private static final CollectionRef COLLECTION =
            new CollectionRef(
                    70_201, "default", 2, Metric.L2, TextSpec.of("english"), IndexSpec.none());

    private final PgVectorStore store = TestDatabase.store();

    @BeforeEach
    void breakTheWords() {
        store.create(COLLECTION);
        store.upsert(COLLECTION.allRows(), List.of(chunk(1).content("river").build()));
        TestDatabase.execute(
                "ALTER FUNCTION chunk_words(text, boolean, text) RENAME TO chunk_words_gone");
    }

    @AfterEach
    void mend() {
        TestDatabase.execute(
                "ALTER FUNCTION chunk_words_gone(text, boolean, text) RENAME TO chunk_words");
        store.drop(COLLECTION);
    }

    private static HybridQuery query(Fusion fusion) {
        return new HybridQuery(
                Embedding.copyOf(1, 0),
                TextQuery.parse("river", QuerySyntax.WEB),
                fusion,
                SearchOptions.top(10).withExplain(true));
    }

    @Test
    void theVectorLegAnswersAloneAndSaysSo() {
        var result = store.hybrid(COLLECTION.allRows(), query(Fusion.DEFAULT));

        assertThat(result.hits()).hasSize(1);
        assertThat(result.hits().getFirst().distance()).isNotNull();
        assertThat(result.warnings())
                .containsExactly("the text leg failed: ranked by vector alone");
    }

    @Test
    void withoutAVectorLegThereIsNoAnswer() {
        assertThatThrownBy(
                        () -> store.hybrid(COLLECTION.allRows(), query(new Fusion(60, 0, 1, 100))))
                .isInstanceOf(RuntimeException.class);
    }
}
