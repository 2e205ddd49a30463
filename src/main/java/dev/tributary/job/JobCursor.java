package dev.tributary.job;

import dev.tributary.failure.ServiceException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Where a page of jobs ended. The job there may have been deleted since. */
record JobCursor(Instant createdAt, UUID id) {
    /** PostgreSQL does not read years with more digits. */
    private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

    static JobCursor of(Job job) {
        return new JobCursor(job.createdAt(), job.id());
    }

    /**
     * Reads what {@link #toText()} wrote.
     *
     * @throws ServiceException {@code INVALID} if it is anything else
     */
    static @Nullable JobCursor parse(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            String plain =
                    new String(Base64.getUrlDecoder().decode(text), StandardCharsets.US_ASCII);
            int space = plain.indexOf(' ');
            Instant createdAt = Instant.parse(plain.substring(0, space));
            if (createdAt.isBefore(Instant.EPOCH) || createdAt.isAfter(LATEST)) {
                throw invalid(text);
            }
            return new JobCursor(createdAt, UUID.fromString(plain.substring(space + 1)));
        } catch (IllegalArgumentException | IndexOutOfBoundsException | DateTimeException e) {
            throw invalid(text);
        }
    }

    /** Opaque to clients, and safe in a URL. */
    String toText() {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((createdAt + " " + id).getBytes(StandardCharsets.US_ASCII));
    }

    private static ServiceException invalid(String text) {
        return ServiceException.invalid(
                "cursor",
                "is \"" + ItemError.shortened(text, 80) + "\", must be next_cursor of a page");
    }
}
