package dev.tributary.web;

import dev.tributary.failure.ServiceException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;
import org.springframework.web.servlet.NoHandlerFoundException;
import org.springframework.web.servlet.resource.NoResourceFoundException;
import tools.jackson.core.JacksonException;

/** Turns every failure of a request into a problem response, and logs it once. */
@RestControllerAdvice
class ProblemAdvice {
    private static final Logger log = LoggerFactory.getLogger(ProblemAdvice.class);

    private final NearestPath nearestPath;

    ProblemAdvice(NearestPath nearestPath) {
        this.nearestPath = nearestPath;
    }

    @ExceptionHandler
    void answer(Exception failure, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        if (isGone(failure)) {
            log.debug("the client disconnected", failure);
            return;
        }
        Refusal refusal = refusal(failure, request);
        if (refusal.status().is5xxServerError()) {
            log.error(
                    "{} {} -> {} {}",
                    request.getMethod(),
                    request.getRequestURI(),
                    refusal.status().value(),
                    refusal.code(),
                    failure);
        } else {
            log.debug(
                    "{} {} -> {} {}: {}",
                    request.getMethod(),
                    request.getRequestURI(),
                    refusal.status().value(),
                    refusal.code(),
                    refusal.detail());
        }
        refusal.send(request, response);
    }

    private Refusal refusal(Exception failure, HttpServletRequest request) {
        return switch (failure) {
            case NoHandlerFoundException _, NoResourceFoundException _ ->
                    nearestPath.refusal(request);
            case ServiceException e -> Refusal.of(e);
            case HttpMessageNotReadableException e -> BodyFailures.refusal(e);
            case JacksonException e -> BodyFailures.refusal(e);
            default -> RequestFailures.refusal(failure);
        };
    }

    /** Whether the connection broke while the body was read or the answer was written. */
    private static boolean isGone(Exception failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof AsyncRequestNotUsableException
                    || cause instanceof org.apache.catalina.connector.ClientAbortException) {
                return true;
            }
        }
        return false;
    }
}
