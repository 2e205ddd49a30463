package dev.tributary.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.tributary.failure.ServiceException.FieldError;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Why a request failed (RFC 9457, application/problem+json).
 *
 * @param type always {@code about:blank}; the code identifies the failure
 * @param title the status in words
 * @param status the HTTP status again
 * @param detail what went wrong, for humans
 * @param code what went wrong, for programs: stable, in snake_case
 * @param hint what to do about it, if known
 * @param errors every invalid field, if the failure is about fields
 * @param requestId the request's id, also in X-Request-Id and in the log
 * @param error the same failure in the shape of OpenAI's API; only below {@code /v1}
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record Problem(
        String type,
        String title,
        int status,
        String detail,
        String code,
        @Nullable String hint,
        List<FieldError> errors,
        @JsonProperty("request_id") String requestId,
        @Nullable OpenAiError error) {
    static final String MEDIA_TYPE = "application/problem+json";

    /** Not the application's mapper: Tomcat answers some requests before it exists. */
    private static final JsonMapper MAPPER = JsonMapper.shared();

    /** Goes through a string, in which half of a surrogate pair from the request becomes a '?'. */
    byte[] toJson() {
        return MAPPER.writeValueAsString(this).getBytes(StandardCharsets.UTF_8);
    }
}
