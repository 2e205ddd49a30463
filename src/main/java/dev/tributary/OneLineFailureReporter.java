package dev.tributary;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalysisReporter;

/**
 * Reports in one line why the service does not start and what to do about it. Spring Boot creates
 * it by name, from META-INF/spring.factories.
 */
final class OneLineFailureReporter implements FailureAnalysisReporter {
    private static final Logger log = LoggerFactory.getLogger(OneLineFailureReporter.class);

    @Override
    public void report(FailureAnalysis analysis) {
        String action = analysis.getAction();
        log.error(
                "the service does not start: {}{}",
                oneLine(analysis.getDescription()),
                action == null ? "" : " -> " + oneLine(action));
        log.debug("the cause", analysis.getCause());
    }

    static String oneLine(String text) {
        return text.strip().replaceAll("\\s*\\R\\s*", "; ").replaceAll("\\s+", " ");
    }
}
