package dev.tributary.embedding;

import dev.tributary.failure.ServiceException;
import dev.tributary.inference.ModelRules;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The embedding models that this service has, by name. Immutable. */
public final class EmbeddingModels {
    private final Map<String, EmbeddingModel> writes = new LinkedHashMap<>();

    /**
     * Takes the models, the default model first.
     *
     * @param models at least one model, with distinct names
     */
    public EmbeddingModels(List<EmbeddingModel> models) {
        if (models.isEmpty()) {
            throw new IllegalArgumentException("no embedding model");
        }
        for (EmbeddingModel model : models) {
            if (writes.put(model.name(), model) != null) {
                throw new IllegalArgumentException("two embedding models named " + model.name());
            }
        }
    }

    /**
     * Returns the model of this name.
     *
     * @throws ServiceException {@code IMPOSSIBLE}, code {@code unknown_model}, if there is no such
     *     model
     */
    public EmbeddingModel get(String name) {
        @Nullable EmbeddingModel model = writes.get(name);
        if (model == null) {
            throw ServiceException.impossible(
                            "unknown_model", "model", ModelRules.quoted(name) + " is not known")
                    .withHint("use one of: " + String.join(", ", writes.keySet()));
        }
        return model;
    }

    /** The model for requests that do not name one. */
    public EmbeddingModel defaultModel() {
        return writes.values().iterator().next();
    }

    /** All models, the default model first. */
    public List<EmbeddingModel> all() {
        return List.copyOf(writes.values());
    }

    /** Frees the resources of the models. */
    void close() {
        writes.values().forEach(EmbeddingModel::close);
    }
}
