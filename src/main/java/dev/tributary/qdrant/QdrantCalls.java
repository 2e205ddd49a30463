package dev.tributary.qdrant;

import dev.tributary.failure.ServiceException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.grpc.Points.UpdateResult;
import io.qdrant.client.grpc.Points.UpdateStatus;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Calls of Qdrant that end in time, and fail in the service's terms. Thread-safe. */
final class QdrantCalls {
    private final QdrantClient client;
    private final Duration timeout;
    private final Duration adminTimeout;

    /**
     * Connects on first use.
     *
     * @param timeout how long a call may take that reads or writes points
     * @param adminTimeout how long any other call may take
     */
    QdrantCalls(QdrantClient client, Duration timeout, Duration adminTimeout) {
        this.client = client;
        this.timeout = timeout;
        this.adminTimeout = adminTimeout;
    }

    Duration timeout() {
        return timeout;
    }

    Duration adminTimeout() {
        return adminTimeout;
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

    /**
     * Like {@link #call}, for a write of points. Returns once the write is applied by every copy
     * that answers searches: Qdrant takes those out of service that fail to apply it.
     */
    void write(String what, Function<QdrantClient, Future<UpdateResult>> call) {
        UpdateStatus status = call(what, call).getStatus();
        if (status != UpdateStatus.Completed) {
            throw ServiceException.unavailable(
                    "qdrant_slow", "Qdrant did not apply a write in time: it is " + status);
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
        String reason = reason(status);
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
            case UNAVAILABLE -> unreachable(status, reason, cause);
            default ->
                    ServiceException.unavailable(
                            "qdrant_failed", "Qdrant failed: " + reason, cause);
        };
    }

    private static ServiceException unreachable(Status status, String reason, Exception cause) {
        for (Throwable each = status.getCause(); each != null; each = each.getCause()) {
            if (each instanceof CertificateException) {
                return ServiceException.unavailable(
                                "qdrant_unavailable",
                                "Qdrant's certificate is not trusted: " + each.getMessage(),
                                cause)
                        .withHint(
                                "set tributary.qdrant.ca-certificate to the certificate of the"
                                        + " authority that signed it, and host to a name in it");
            }
        }
        return ServiceException.unavailable(
                "qdrant_unavailable", "Qdrant cannot be reached: " + reason, cause);
    }

    /** Without a cause, what Qdrant said; else the innermost cause, which the client knows. */
    private static String reason(Status status) {
        Throwable cause = status.getCause();
        while (cause != null && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause != null && cause.getMessage() != null) {
            return cause.getMessage();
        }
        return status.getDescription() == null
                ? status.getCode().toString()
                : status.getDescription();
    }
}
