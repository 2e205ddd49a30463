package dev.tributary.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.failure.ServiceException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobCursorTest {
    @Test
    void readsWhatItWrites() {
        var cursor = new JobCursor(Instant.parse("2026-11-21T10:00:00.123456Z"), UUID.randomUUID());

        assertThat(JobCursor.parse(cursor.toText())).isEqualTo(cursor);
        assertThat(cursor.toText()).matches("[A-Za-z0-9_-]{1,120}");
    }

    @Test
    void noneIsTheFirstPage() {
        assertThat(JobCursor.parse(null)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no space",
                "2026-11-21T10:00:00Z no-uuid",
                "yesterday 6a2f41a3-c54c-fce8-32d2-0324e1c32e22",
                "+300000-01-01T00:00:00Z 6a2f41a3-c54c-fce8-32d2-0324e1c32e22",
                "-300000-01-01T00:00:00Z 6a2f41a3-c54c-fce8-32d2-0324e1c32e22"
            })
    void refusesWhatItDidNotWrite(String plain) {
        String text =
                Base64.getUrlEncoder().encodeToString(plain.getBytes(StandardCharsets.US_ASCII));

        assertThatThrownBy(() -> JobCursor.parse(text))
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        e -> assertThat(e.errors().getFirst().field()).isEqualTo("cursor"));
        assertThatThrownBy(() -> JobCursor.parse("%" + text)).isInstanceOf(ServiceException.class);
    }
}
