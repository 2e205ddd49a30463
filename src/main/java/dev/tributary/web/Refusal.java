package dev.tributary.web;

import dev.tributary.failure.ServiceException;
import dev.tributary.failure.ServiceException.FieldError;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;

/**
 * A failure as an HTTP response.
 *
 * @param headers additional headers, such as Retry-After
 */
record Refusal(
        HttpStatus status,
        String code,
        String detail,
        @Nullable String hint,
        List<FieldError> errors,
        HttpHeaders headers) {
    private static final String RETRY_AFTER_S = "1";

    static Refusal of(HttpStatus status, String code, String detail) {
        return new Refusal(status, code, detail, null, List.of(), retry(status));
    }

    /** Maps a kind of failure to a status; no other place does. */
    static Refusal of(ServiceException e) {
        HttpStatus status =
                switch (e.kind()) {
                    case INVALID -> HttpStatus.BAD_REQUEST;
                    case IMPOSSIBLE -> HttpStatus.UNPROCESSABLE_CONTENT;
                    case MISSING -> HttpStatus.NOT_FOUND;
                    case CONFLICT -> HttpStatus.CONFLICT;
                    case TOO_LARGE -> HttpStatus.CONTENT_TOO_LARGE;
                    case UNSUPPORTED -> HttpStatus.UNSUPPORTED_MEDIA_TYPE;
                    case LIMITED -> HttpStatus.TOO_MANY_REQUESTS;
                    case DENIED -> HttpStatus.FORBIDDEN;
                    case UNAVAILABLE -> HttpStatus.SERVICE_UNAVAILABLE;
                    case OUTCOME_UNKNOWN -> HttpStatus.GATEWAY_TIMEOUT;
                };
        return new Refusal(
                status,
                e.code(),
                String.valueOf(e.getMessage()),
                e.hint(),
                e.errors(),
                retry(status));
    }

    /** A status without a cause, as Tomcat and the servlet API report it. */
    static Refusal of(int statusCode) {
        HttpStatus status = HttpStatus.resolve(statusCode);
        if (status == null || !status.isError()) {
            status = HttpStatus.INTERNAL_SERVER_ERROR;
        }
        String code =
                switch (status) {
                    case BAD_REQUEST -> "malformed_request";
                    case NOT_FOUND -> "path_not_found";
                    case INTERNAL_SERVER_ERROR -> "internal";
                    default -> status.name().toLowerCase(Locale.ROOT);
                };
        String detail =
                switch (status) {
                    case BAD_REQUEST -> "the request line or a header cannot be read";
                    case NOT_FOUND -> "there is nothing at this path";
                    case INTERNAL_SERVER_ERROR -> "an internal error, see the log of the service";
                    default -> status.getReasonPhrase().toLowerCase(Locale.ROOT);
                };
        return of(status, code, detail);
    }

    static Refusal invalid(List<FieldError> errors) {
        return of(ServiceException.invalid(errors));
    }

    Refusal withCode(String other) {
        return new Refusal(status, other, detail, hint, errors, headers);
    }

    Refusal withHint(String sentence) {
        return new Refusal(status, code, detail, sentence, errors, headers);
    }

    Refusal withHeader(String name, String value) {
        var more = new HttpHeaders(headers);
        more.set(name, value);
        return new Refusal(status, code, detail, hint, errors, more);
    }

    /** Writes the answer, unless a part of another one has already been sent. */
    void send(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (response.isCommitted()) {
            return;
        }
        byte[] body = toProblem(request).toJson();
        response.resetBuffer();
        response.setStatus(status.value());
        headers.forEach((name, values) -> response.setHeader(name, values.getFirst()));
        response.setContentType(Problem.MEDIA_TYPE);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
        response.flushBuffer();
    }

    private Problem toProblem(HttpServletRequest request) {
        return new Problem(
                "about:blank",
                status.getReasonPhrase(),
                status.value(),
                detail,
                code,
                hint,
                errors,
                RequestId.of(request),
                OpenAiError.isExpected(request) ? OpenAiError.of(this) : null);
    }

    private static HttpHeaders retry(HttpStatus status) {
        var headers = new HttpHeaders();
        if (status == HttpStatus.SERVICE_UNAVAILABLE || status == HttpStatus.TOO_MANY_REQUESTS) {
            headers.set(HttpHeaders.RETRY_AFTER, RETRY_AFTER_S);
        }
        return headers;
    }
}
