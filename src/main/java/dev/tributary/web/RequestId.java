package dev.tributary.web;

import jakarta.servlet.http.HttpServletRequest;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The id of a request in its answer and in the log. */
final class RequestId {
    static final String HEADER = "X-Request-Id";
    static final String MDC_KEY = "request_id";
    private static final String ATTRIBUTE = RequestId.class.getName();
    private static final int LENGTH_MAX = 128;

    private RequestId() {}

    /** The caller's id if it is fit for a log line, otherwise a new one; the same in every call. */
    static String of(HttpServletRequest request) {
        if (request.getAttribute(ATTRIBUTE) instanceof String known) {
            return known;
        }
        String given = request.getHeader(HEADER);
        String id = given != null && isFit(given) ? given : UUID.randomUUID().toString();
        request.setAttribute(ATTRIBUTE, id);
        return id;
    }

    /** Visible ASCII only: nothing that could break a line or a header. */
    static boolean isFit(@Nullable String id) {
        return id != null
                && !id.isEmpty()
                && id.length() <= LENGTH_MAX
                && id.chars().allMatch(c -> c > ' ' && c < 0x7F);
    }
}
