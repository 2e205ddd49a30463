package dev.tributary.rerank;

import dev.tributary.failure.ServiceException;
import java.time.Duration;
import java.util.List;

/**
 * Port to a reranker: a model that reads a query and a document together and says how well the one
 * answers the other. Slower than comparing vectors, and better at it. Thread-safe.
 */
public interface Reranker {
    /** The name that requests use, such as {@code ms-marco-minilm}. */
    String name();

    /**
     * Scores each document against the query. Repeatable, and without effect on the outside.
     *
     * <p>What a model cannot read is cut off: it knows the beginning of a document only, mostly its
     * first 512 tokens. Scores of different queries, or of different rerankers, do not compare.
     *
     * @param documents none to as many as can be scored in the time, which the caller limits; may
     *     repeat
     * @param timeout for the whole call, its wait for others included
     * @return double[documents], the relevance of each in their order: finite, higher is better,
     *     mostly 0..1
     * @throws ServiceException {@code UNAVAILABLE} if the reranker is away or busy, has failed too
     *     often of late, answers what is no answer, or has not answered in time
     */
    double[] score(String query, List<String> documents, Duration timeout);
}
