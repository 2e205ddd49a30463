package dev.tributary.rerank;

import dev.tributary.inference.AnswerItems;
import dev.tributary.inference.AnswerItems.UnreadableAnswerException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The rerank APIs that servers have. */
enum RerankProtocol {
    /** Cohere's, which Jina, vLLM and others share. Takes 1,000 documents or more per call. */
    COHERE(100, "results", "relevance_score"),
    /** That of Text Embeddings Inference, which takes 32 documents per call by default. */
    TEI(32, "", "score");

    private static final JsonMapper MAPPER = JsonMapper.shared();
    private static final AnswerItems ITEMS = new AnswerItems("a result", "results", "documents");

    private final int batchMax;
    private final String results;
    private final String score;

    RerankProtocol(int batchMax, String results, String score) {
        this.batchMax = batchMax;
        this.results = results;
        this.score = score;
    }

    /** Most documents of one call, unless configured. */
    int batchMax() {
        return batchMax;
    }

    /**
     * Writes the body of a call. Halves of surrogate pairs become question marks.
     *
     * @param model name of the model on the server; not sent to a TEI server, which has only one
     */
    byte[] request(String model, String query, List<String> documents) {
        Map<String, Object> body = new LinkedHashMap<>();
        switch (this) {
            case COHERE -> {
                body.put("model", model);
                body.put("query", query);
                body.put("documents", documents);
                body.put("top_n", documents.size());
            }
            case TEI -> {
                body.put("query", query);
                body.put("texts", documents);
                body.put("raw_scores", false);
                body.put("truncate", true);
            }
        }
        return MAPPER.writeValueAsString(body).getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads the scores from an answer.
     *
     * @param count number of documents that were sent
     * @return double[count], finite, in the order of the documents
     * @throws UnreadableAnswerException if it is not JSON, or does not have exactly one finite
     *     score for each document
     */
    double[] scores(byte[] answer, int count) throws UnreadableAnswerException {
        double[] scores = new double[count];
        ITEMS.read(answer, results, count, (i, item) -> scores[i] = finite(item.path(score)));
        return scores;
    }

    private double finite(JsonNode node) throws UnreadableAnswerException {
        if (!node.isNumber() || !Double.isFinite(node.doubleValue())) {
            throw new UnreadableAnswerException(
                    "a result whose " + score + " is not a finite number");
        }
        return node.doubleValue();
    }
}
