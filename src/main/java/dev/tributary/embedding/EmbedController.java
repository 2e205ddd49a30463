package dev.tributary.embedding;

import java.util.List;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Embeds texts over HTTP, so that clients written for OpenAI's API work unchanged. */
@RestController
class EmbedController {
    private final EmbeddingModels models;
    private final EmbeddingProperties properties;

    EmbedController(EmbeddingModels models, EmbeddingProperties properties) {
        this.models = models;
        this.properties = properties;
    }

    /** Embeds one or more texts. OpenAI's clients can use it as {@code /v1/embeddings}. */
    @PostMapping({"/embed", "/v1/embeddings"})
    EmbedAnswer embed(@RequestBody EmbedRequest request) {
        boolean base64 = request.inBase64();
        String name = request.model();
        EmbeddingModel model = name == null ? models.defaultModel() : models.get(name);
        List<String> texts =
                request.texts(model, properties.inputsMax(), properties.inputCharactersMax());
        request.checkDimensions(model);
        return EmbedAnswer.of(model, model.embed(texts), base64);
    }
}
