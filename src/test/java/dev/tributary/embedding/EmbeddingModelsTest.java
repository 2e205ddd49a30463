package dev.tributary.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.failure.ServiceException;
import java.util.List;
import org.junit.jupiter.api.Test;

class EmbeddingModelsTest {
    private final EmbeddingModel first = new WordCountModel("first", 8);
    private final EmbeddingModel second = new WordCountModel("second", 8);
    private final EmbeddingModels models = new EmbeddingModels(List.of(first, second));

    @Test
    void findsAModelByName() {
        assertThat(models.get("second")).isSameAs(second);
        assertThat(models.all()).containsExactly(first, second);
        assertThat(models.defaultModel()).isSameAs(first);
    }

    @Test
    void saysWhichModelsThereAreWhenOneIsUnknown() {
        assertThatThrownBy(() -> models.get("text-embedding-3-small"))
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        e -> {
                            assertThat(e.kind()).isEqualTo(ServiceException.Kind.IMPOSSIBLE);
                            assertThat(e.code()).isEqualTo("unknown_model");
                            assertThat(e.hint()).contains("first, second");
                            assertThat(e.errors().getFirst().field()).isEqualTo("model");
                        });
    }

    @Test
    void refusesTwoModelsOfOneName() {
        assertThatThrownBy(
                        () -> new EmbeddingModels(List.of(first, new WordCountModel("first", 8))))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
