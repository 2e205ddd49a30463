package dev.tributary.sql;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.env.MockEnvironment;

class DatabaseFailureAnalyzerTest {
    private final DatabaseFailureAnalyzer analyzer =
            new DatabaseFailureAnalyzer(
                    new MockEnvironment()
                            .withProperty(
                                    "spring.datasource.url",
                                    "jdbc:postgresql://db/tributary?password=secret")
                            .withProperty("spring.datasource.username", "ann"));

    @ParameterizedTest
    @CsvSource({
        "08001, does not answer, SPRING_DATASOURCE_URL",
        "57P03, does not answer, SPRING_DATASOURCE_URL",
        "28P01, refuses user ann, SPRING_DATASOURCE_PASSWORD",
        "3D000, does not exist, CREATE DATABASE",
        "0A000, without the extension vector, install pgvector",
        "42501, does not let user ann set it up, CREATE EXTENSION vector",
    })
    void saysWhatIsWrongAndWhatToDo(String state, String description, String action) {
        var pool =
                new SQLTransientConnectionException(
                        "no connection", "08001", new SQLException("cause", state));

        var analysis = requireNonNull(analyzer.analyze(new IllegalStateException(pool)));

        assertThat(analysis.getDescription())
                .startsWith("the database at jdbc:postgresql://db/tributary ")
                .contains(description)
                .doesNotContain("secret");
        assertThat(analysis.getAction()).contains(action);
    }

    @Test
    void leavesADefectToItsStackTrace() {
        assertThat(analyzer.analyze(new SQLException("syntax error", "42601"))).isNull();
    }
}
