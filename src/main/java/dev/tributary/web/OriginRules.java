package dev.tributary.web;

import dev.tributary.web.WebProperties.Cors;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.DefaultCorsProcessor;
import org.springframework.web.cors.UrlBasedCorsConfigurationSource;
import org.springframework.web.filter.CorsFilter;

/** Lets web pages of the configured origins call the service, and tells others why they may not. */
final class OriginRules extends DefaultCorsProcessor {
    private static final List<String> METHODS =
            List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");

    /** What a page may read beside the body. */
    private static final List<String> EXPOSED =
            List.of(RequestId.HEADER, HttpHeaders.RETRY_AFTER, HttpHeaders.ALLOW);

    /**
     * A filter that answers preflight requests, and marks the answers to others.
     *
     * @param cors with at least one origin
     */
    static CorsFilter filter(Cors cors) {
        var configuration = new CorsConfiguration();
        configuration.setAllowedOrigins(cors.allowedOrigins());
        configuration.setAllowedMethods(METHODS);
        configuration.setAllowedHeaders(List.of(CorsConfiguration.ALL));
        configuration.setExposedHeaders(EXPOSED);
        configuration.setMaxAge(cors.maxAge());
        var everywhere = new UrlBasedCorsConfigurationSource();
        everywhere.registerCorsConfiguration("/**", configuration);
        var filter = new CorsFilter(everywhere);
        filter.setCorsProcessor(new OriginRules());
        return filter;
    }

    @Override
    public boolean processRequest(
            @Nullable CorsConfiguration configuration,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        if (super.processRequest(configuration, request, response)) {
            return true;
        }
        Refusal.of(
                        HttpStatus.FORBIDDEN,
                        "origin_not_allowed",
                        "a page of origin %s may not make this call"
                                .formatted(request.getHeader(HttpHeaders.ORIGIN)))
                .withHint("add the origin to tributary.web.cors.allowed-origins")
                .send(request, response);
        return false;
    }

    /** Nothing: the refusal is sent afterwards, in the shape of every other one. */
    @Override
    protected void rejectRequest(ServerHttpResponse response) {}
}
