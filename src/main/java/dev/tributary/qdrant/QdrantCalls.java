package dev.tributary.qdrant;

import dev.tributary.failure.ServiceException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.qdrant.client.QdrantClient;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Calls of Qdrant that end in time, and fail in the service's terms. Thread-safe. */
final class QdrantCalls {
    private final QdrantClient client;
    private final Duration timeout;

    /**
     * Connects on first use.
     *
     * @param timeout how long one call may take
     */
    QdrantCalls(QdrantClient client, Duration timeout) {
        this.client = client;
        this.timeout = timeout;
    }

    Duration timeout() {
        return timeout;
    }

    /**
     * Runs a call and waits for its answer. The client itself ends it after the timeout.
     *
     * @param what what it acts on, for a failure, such as a collection
     * @throws ServiceException {@code MISSING}, {@code IMPOSSIBLE}, {@code UNAVAILABLE}
     */
    <T> T call(String what, Function<QdrantClient, Future<T>> call) {
        try {
            return await(call);
        } catch (StatusRuntimeException e) {
            throw failure(what, e.getStatus(), e);
        }
    }

    /** Like {@link #call}, for a call that creates something. Does nothing if it exists already. */
    void create(String what, Function<QdrantClient, Future<?>> call) {
        try {
            await(call);
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() != Status.Code.ALREADY_EXISTS) {
                throw failure(what, e.getStatus(), e);
            }
        }
    }

    private <T> T await(Function<QdrantClient, ? extends Future<? extends T>> call) {
        Future<? extends T> answer = call.apply(client);
        try {
            return answer.get();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            throw cause instanceof StatusRuntimeException status
                    ? status
                    : Status.UNKNOWN
                            .withCause(cause)
                            .withDescription(String.valueOf(cause))
                            .asRuntimeException();
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw ServiceException.unavailable(
                    "interrupted", "the call of Qdrant was interrupted", e);
        }
    }

    private static ServiceException failure(String what, Status status, Exception cause) {
        String reason =
                status.getDescription() == null
                        ? status.getCode().toString()
                        : status.getDescription();
        return switch (status.getCode()) {
            case NOT_FOUND -> ServiceException.missing("qdrant_collection", what);
            case INVALID_ARGUMENT, OUT_OF_RANGE ->
                    ServiceException.impossible("qdrant_refused", what, "was refused: " + reason);
            case UNAUTHENTICATED, PERMISSION_DENIED ->
                    ServiceException.unavailable(
                                    "qdrant_denied", "Qdrant refuses the key: " + reason, cause)
                            .withHint("set tributary.qdrant.api-key to a key that may write");
            case DEADLINE_EXCEEDED ->
                    ServiceException.unavailable(
                            "qdrant_slow", "Qdrant did not answer in time", cause);
            case RESOURCE_EXHAUSTED, FAILED_PRECONDITION ->
                    ServiceException.unavailable(
                            "qdrant_busy", "Qdrant cannot do this now: " + reason, cause);
            case UNAVAILABLE ->
                    ServiceException.unavailable(
                            "qdrant_unavailable", "Qdrant cannot be reached: " + reason, cause);
            default ->
                    ServiceException.unavailable(
                            "qdrant_failed", "Qdrant failed: " + reason, cause);
        };
    }
}
