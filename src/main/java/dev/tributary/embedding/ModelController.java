package dev.tributary.embedding;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.tributary.failure.ServiceException;
import dev.tributary.inference.ModelRules;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Lists the embedding models over HTTP. */
@RestController
class ModelController {
    private final EmbeddingModels models;
    private final long startedAt = Instant.now().getEpochSecond();

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

    /**
     * The embedding models of the service, in the shape of OpenAI's {@code GET /v1/models}.
     *
     * @param object always {@code list}
     * @param data the models, the default model first
     */
    record OpenAiModels(String object, List<OpenAiModel> data) {}

    /**
     * An embedding model, in the shape of OpenAI's {@code GET /v1/models/{id}}.
     *
     * @param id the name that requests and collections use
     * @param object always {@code model}
     * @param created when the service started, in seconds since 1970
     * @param ownedBy always {@code tributary}
     */
    record OpenAiModel(String id, String object, long created, String ownedBy) {}

    /** Lists the embedding models, and whether each is ready. */
    @GetMapping("/models")
    ModelList list() {
        return new ModelList(models.all().stream().map(ModelState::of).toList());
    }

    /** Lists the embedding models in the shape of OpenAI's API. */
    @GetMapping("/v1/models")
    OpenAiModels listAsOpenAi() {
        return new OpenAiModels(
                "list", models.all().stream().map(model -> asOpenAi(model.name())).toList());
    }

    /**
     * Returns an embedding model in the shape of OpenAI's API.
     *
     * @param id the name of the model
     */
    @GetMapping("/v1/models/{id}")
    OpenAiModel getAsOpenAi(@PathVariable String id) {
        if (models.all().stream().noneMatch(model -> model.name().equals(id))) {
            throw ServiceException.missing("model", ModelRules.quoted(id))
                    .withHint("GET /v1/models lists the models");
        }
        return asOpenAi(id);
    }

    private OpenAiModel asOpenAi(String id) {
        return new OpenAiModel(id, "model", startedAt, "tributary");
    }
}
