package dev.tributary.failure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.failure.ServiceException.FieldError;
import dev.tributary.failure.ServiceException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ServiceExceptionTest {
    static Stream<Arguments> failures() {
        var cause = new IllegalStateException("connection reset");
        return Stream.of(
                Arguments.of(
                        ServiceException.invalid("top_k", "is 0, must be 1 to 1,000"),
                        Kind.INVALID,
                        "invalid_field",
                        "top_k is 0, must be 1 to 1,000"),
                Arguments.of(
                        ServiceException.malformed("not_json", "body is not json"),
                        Kind.INVALID,
                        "not_json",
                        "body is not json"),
                Arguments.of(
                        ServiceException.impossible("zero_vector", "embedding", "is all zeros"),
                        Kind.IMPOSSIBLE,
                        "zero_vector",
                        "embedding is all zeros"),
                Arguments.of(
                        ServiceException.missing("collection", "docs"),
                        Kind.MISSING,
                        "collection_not_found",
                        "collection docs does not exist"),
                Arguments.of(
                        ServiceException.conflict("collection_differs", "docs is there otherwise"),
                        Kind.CONFLICT,
                        "collection_differs",
                        "docs is there otherwise"),
                Arguments.of(
                        ServiceException.tooLarge("body has 33 mb"),
                        Kind.TOO_LARGE,
                        "too_large",
                        "body has 33 mb"),
                Arguments.of(
                        ServiceException.unavailable("database_away", "it is away", cause),
                        Kind.UNAVAILABLE,
                        "database_away",
                        "it is away"),
                Arguments.of(
                        ServiceException.outcomeUnknown("connection lost", cause),
                        Kind.OUTCOME_UNKNOWN,
                        "outcome_unknown",
                        "connection lost"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void saysWhatWentWrongToProgramsAndToPeople(
            ServiceException failure, Kind kind, String code, String message) {
        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.code()).isEqualTo(code).matches("[a-z][a-z0-9_]*");
        assertThat(failure).hasMessage(message);
        assertThat(failure.hint()).isNull();
    }

    @Test
    void namesTheFieldThatIsWrong() {
        assertThat(ServiceException.invalid("top_k", "is 0").errors())
                .containsExactly(new FieldError("top_k", "is 0"));
        assertThat(ServiceException.impossible("zero_vector", "embedding", "is zero").errors())
                .containsExactly(new FieldError("embedding", "is zero"));
        assertThat(ServiceException.missing("collection", "docs").errors()).isEmpty();
    }

    @Test
    void namesEveryFieldThatIsWrong() {
        var errors =
                new ArrayList<>(
                        List.of(
                                new FieldError("top_k", "is 0"),
                                new FieldError("query", "is empty")));
        var failure = ServiceException.invalid(errors);

        errors.clear();

        assertThat(failure).hasMessage("top_k is 0 (and 1 more)");
        assertThat(failure.errors())
                .extracting(FieldError::field)
                .containsExactly("top_k", "query");
    }

    @Test
    void keepsItsCause() {
        var cause = new IllegalStateException("connection reset");

        assertThat(ServiceException.unavailable("database_away", "it is away", cause))
                .hasCause(cause);
        assertThat(ServiceException.outcomeUnknown("connection lost", cause)).hasCause(cause);
    }

    @Test
    void isTheSameFailureWithAHint() {
        var failure = ServiceException.invalid("top_k", "is 0");

        var hinted = failure.withHint("ask for at least one");

        assertThat(hinted.hint()).isEqualTo("ask for at least one");
        assertThat(hinted).hasMessage(failure.getMessage());
        assertThat(hinted.kind()).isEqualTo(failure.kind());
        assertThat(hinted.code()).isEqualTo(failure.code());
        assertThat(hinted.errors()).isEqualTo(failure.errors());
        assertThat(hinted.getStackTrace()).isEqualTo(failure.getStackTrace());
        assertThat(failure.hint()).isNull();
    }

    @Test
    void keepsItsCauseUnderAHint() {
        var cause = new IllegalStateException("connection reset");
        var failure = ServiceException.unavailable("database_away", "it is away", cause);

        assertThat(failure.withHint("try again later")).hasCause(cause);
    }
}
