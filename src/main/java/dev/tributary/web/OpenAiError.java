package dev.tributary.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * A failure in the shape of OpenAI's API, whose clients show nothing else of an error.
 *
 * @param message what went wrong and what to do about it: {@code detail} and {@code hint}
 * @param type the kind of failure, in OpenAI's words
 * @param param the field that is wrong; the first of several
 * @param code the {@code code} of the problem
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
record OpenAiError(String message, String type, @Nullable String param, String code) {
    private static final String PATHS = "/v1";

    /** Set on a request that missed a path below {@link #PATHS}. */
    private static final String MISSED = OpenAiError.class.getName();

    /** Whether the request is for a path below {@code /v1}, or was meant to be. */
    static boolean isExpected(HttpServletRequest request) {
        Object failed = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
        String path = failed instanceof String original ? original : request.getRequestURI();
        return request.getAttribute(MISSED) != null || (path != null && isBelow(path));
    }

    /** Notes the path that the request was meant for, such as that of a base URL without /v1. */
    static void meant(HttpServletRequest request, String path) {
        if (isBelow(path)) {
            request.setAttribute(MISSED, path);
        }
    }

    private static boolean isBelow(String path) {
        return path.equals(PATHS) || path.startsWith(PATHS + "/");
    }

    static OpenAiError of(Refusal refusal) {
        String hint = refusal.hint();
        return new OpenAiError(
                hint == null ? refusal.detail() : refusal.detail() + "; " + hint,
                type(refusal),
                refusal.errors().isEmpty() ? null : refusal.errors().getFirst().field(),
                refusal.code());
    }

    private static String type(Refusal refusal) {
        return switch (refusal.status()) {
            case UNAUTHORIZED -> "authentication_error";
            case FORBIDDEN -> "permission_error";
            case TOO_MANY_REQUESTS -> "rate_limit_error";
            default ->
                    refusal.status().is5xxServerError() ? "server_error" : "invalid_request_error";
        };
    }
}
