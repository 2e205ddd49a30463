package dev.tributary.reembed;

import dev.tributary.embedding.Embedded;
import dev.tributary.embedding.EmbeddingModel;
import dev.tributary.failure.ServiceException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * An embedding model whose calls have a deadline. A call that misses the deadline continues in a
 * separate thread, one call at a time, and its embeddings are available when the same texts are
 * requested again. For use by one thread.
 */
final class TimedModel implements AutoCloseable {
    private final EmbeddingModel model;
    private final Map<String, Embedded> made = new HashMap<>();
    private @Nullable Call call;

    private record Call(List<String> texts, FutureTask<List<Embedded>> answer) {}

    TimedModel(EmbeddingModel model) {
        this.model = model;
    }

    /**
     * Embeds texts.
     *
     * @param end the deadline, in nanoseconds of {@link System#nanoTime()}
     * @return the embeddings in order; empty if the model has not computed all of them by the
     *     deadline
     * @throws ServiceException what the model throws; {@code UNAVAILABLE} if the thread is
     *     interrupted
     */
    Optional<List<Embedded>> embed(List<String> texts, long end) {
        while (true) {
            List<String> missing = texts.stream().filter(text -> !made.containsKey(text)).toList();
            if (missing.isEmpty()) {
                return Optional.of(
                        texts.stream()
                                .map(text -> Objects.requireNonNull(made.get(text)))
                                .toList());
            }
            Call running = call == null ? begin(missing) : call;
            if (!isDone(running, end)) {
                return Optional.empty();
            }
        }
    }

    private Call begin(List<String> texts) {
        var begun = new Call(texts, new FutureTask<>(() -> model.embed(texts)));
        call = begun;
        Thread.ofVirtual().name("reembed-model").start(begun.answer());
        return begun;
    }

    private boolean isDone(Call running, long end) {
        try {
            List<Embedded> answer =
                    running.answer().get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            for (int i = 0; i < answer.size(); i++) {
                made.put(running.texts().get(i), answer.get(i));
            }
            call = null;
            return true;
        } catch (TimeoutException _) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ServiceException.unavailable(
                    "interrupted", "interrupted while a text was embedded", e);
        } catch (ExecutionException e) {
            call = null;
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException("a text was not embedded", e);
        }
    }

    /** Forgets the computed embeddings, which are stored now. */
    void forget() {
        made.clear();
    }

    /** Interrupts the call in progress. */
    @Override
    public void close() {
        if (call != null) {
            call.answer().cancel(true);
        }
    }
}
