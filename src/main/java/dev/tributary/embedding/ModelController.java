package dev.tributary.embedding;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.tributary.failure.ServiceException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Lists the embedding models over HTTP. */
@RestController
class ModelController {
    private final EmbeddingModels models;

    ModelController(EmbeddingModels models) {
        this.models = models;
    }

    /**
     * The embedding models of the service.
     *
     * @param models the models, the default model first
     */
    record ModelList(List<ModelState> models) {}

    /**
     * An embedding model.
     *
     * @param name the name that requests and collections use
     * @param dimension the number of components of an embedding; null until a model behind a URL
     *     has reported it
     * @param tokensMax most tokens that it reads at once, including special tokens
     * @param runtime where it runs
     * @param ready true if it can embed now
     * @param reason why it is not ready; absent if it is ready
     */
    record ModelState(
            String name,
            @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable Integer dimension,
            int tokensMax,
            String runtime,
            boolean ready,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String reason) {
        static ModelState of(EmbeddingModel model) {
            Integer dimension = dimension(model);
            String failure = model.failure();
            return new ModelState(
                    model.name(),
                    dimension,
                    model.tokensMax(),
                    model.runtime(),
                    failure == null,
                    failure);
        }

        /** Null if the model is unavailable: it is still listed, with the reason. */
        private static @Nullable Integer dimension(EmbeddingModel model) {
            try {
                return model.dimension();
            } catch (ServiceException e) {
                return null;
            }
        }
    }

    /** Lists the embedding models, and whether each is ready. */
    @GetMapping("/models")
    ModelList list() {
        return new ModelList(models.all().stream().map(ModelState::of).toList());
    }
}
