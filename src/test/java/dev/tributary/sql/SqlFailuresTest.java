package dev.tributary.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.failure.ServiceException;
import dev.tributary.failure.ServiceException.Kind;
import dev.tributary.sql.SqlFailures.Phase;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DataAccessResourceFailureException;

class SqlFailuresTest {
    @ParameterizedTest
    @CsvSource({
        "08006, READ, UNAVAILABLE",
        "08006, WRITE, UNAVAILABLE",
        "08006, COMMIT, OUTCOME_UNKNOWN",
        "08007, COMMIT, OUTCOME_UNKNOWN",
        "57P01, WRITE, UNAVAILABLE",
        "57P01, COMMIT, OUTCOME_UNKNOWN",
        "57P02, COMMIT, OUTCOME_UNKNOWN",
    })
    void aLostConnectionLeavesOnlyACommitInDoubt(String state, Phase phase, Kind kind) {
        assertThat(translate(new SQLException("lost", state), phase).kind()).isEqualTo(kind);
    }

    @ParameterizedTest
    @CsvSource({
        "08001, database_unavailable",
        "57P03, database_unavailable",
        "25006, database_unavailable",
        "53300, database_busy",
        "53100, database_full",
        "57014, timeout",
        "40001, database_busy",
        "40P01, database_busy",
        "55P03, database_busy",
    })
    void nothingWasWrittenWhateverThePhase(String state, String code) {
        for (Phase phase : Phase.values()) {
            ServiceException failure = translate(new SQLException("refused", state), phase);

            assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
            assertThat(failure.code()).isEqualTo(code);
            assertThat(failure).hasMessageContaining(state);
        }
    }

    @Test
    void aPoolWithoutFreeConnectionsIsBusy() {
        var exhausted = new SQLTransientConnectionException("not available after 5000 ms");

        assertThat(translate(exhausted, Phase.WRITE).code()).isEqualTo("database_busy");
    }

    @Test
    void aPoolThatCannotConnectSaysThatTheDatabaseIsAway() {
        var refused = new SQLException("refused", "08001");
        var exhausted = new SQLTransientConnectionException("not available", "08001", refused);

        assertThat(translate(exhausted, Phase.COMMIT).code()).isEqualTo("database_unavailable");
    }

    @Test
    void aTableThatIsGoneIsACollectionThatIsGone() {
        ServiceException failure = translate(new SQLException("gone", "42P01"), Phase.READ);

        assertThat(failure.kind()).isEqualTo(Kind.MISSING);
        assertThat(failure.code()).isEqualTo("collection_not_found");
        assertThat(failure).hasMessage("collection of this search does not exist");
    }

    @Test
    void looksBehindTheExceptionsOfOthers() {
        var wrapped =
                new DataAccessResourceFailureException("lost", new SQLException("lost", "08006"));

        assertThat(translate(wrapped, Phase.READ)).hasRootCauseMessage("lost");
    }

    @ParameterizedTest
    @ValueSource(strings = {"42601", "23505", "22P02", "XX000"})
    void aDefectIsThrownOn(String state) {
        var defect = new IllegalStateException(new SQLException("syntax error", state));

        assertThatThrownBy(() -> translate(defect, Phase.WRITE)).isSameAs(defect);
    }

    @ParameterizedTest
    @EnumSource(Phase.class)
    void leavesAServiceExceptionAsItIs(Phase phase) {
        var known = ServiceException.tooLarge("too large");

        assertThat(translate(known, phase)).isSameAs(known);
    }

    private static ServiceException translate(Throwable e, Phase phase) {
        return SqlFailures.translate("search", e, phase);
    }
}
