package dev.tributary.rerank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.failure.ServiceException;
import dev.tributary.failure.ServiceException.Kind;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class RerankersTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private final Reranker first = new CommonWords("first");
    private final Reranker second = new CommonWords("second");

    @Test
    void findsOneByItsName() {
        var rerankers = new Rerankers(List.of(first, second), TIMEOUT);

        assertThat(rerankers.get("second")).isSameAs(second);
        assertThat(rerankers.get("first")).isSameAs(first);
        assertThat(rerankers.timeout()).isEqualTo(TIMEOUT);
    }

    @Test
    void aNameThatIsNotKnownIsAnsweredWithThoseThatAre() {
        var rerankers = new Rerankers(List.of(first, second), TIMEOUT);

        assertRefused(
                () -> rerankers.get("third"),
                Kind.IMPOSSIBLE,
                "model \"third\" is not a known reranker",
                "use one of: first, second");
    }

    @Test
    void withoutAnyItSaysHowToConfigureOne() {
        var none = new Rerankers(List.of(), TIMEOUT);

        assertRefused(
                () -> none.get("any"),
                Kind.IMPOSSIBLE,
                "model \"any\" is not a known reranker",
                "configure one with tributary.rerank.models.<name>.type");
        assertRefused(
                none::only,
                Kind.IMPOSSIBLE,
                "model is missing, and no reranker is configured",
                "configure one with tributary.rerank.models.<name>.type");
    }

    @Test
    void theNameMayBeLeftOutWhereThereIsOneOnly() {
        assertThat(new Rerankers(List.of(first), TIMEOUT).only()).isSameAs(first);
        assertRefused(
                () -> new Rerankers(List.of(first, second), TIMEOUT).only(),
                Kind.INVALID,
                "model is missing, and there are several rerankers",
                "use one of: first, second");
    }

    @Test
    void aLongNameIsNotRepeatedInFull() {
        assertThatThrownBy(() -> new Rerankers(List.of(), TIMEOUT).get("x".repeat(10_000)))
                .hasMessageContaining("x".repeat(64) + "…\"")
                .message()
                .hasSizeLessThan(200);
    }

    @Test
    void twoOfTheSameNameAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Rerankers(List.of(first, new CommonWords("first")), TIMEOUT));
    }

    private static void assertRefused(
            ThrowingCallable call, Kind kind, String message, String hint) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        e -> {
                            assertThat(e.kind()).isEqualTo(kind);
                            assertThat(e).hasMessage(message);
                            assertThat(e.hint()).isEqualTo(hint);
                        });
    }
}
