package dev.tributary.document.extract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.failure.ServiceException;
import dev.tributary.failure.ServiceException.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class ExtractionsTest {
    private final Extractions patient = new Extractions(limits(Duration.ofMinutes(1)));

    /** Long enough to read one letter on a busy machine. */
    private final Extractions hasty = new Extractions(limits(Duration.ofSeconds(1)));

    private static ExtractionLimits limits(Duration timeout) {
        return new ExtractionLimits(DataSize.ofKilobytes(1), 10, timeout, 1);
    }

    @AfterEach
    void close() {
        patient.close();
        hasty.close();
    }

    @Test
    void readsEachKindByItsOwnReader() {
        assertThat(read("# T\n\nx", ContentType.PLAIN).title()).isNull();
        assertThat(read("# T\n\nx", ContentType.MARKDOWN).title()).isEqualTo("T");
        assertThat(read("<h1>T</h1>", ContentType.HTML).text()).isEqualTo("T\n\n");
        assertThat(patient.read(pdf(() -> Pdfs.ofPages("x"))).text()).isEqualTo("x");
    }

    @Test
    void whatComesToTooMuchTextIsRefusedByItsBytes() {
        for (ContentType type : new ContentType[] {ContentType.PLAIN, ContentType.HTML}) {
            assertThat(read("é".repeat(511), type).text()).startsWith("é");
            assertThatThrownBy(() -> read("é".repeat(513), type))
                    .hasMessageContaining("more than 1,024 bytes of text");
        }
    }

    @Test
    void aFileThatTakesTooLongIsRefusedAndItsWorkerIsInterrupted() throws Exception {
        var interrupted = new CompletableFuture<Boolean>();
        // Once with patience: the first time, the parser's classes are loaded.
        read("x", ContentType.HTML);

        assertThatThrownBy(() -> hasty.read(pdf(() -> waitForInterrupt(interrupted))))
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        e -> assertThat(e.code()).isEqualTo("document_too_complex"));

        assertThat(interrupted.get()).isTrue();
        assertThat(hasty.read(new Content.Text("x", ContentType.HTML)).text()).isEqualTo("x\n\n");
    }

    @Test
    void whileAllWorkersAreBusyOthersAreToldSo() throws Exception {
        var release = new CountDownLatch(1);
        var started = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> first =
                    threads.submit(() ->
                            hasty.read(
                                    pdf(() -> {
                                        started.countDown();
                                        awaitWhateverHappens(release);
                                        return new byte[0];
                                    })));
            started.await();
            // The caller has given up, and its worker has not.
            assertThatThrownBy(first::get).hasMessageContaining("not read within");

            assertThatThrownBy(() -> hasty.read(new Content.Text("x", ContentType.HTML)))
                    .isInstanceOfSatisfying(
                            ServiceException.class,
                            e -> {
                                assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
                                assertThat(e.code()).isEqualTo("extraction_busy");
                            });
            release.countDown();
        }
    }

    @Test
    void aDocumentThatExhaustsItsReaderIsRefused() {
        assertThatThrownBy(() ->
                        patient.read(
                                pdf(() -> {
                                    throw new OutOfMemoryError("as if");
                                })))
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        e -> assertThat(e.code()).isEqualTo("document_too_complex"));
        assertThat(read("x", ContentType.HTML).text()).isEqualTo("x\n\n");
    }

    @Test
    void onceItIsClosedNothingIsRead() {
        patient.close();

        assertThatThrownBy(() -> read("x", ContentType.HTML))
                .isInstanceOfSatisfying(
                        ServiceException.class, e -> assertThat(e.code()).isEqualTo("stopping"));
    }

    private ExtractedDocument read(String text, ContentType type) {
        ExtractedDocument asText = patient.read(new Content.Text(text, type));
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        assertThat(patient.read(new Content.File(() -> bytes, bytes.length, type, null)))
                .isEqualTo(asText);
        return asText;
    }

    private static Content pdf(Content.Bytes bytes) {
        return new Content.File(bytes, 0, ContentType.PDF, null);
    }

    private static byte[] waitForInterrupt(CompletableFuture<Boolean> interrupted)
            throws IOException {
        try {
            new CountDownLatch(1).await();
            return new byte[0];
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            interrupted.complete(true);
            throw new IOException(e);
        }
    }

    /** As a library that never looks whether it was interrupted. */
    private static void awaitWhateverHappens(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            Thread.onSpinWait();
        }
    }
}
