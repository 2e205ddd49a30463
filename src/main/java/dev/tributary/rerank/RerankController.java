package dev.tributary.rerank;

import dev.tributary.rerank.RerankRequest.Task;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Reranks texts over HTTP, so that clients written for Cohere's API work unchanged. */
@RestController
class RerankController {
    private final Rerankers rerankers;
    private final RerankProperties properties;

    RerankController(Rerankers rerankers, RerankProperties properties) {
        this.rerankers = rerankers;
        this.properties = properties;
    }

    /** Orders texts by how well they answer a query, best first. */
    @PostMapping({"/rerank", "/v1/rerank", "/v2/rerank"})
    RerankAnswer rerank(@RequestBody RerankRequest request) {
        long start = System.nanoTime();
        Task task = request.task(properties.documentsMax());
        String name = request.model();
        Reranker reranker = name == null ? rerankers.only() : rerankers.get(name);
        double[] scores = reranker.score(task.query(), task.documents(), properties.callTimeout());
        return RerankAnswer.of(reranker.name(), task, scores, System.nanoTime() - start);
    }
}
