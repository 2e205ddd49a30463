package dev.tributary.rerank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.failure.ServiceException;
import dev.tributary.failure.ServiceException.Kind;
import dev.tributary.inference.FairWorkers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class OnnxRerankerTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(50);

    @TempDir private Path folder;

    private final FairWorkers workers = new FairWorkers("reranker tiny", 1, 4);
    private final List<OnnxReranker> open = new ArrayList<>();
    private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch gate = new CountDownLatch(1);

    @AfterEach
    void close() {
        gate.countDown();
        open.forEach(OnnxReranker::close);
        workers.close();
        callers.shutdownNow();
    }

    private OnnxReranker load(Path from) {
        return load(from, null);
    }

    private OnnxReranker load(Path from, @Nullable Integer tokensMax) {
        var reranker = new OnnxReranker("tiny", from, tokensMax, workers);
        open.add(reranker);
        return reranker;
    }

    @Test
    void scoresAreTheSigmoidOfTheLogitInTheOrderOfTheDocuments() throws IOException {
        Reranker reranker = load(CrossEncoderFolder.countingWords(folder));

        double[] scores =
                reranker.score(
                        "how long do cats sleep",
                        List.of("The dog", "Cats sleep long", "cats", "a cat sleeps, all day long"),
                        TIMEOUT);

        assertThat(scores)
                .containsExactly(
                        new double[] {sigmoid(0), sigmoid(3), sigmoid(1), sigmoid(1)},
                        within(1e-6));
    }

    @Test
    void ofTwoClassesTheSecondOneCounts() throws IOException {
        Reranker reranker = load(CrossEncoderFolder.withTwoClasses(folder));

        double[] scores = reranker.score("cats sleep", List.of("cats sleep", "dogs"), TIMEOUT);

        assertThat(scores)
                .containsExactly(
                        new double[] {Math.exp(2) / (Math.exp(-2) + Math.exp(2)), 0.5},
                        within(1e-6));
    }

    @Test
    void noDocumentsGiveNoScores() throws IOException {
        assertThat(load(CrossEncoderFolder.countingWords(folder)).score("a", List.of(), TIMEOUT))
                .isEmpty();
    }

    @Test
    void readsWhatIsNotAscii() throws IOException {
        Reranker reranker = load(CrossEncoderFolder.countingWords(folder));

        double[] scores =
                reranker.score(
                        "ÜBER 日本 😀",
                        List.of("über", "日 und 本", "😀 über 日本", "half \ud83d of a \0 pair \ude00"),
                        TIMEOUT);

        assertThat(scores)
                .containsExactly(
                        new double[] {sigmoid(1), sigmoid(2), sigmoid(4), sigmoid(0)},
                        within(1e-6));
    }

    @Test
    void scoresAThousandDocuments() throws IOException {
        Reranker reranker = load(CrossEncoderFolder.countingWords(folder));
        List<String> documents =
                IntStream.range(0, 1_000).mapToObj(i -> i % 7 == 0 ? "a dog" : "a cat").toList();

        double[] scores = reranker.score("dog", documents, TIMEOUT);

        for (int i = 0; i < scores.length; i++) {
            assertThat(scores[i]).isCloseTo(sigmoid(i % 7 == 0 ? 1 : 0), within(1e-6));
        }
    }

    @Test
    void scoresAreTheSameWhateverElseIsScored() throws Exception {
        try (var several = new FairWorkers("reranker tiny", 3, 10_000);
                var reranker =
                        new OnnxReranker(
                                "tiny", CrossEncoderFolder.countingWords(folder), null, several)) {
            List<String> documents = List.of("a cat", "dogs all day", "cats and dogs sleep long");
            double[] alone =
                    documents.stream()
                            .mapToDouble(it -> reranker.score("cats", List.of(it), TIMEOUT)[0])
                            .toArray();

            List<Callable<double[]>> calls =
                    Collections.nCopies(50, () -> reranker.score("cats", documents, TIMEOUT));

            for (Future<double[]> call : callers.invokeAll(calls)) {
                assertThat(call.get()).containsExactly(alone);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 5", "1, 10000, 512", "10000, 1, 512", "10000, 10000, 512"})
    void readsAtMost512TokensUnlessTheModelSaysOtherwise(int inQuery, int inDocument, int tokens)
            throws IOException {
        Reranker reranker = load(CrossEncoderFolder.countingTokens(folder));

        double[] scores =
                reranker.score("cat ".repeat(inQuery), List.of("dog ".repeat(inDocument)), TIMEOUT);

        assertThat(tokens(scores[0])).isEqualTo(tokens);
    }

    @ParameterizedTest
    @CsvSource({
        "{\"model_max_length\": 64},             , 64",
        "{\"model_max_length\": 64},           32, 32",
        "{\"model_max_length\": 8192},           , 512",
        "{\"model_max_length\": 8192},       1024, 1024",
        "{\"model_max_length\": 1e30},           , 512",
        "{},                                     , 512"
    })
    void readsAsManyTokensAsConfigured(String config, @Nullable Integer tokensMax, int tokens)
            throws IOException {
        CrossEncoderFolder.countingTokens(folder);
        Files.writeString(folder.resolve("tokenizer_config.json"), config);

        double[] scores =
                load(folder, tokensMax).score("cat", List.of("dog ".repeat(10_000)), TIMEOUT);

        assertThat(tokens(scores[0])).isEqualTo(tokens);
    }

    @Test
    void cutsTheEndOfALongDocumentAndKeepsTheQuery() throws IOException {
        Reranker reranker = load(CrossEncoderFolder.countingWords(folder), 20);

        double[] scores =
                reranker.score(
                        "cats sleep long",
                        List.of(
                                "long cats sleep " + "dog ".repeat(300_000),
                                "dog ".repeat(12) + "cats sleep",
                                "dog ".repeat(14) + "cats sleep long"),
                        TIMEOUT);

        assertThat(scores)
                .containsExactly(new double[] {sigmoid(3), sigmoid(2), sigmoid(0)}, within(1e-6));
    }

    @Test
    void looksAtNoMoreThan64CharactersAToken() throws IOException {
        Reranker reranker = load(CrossEncoderFolder.countingWords(folder), 20);
        String blanks = " ".repeat(20 * 64 - 4);

        double[] scores =
                reranker.score(
                        "cats",
                        List.of(blanks + "cats", blanks + " cats", "x" + "😀".repeat(10_000)),
                        TIMEOUT);

        assertThat(scores)
                .containsExactly(new double[] {sigmoid(1), sigmoid(0), sigmoid(0)}, within(1e-6));
    }

    @Test
    void whatHasNotBegunInTimeIsNotBegun() throws IOException {
        Reranker reranker = load(CrossEncoderFolder.countingWords(folder));

        assertUnavailable(
                () -> reranker.score("a", Collections.nCopies(1_000, "a"), Duration.ofNanos(1)),
                "reranker_timeout");
        assertThat(workers.waiting()).isZero();
    }

    @Test
    void doesNotWaitForOthersBeyondItsTime() throws Exception {
        Reranker reranker = load(CrossEncoderFolder.countingWords(folder));
        hold();

        assertUnavailable(
                () -> reranker.score("a", List.of("a"), Duration.ofMillis(5)), "reranker_timeout");
        assertThat(workers.waiting()).isZero();
    }

    @Test
    void refusesACallWhileTooManyDocumentsWait() throws Exception {
        Reranker reranker = load(CrossEncoderFolder.countingWords(folder));
        hold();
        Future<double[]> waiting =
                callers.submit(
                        () -> reranker.score("cat", List.of("cat", "cat", "cat", "cat"), TIMEOUT));
        while (workers.waiting() < 4) {
            Thread.onSpinWait();
        }

        assertUnavailable(() -> reranker.score("a", List.of("a"), TIMEOUT), "model_busy");

        gate.countDown();
        assertThat(waiting.get()).hasSize(4);
        assertThat(reranker.score("a", List.of("a"), TIMEOUT)).hasSize(1);
    }

    @Test
    void aScoreThatIsNoNumberIsAFailure() throws IOException {
        Reranker reranker = load(CrossEncoderFolder.failingAt20Tokens(folder));

        assertThat(reranker.score("a", List.of("a"), TIMEOUT)).hasSize(1);
        assertUnavailable(
                () -> reranker.score("a", List.of("a", "a ".repeat(16)), TIMEOUT),
                "reranker_unavailable");
    }

    @Test
    void isUnavailableOnceClosed() throws IOException {
        OnnxReranker reranker = load(CrossEncoderFolder.countingWords(folder));
        workers.close();

        assertUnavailable(() -> reranker.score("a", List.of("a"), TIMEOUT), "model_closed");
    }

    @Test
    void saysWhichFileIsMissing() throws IOException {
        assertUnusable(folder.resolve("absent"), null, "absent/model.onnx does not exist");

        CrossEncoderFolder.countingWords(folder);
        Files.delete(folder.resolve("tokenizer.json"));
        assertUnusable(folder, null, "tokenizer.json does not exist");
    }

    @Test
    void saysWhichFileIsBroken() throws IOException {
        CrossEncoderFolder.countingWords(folder);

        Files.writeString(folder.resolve("tokenizer_config.json"), "{");
        assertUnusable(folder, null, "cannot read the tokenizer in " + folder);
        Files.delete(folder.resolve("tokenizer_config.json"));

        Files.writeString(folder.resolve("tokenizer.json"), "{}");
        assertUnusable(folder, null, "tokenizer.json is not a tokenizer (Model missing");
        CrossEncoderFolder.countingWords(folder);

        Files.writeString(folder.resolve("model.onnx"), "<html>not found</html>");
        assertUnusable(folder, null, "model.onnx is not a model that ONNX Runtime can load");
    }

    @Test
    void saysWhatIsWrongWithAModelOfAnotherKind() throws IOException {
        assertUnusable(
                CrossEncoderFolder.ofPixels(folder.resolve("pixels")),
                null,
                "input pixel_values is not one of input_ids");
        assertUnusable(
                CrossEncoderFolder.withThreeClasses(folder.resolve("classes")),
                null,
                "its output is not one or two logits per pair");
        assertUnusable(
                CrossEncoderFolder.failingAt20Tokens(folder.resolve("nan")), 20, "it returns NaN");
        assertUnusable(
                CrossEncoderFolder.of16Positions(folder.resolve("positions")),
                17,
                "it fails on 17 tokens");
        assertThat(load(CrossEncoderFolder.of16Positions(folder.resolve("fits")), 16).name())
                .isEqualTo("tiny");
    }

    private void assertUnusable(Path from, @Nullable Integer tokensMax, String reason) {
        assertThatThrownBy(() -> load(from, tokensMax))
                .isInstanceOf(UnusableRerankerException.class)
                .hasMessageStartingWith("reranker tiny cannot be loaded: ")
                .hasMessageContaining(reason);
    }

    /** Keeps the one worker busy until the gate opens. */
    private void hold() throws InterruptedException {
        var running = new CountDownLatch(1);
        callers.execute(() ->
                workers.forEach(
                        List.of(gate),
                        latch -> {
                            running.countDown();
                            try {
                                latch.await();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        },
                        TIMEOUT));
        running.await();
    }

    private static void assertUnavailable(ThrowingCallable call, String code) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        e -> {
                            assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
                            assertThat(e.code()).isEqualTo(code);
                        });
    }

    private static double sigmoid(double logit) {
        return 1 / (1 + Math.exp(-logit));
    }

    /** What {@link CrossEncoderFolder#countingTokens} has counted. */
    private static long tokens(double score) {
        return Math.round(100 * Math.log(score / (1 - score)));
    }
}
