package dev.tributary.document.extract;

import java.time.Duration;
import org.springframework.util.unit.DataSize;

/**
 * Limits of the extraction of one document, and of how many run at once.
 *
 * @param textMax most bytes of the extracted text, in UTF-8
 * @param pagesMax most pages of a PDF
 * @param timeout timeout of the extraction, and also of waiting until a worker is free
 * @param concurrency Markdown, HTML and PDF documents that are parsed at the same time, one thread
 *     each
 */
public record ExtractionLimits(DataSize textMax, int pagesMax, Duration timeout, int concurrency) {}
