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
 * @param id of this answer; different each time
 * @param model that scored the texts
 * @param results best first; ties in the order of the request
 * @param meta about the call
 */
record RerankAnswer(String id, String model, List<Result> results, Meta meta) {
    /**
     * The place of one text.
     *
     * @param index of the text in the request, from 0
     * @param relevanceScore higher is better, mostly 0..1; compares with others of this answer only
     * @param document the text, if the request has asked for it
     */
    record Result(int index, double relevanceScore, @Nullable Document document) {}

    /**
     * A text of the request.
     *
     * @param text as it was sent
     */
    record Document(String text) {}

    /**
     * About the call.
     *
     * @param tookMs time in the service, milliseconds
     */
    record Meta(double tookMs) {}

    /** The answer to a task whose documents got these scores. */
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
