package dev.tributary.rerank;

import dev.tributary.failure.ServiceException;
import dev.tributary.inference.ModelRules;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rerankers that this service has, by name; by default it has none. Immutable. */
public final class Rerankers {
    private final Map<String, Reranker> writes = new LinkedHashMap<>();
    private final Duration timeout;

    /**
     * Takes the rerankers.
     *
     * @param rerankers any number of rerankers, with distinct names
     * @param timeout see {@link #timeout()}
     */
    public Rerankers(List<Reranker> rerankers, Duration timeout) {
        for (Reranker reranker : rerankers) {
            if (writes.put(reranker.name(), reranker) != null) {
                throw new IllegalArgumentException("two rerankers named " + reranker.name());
            }
        }
        this.timeout = timeout;
    }

    /**
     * Returns the reranker of this name.
     *
     * @throws ServiceException {@code IMPOSSIBLE}, code {@code unknown_model}, if there is none
     */
    public Reranker get(String name) {
        @Nullable Reranker reranker = writes.get(name);
        if (reranker == null) {
            throw ServiceException.impossible(
                            "unknown_model",
                            "model",
                            ModelRules.quoted(name) + " is not a known reranker")
                    .withHint(names());
        }
        return reranker;
    }

    /**
     * Returns the only reranker, for requests that do not name one.
     *
     * @throws ServiceException {@code IMPOSSIBLE}, code {@code unknown_model}, if there is none;
     *     {@code INVALID} if there are several
     */
    public Reranker only() {
        if (writes.isEmpty()) {
            throw ServiceException.impossible(
                            "unknown_model", "model", "is missing, and no reranker is configured")
                    .withHint(names());
        }
        if (writes.size() > 1) {
            throw ServiceException.invalid("model", "is missing, and there are several rerankers")
                    .withHint(names());
        }
        return writes.values().iterator().next();
    }

    /** The timeout of the reranking of a search: {@code tributary.rerank.timeout}. */
    public Duration timeout() {
        return timeout;
    }

    private String names() {
        return writes.isEmpty()
                ? "configure one with tributary.rerank.models.<name>.type"
                : "use one of: " + String.join(", ", writes.keySet());
    }

    /** Frees the resources of the rerankers. */
    void close() throws Exception {
        for (Reranker reranker : writes.values()) {
            if (reranker instanceof AutoCloseable open) {
                open.close();
            }
        }
    }
}
