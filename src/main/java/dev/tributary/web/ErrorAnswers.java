package dev.tributary.web;

import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Answers requests that failed outside a controller: in a filter, or with an error from a servlet.
 */
@Hidden
@RestController
class ErrorAnswers implements ErrorController {
    private static final Logger log = LoggerFactory.getLogger(ErrorAnswers.class);

    @RequestMapping("/error")
    void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Object status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
        switch (request.getAttribute(RequestDispatcher.ERROR_EXCEPTION)) {
            case IOException e -> log.debug("the client disconnected", e);
            case Throwable e -> log.error("request failed outside of a controller", e);
            case null, default -> {}
        }
        int code = status instanceof Integer number ? number : HttpStatus.NOT_FOUND.value();
        Refusal.of(code).send(request, response);
    }
}
