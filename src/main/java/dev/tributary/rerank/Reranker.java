package dev.tributary.rerank;

import dev.tributary.failure.ServiceException;
import java.time.Duration;
import java.util.List;

/**
 * Port to a reranker: a model that reads a query and a document together and scores how well the
 * document answers the query. Slower than comparing vectors, but more accurate. Thread-safe.
 */
public interface Reranker {
    /** The name that requests use, such as {@code ms-marco-minilm}. */
    String name();

    /**
     * Scores each document against the query. Safe to repeat; has no side effects.
     *
     * <p>Text beyond the model's limit is cut off: the score covers only the beginning of a
     * document, usually its first 512 tokens. Scores of different queries or of different rerankers
     * are not comparable.
     *
     * @param documents any number of documents, including none; may contain duplicates. The caller
     *     limits it to what can be scored within the timeout
     * @param timeout timeout of the whole call, including its wait for other calls
     * @return double[documents], the relevance of each document, in order: finite, higher is
     *     better, usually 0..1
     * @throws ServiceException {@code UNAVAILABLE} if the reranker is unavailable or busy, is
     *     suspended after repeated failures, sends an invalid answer, or does not answer in time
     */
    double[] score(String query, List<String> documents, Duration timeout);
}
