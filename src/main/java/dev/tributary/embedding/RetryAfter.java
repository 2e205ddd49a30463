package dev.tributary.embedding;

import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The header in which a busy server says when to retry (RFC 9110, section 10.2.3). */
final class RetryAfter {
    /** Some servers send fractions, which the RFC does not allow. */
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}(\\.[0-9]{1,9})?");

    private RetryAfter() {}

    /** How long the server asks to wait, 0 or more; null if the header is missing or unreadable. */
    static @Nullable Duration of(HttpResponse<?> response, Clock clock) {
        String value = response.headers().firstValue("Retry-After").orElse("").strip();
        if (SECONDS.matcher(value).matches()) {
            return Duration.ofNanos(new BigDecimal(value).movePointRight(9).longValue());
        }
        try {
            Instant then =
                    ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
            Duration wait = Duration.between(clock.instant(), then);
            return wait.isNegative() ? Duration.ZERO : wait;
        } catch (DateTimeException e) {
            return null;
        }
    }
}
