package dev.tributary.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import org.springframework.http.HttpStatus;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses requests above the limit of concurrent requests at once: otherwise, with virtual threads,
 * any number of them would wait for the database.
 */
final class RequestLimitFilter extends OncePerRequestFilter {
    private final int max;
    private final Semaphore free;

    RequestLimitFilter(int max) {
        this.max = max;
        free = new Semaphore(max);
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return request.getRequestURI().startsWith("/actuator/");
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (!free.tryAcquire()) {
            Refusal.of(
                            HttpStatus.SERVICE_UNAVAILABLE,
                            "too_many_requests_at_once",
                            "already serving " + max + " requests, the most allowed at once")
                    .withHint("send it again after Retry-After seconds")
                    .send(request, response);
            return;
        }
        try {
            chain.doFilter(request, response);
        } finally {
            free.release();
        }
    }
}
