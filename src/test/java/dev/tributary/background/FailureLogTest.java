package dev.tributary.background;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.failure.ServiceException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class FailureLogTest {
    private final FailureLog failureLog =
            new FailureLog(LoggerFactory.getLogger("failure-log-test"), "cups cannot be washed");

    @Test
    void logsAFailureOnceAndItsEndOnce(CapturedOutput output) {
        var away = ServiceException.unavailable("database_unavailable", "the database is away");

        failureLog.succeeded();
        failureLog.failed(away);
        failureLog.failed(away);
        failureLog.succeeded();
        failureLog.succeeded();

        assertThat(output.getAll().lines().filter(it -> it.contains("WARN")))
                .singleElement()
                .asString()
                .contains("cups cannot be washed: the database is away");
        assertThat(output.getAll().lines().filter(it -> it.contains("recovered"))).hasSize(1);
    }

    @Test
    void logsADefectEachTime(CapturedOutput output) {
        failureLog.failed(new IllegalStateException("broken"));
        failureLog.failed(new IllegalStateException("broken"));

        assertThat(output.getAll().lines().filter(it -> it.contains("ERROR"))).hasSize(2);
    }
}
