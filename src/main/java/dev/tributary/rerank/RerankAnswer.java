package dev.tributary.rerank;

import dev.tributary.rerank.RerankRequest.Task;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Texts in their order of relevance, in the shape of Cohere's {@code POST /v2/rerank}.
 *
 * @param id id of this answer; different each time
 * @param model the model that scored the texts
 * @param results the results, best first; ties in the order of the request
 * @param meta about the call
 */
record RerankAnswer(String id, String model, List<Result> results, Meta meta) {
    /**
     * The rank of one text.
     *
     * @param index index of the text in the request, from 0
     * @param relevanceScore higher is better, usually 0..1; comparable within this answer only
     * @param document the text, if the request asked for it
     */
    record Result(int index, double relevanceScore, @Nullable Document document) {}

    /**
     * A text of the request.
     *
     * @param text the text as it was sent
     */
    record Document(String text) {}

    /**
     * About the call.
     *
     * @param tookMs time in the service, milliseconds
     */
    record Meta(double tookMs) {}

    /** Builds the answer to a task whose documents got these scores. */
    static RerankAnswer of(String model, Task task, double[] scores, long tookNanos) {
        return new RerankAnswer(
                UUID.randomUUID().toString(),
                model,
                IntStream.range(0, scores.length)
                        .boxed()
                        .sorted(Comparator.comparingDouble(i -> -scores[i]))
                        .limit(task.topN())
                        .map(i -> result(task, i, scores[i]))
                        .toList(),
                new Meta(Math.round(tookNanos / 10_000.0) / 100.0));
    }

    private static Result result(Task task, int index, double score) {
        return new Result(
                index,
                score,
                task.withDocuments() ? new Document(task.documents().get(index)) : null);
    }
}
