package dev.tributary.web;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Limits on requests.
 *
 * @param bodyMax largest request body, 1KB to 1GB; larger ones are answered with 413
 * @param streamedPaths patterns of paths whose bodies are read as they arrive, and have no limit
 * @param requestsMax most concurrent requests; further ones are answered with 503 at once. Health
 *     and metrics are not counted
 * @param cors which web pages may call the service
 */
@Validated
@ConfigurationProperties(prefix = "tributary.web", ignoreUnknownFields = false)
record WebProperties(
        @DefaultValue("32MB") DataSize bodyMax,
        @DefaultValue("/collections/*/import") List<String> streamedPaths,
        @DefaultValue("256") @Min(1) @Max(10_000) int requestsMax,
        @DefaultValue Cors cors) {
    /**
     * Which web pages of other origins may call the service from a browser.
     *
     * @param allowedOrigins their origins, such as {@code https://app.example.com}; {@code *} for
     *     every origin; empty for none
     * @param maxAge how long a browser may keep the answer to a preflight request, 0 to 24 hours
     */
    record Cors(@DefaultValue List<String> allowedOrigins, @DefaultValue("30m") Duration maxAge) {
        private static final String KEY = "tributary.web.cors.";
        static final String EVERY = "*";

        Cors {
            allowedOrigins = allowedOrigins.stream().map(Cors::origin).toList();
            if (maxAge.isNegative() || maxAge.compareTo(Duration.ofHours(24)) > 0) {
                throw new IllegalArgumentException(
                        KEY + "max-age is " + maxAge + ", must be 0 to 24h");
            }
        }

        /** In the form in which browsers send it, or refused: no other form would ever match. */
        private static String origin(String text) {
            String trimmed = text.strip().toLowerCase(Locale.ROOT);
            if (trimmed.equals(EVERY)) {
                return trimmed;
            }
            URI uri = uri(trimmed);
            boolean isOrigin =
                    uri != null
                            && uri.getHost() != null
                            && trimmed.equals(uri.getScheme() + "://" + uri.getRawAuthority())
                            && uri.getRawUserInfo() == null;
            if (!isOrigin) {
                throw new IllegalArgumentException(
                        "%sallowed-origins has \"%s\", must be * or scheme://host or scheme://host:port"
                                .formatted(KEY, text));
            }
            return trimmed;
        }

        private static @Nullable URI uri(String text) {
            try {
                return new URI(text);
            } catch (URISyntaxException e) {
                return null;
            }
        }
    }

    WebProperties {
        long bytes = bodyMax.toBytes();
        if (bytes < 1_024 || bytes > 1_073_741_824) {
            throw new IllegalArgumentException(
                    "tributary.web.body-max is " + bytes + " bytes, must be 1KB to 1GB");
        }
    }
}
