package dev.tributary.failure;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request that could not be served. {@link #kind()} decides the HTTP status, {@link #code()} is
 * stable for programs, and the message and the {@link #hint()} are for humans.
 *
 * <p>Messages are lower case, state the value and the allowed range, and end without a full stop.
 */
public final class ServiceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What a caller can do about it. */
    public enum Kind {
        /** The request cannot be understood; sending it again cannot help. */
        INVALID,
        /** The request is well-formed but cannot be done, such as a vector of another dimension. */
        IMPOSSIBLE,
        /** The collection, chunk or alias does not exist. */
        MISSING,
        /** The request contradicts what is already stored. */
        CONFLICT,
        /** More bytes than one request may carry. */
        TOO_LARGE,
        /** A body in a media type that is not supported. */
        UNSUPPORTED,
        /** Too many requests; the same one may succeed later. */
        LIMITED,
        /** The caller may not do this. */
        DENIED,
        /** The store or the model is unavailable or busy; nothing was written. */
        UNAVAILABLE,
        /**
         * The write may or may not have happened. Only a call that is safe to repeat may be sent
         * again.
         */
        OUTCOME_UNKNOWN
    }

    /**
     * One invalid field.
     *
     * @param field where it is in the request, such as {@code filter.$or[1].year}
     * @param message what is wrong with it
     */
    public record FieldError(String field, String message) {}

    private final Kind kind;
    private final String code;
    private final @Nullable String hint;
    private final transient List<FieldError> errors;

    private ServiceException(
            Kind kind,
            String code,
            String message,
            @Nullable String hint,
            List<FieldError> errors,
            @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.code = code;
        this.hint = hint;
        this.errors = List.copyOf(errors);
    }

    private static ServiceException of(Kind kind, String code, String message) {
        return new ServiceException(kind, code, message, null, List.of(), null);
    }

    /** {@code INVALID}: one field has a value that is not allowed. */
    public static ServiceException invalid(String field, String message) {
        return invalid(List.of(new FieldError(field, message)));
    }

    /** {@code INVALID}: every invalid field, at least one. */
    public static ServiceException invalid(List<FieldError> errors) {
        FieldError first = errors.getFirst();
        String rest = errors.size() == 1 ? "" : " (and " + (errors.size() - 1) + " more)";
        return new ServiceException(
                Kind.INVALID,
                "invalid_field",
                first.field() + " " + first.message() + rest,
                null,
                errors,
                null);
    }

    /** {@code INVALID}: the request as a whole cannot be read. */
    public static ServiceException malformed(String code, String message) {
        return of(Kind.INVALID, code, message);
    }

    /** {@code IMPOSSIBLE}: a field is well-formed but cannot be honoured. */
    public static ServiceException impossible(String code, String field, String message) {
        return new ServiceException(
                Kind.IMPOSSIBLE,
                code,
                field + " " + message,
                null,
                List.of(new FieldError(field, message)),
                null);
    }

    /** {@code MISSING}, with the code {@code <what>_not_found}. */
    public static ServiceException missing(String what, Object name) {
        return of(Kind.MISSING, what + "_not_found", what + " " + name + " does not exist");
    }

    public static ServiceException conflict(String code, String message) {
        return of(Kind.CONFLICT, code, message);
    }

    /** {@code DENIED}: the caller may not do this, whatever exists. */
    public static ServiceException denied(String code, String message) {
        return of(Kind.DENIED, code, message);
    }

    public static ServiceException tooLarge(String message) {
        return of(Kind.TOO_LARGE, "too_large", message);
    }

    /** {@code UNSUPPORTED}: a body, or a part of one, in a format that is not supported. */
    public static ServiceException unsupported(String message) {
        return of(Kind.UNSUPPORTED, "unsupported_media_type", message);
    }

    /** {@code UNAVAILABLE}: nothing was written, so the same call may be sent again. */
    public static ServiceException unavailable(
            String code, String message, @Nullable Throwable cause) {
        return new ServiceException(Kind.UNAVAILABLE, code, message, null, List.of(), cause);
    }

    /** {@code UNAVAILABLE}: too busy to accept the call; it may be sent again later. */
    public static ServiceException unavailable(String code, String message) {
        return of(Kind.UNAVAILABLE, code, message);
    }

    /** {@code OUTCOME_UNKNOWN}: the connection was lost while a write was being committed. */
    public static ServiceException outcomeUnknown(String message, Throwable cause) {
        return new ServiceException(
                Kind.OUTCOME_UNKNOWN, "outcome_unknown", message, null, List.of(), cause);
    }

    /** The same failure with a sentence that says what to do about it. */
    public ServiceException withHint(String sentence) {
        var copy =
                new ServiceException(
                        kind, code, String.valueOf(getMessage()), sentence, errors, getCause());
        copy.setStackTrace(getStackTrace());
        return copy;
    }

    public Kind kind() {
        return kind;
    }

    /** Stable and machine-readable, in snake_case, such as {@code dimension_mismatch}. */
    public String code() {
        return code;
    }

    public @Nullable String hint() {
        return hint;
    }

    /** The invalid fields; empty if the failure is not about a field. */
    public List<FieldError> errors() {
        return errors;
    }
}
