package dev.tributary.background;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.failure.ServiceException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class TroubleTest {
    private final Trouble trouble =
            new Trouble(LoggerFactory.getLogger("trouble-test"), "cups cannot be washed");

    @Test
    void isToldOnceAndSoIsItsEnd(CapturedOutput output) {
        var away = ServiceException.unavailable("database_unavailable", "the database is away");

        trouble.overcome();
        trouble.met(away);
        trouble.met(away);
        trouble.overcome();
        trouble.overcome();

        assertThat(output.getAll().lines().filter(it -> it.contains("WARN")))
                .singleElement()
                .asString()
                .contains("cups cannot be washed: the database is away");
        assertThat(output.getAll().lines().filter(it -> it.contains("no longer"))).hasSize(1);
    }

    @Test
    void aDefectIsToldEachTime(CapturedOutput output) {
        trouble.met(new IllegalStateException("broken"));
        trouble.met(new IllegalStateException("broken"));

        assertThat(output.getAll().lines().filter(it -> it.contains("ERROR"))).hasSize(2);
    }
}
