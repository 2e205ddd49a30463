package dev.tributary.document.extract;

import dev.tributary.failure.ServiceException;
import dev.tributary.vector.TextRules;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Extracts the text of documents. All but plain text is parsed on a fixed pool of threads, each
 * document within a time limit. Safe for use by many threads.
 */
public final class Extractions implements AutoCloseable {
    private final ExtractionLimits limits;
    private final ExecutorService workers;

    /** A permit is held until the worker finishes, which may be after the caller timed out. */
    private final Semaphore free;

    /** Starts with no threads; they are created as documents arrive. */
    public Extractions(ExtractionLimits limits) {
        this.limits = limits;
        free = new Semaphore(limits.concurrency(), true);
        workers =
                Executors.newFixedThreadPool(
                        limits.concurrency(),
                        Thread.ofPlatform().daemon().name("extraction-", 0).factory());
    }

    /**
     * Extracts the text of a document. Waits for a free worker at most as long as the timeout of
     * the extraction itself.
     *
     * @throws ServiceException {@code IMPOSSIBLE} if the document cannot be read, with a code that
     *     gives the reason; {@code UNSUPPORTED} if a file does not match its declared type; {@code
     *     UNAVAILABLE} if no worker became free in time
     */
    public ExtractedDocument read(Content content) {
        return switch (content) {
            case Content.Text(String text, ContentType type) ->
                    read(text.startsWith("\uFEFF") ? text.substring(1) : text, type);
            case Content.File file when file.type() == ContentType.PDF ->
                    onWorker(() -> {
                        byte[] bytes = file.read();
                        return PdfExtraction.read(bytes, budget());
                    });
            case Content.File file ->
                    read(TextFile.decode(file.read(), file.charset(), file.type()), file.type());
        };
    }

    private ExtractedDocument read(String text, ContentType type) {
        // A parser of HTML would drop what is refused in any other text.
        TextRules.storable("content", text);
        return switch (type) {
            case PLAIN -> Outline.plain(checked(text));
            case MARKDOWN -> {
                String bounded = checked(text);
                yield onWorker(() -> MarkdownExtraction.read(bounded, budget()));
            }
            case HTML ->
                    onWorker(() -> {
                        ExtractionBudget budget = budget();
                        ExtractedDocument document = HtmlExtraction.read(text, budget);
                        budget.checkText(document.text());
                        return document;
                    });
            case PDF -> throw new IllegalArgumentException("a PDF is not text");
        };
    }

    private ExtractionBudget budget() {
        return new ExtractionBudget(limits, System::nanoTime);
    }

    private String checked(String text) {
        budget().checkText(text);
        return text;
    }

    private ExtractedDocument onWorker(Callable<ExtractedDocument> reading) {
        long timeoutMs = limits.timeout().toMillis();
        try {
            if (!free.tryAcquire(timeoutMs, TimeUnit.MILLISECONDS)) {
                throw ServiceException.unavailable(
                        "extraction_busy",
                        "%d documents are being read, the most allowed at once"
                                .formatted(limits.concurrency()));
            }
            Future<ExtractedDocument> future = submit(reading);
            try {
                return future.get(timeoutMs, TimeUnit.MILLISECONDS);
            } finally {
                future.cancel(true);
            }
        } catch (TimeoutException e) {
            throw budget().overdue();
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ServiceException.unavailable(
                    "interrupted", "the request was interrupted while it waited", e);
        }
    }

    private Future<ExtractedDocument> submit(Callable<ExtractedDocument> reading) {
        var task = new FutureTask<>(reading);
        try {
            workers.execute(() -> {
                try {
                    task.run();
                } finally {
                    free.release();
                }
            });
        } catch (RejectedExecutionException e) {
            free.release();
            throw ServiceException.unavailable("stopping", "the service is stopping", e);
        }
        return task;
    }

    private static ServiceException failure(@Nullable Throwable cause) {
        return switch (cause) {
            case null -> throw new IllegalStateException();
            case ServiceException e -> e;
            // Only the worker of this document fails; its memory is free again.
            case OutOfMemoryError _, StackOverflowError _ ->
                    ExtractionBudget.tooComplex("needs more memory to be read than is available");
            case RuntimeException e -> throw e;
            default -> throw new IllegalStateException(cause);
        };
    }

    @Override
    public void close() {
        workers.shutdownNow();
    }
}
