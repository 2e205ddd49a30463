package dev.tributary.document;

import dev.tributary.document.chunk.ChunkingRequest;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.multipart.MultipartFile;

/**
 * The parts of a form with a document.
 *
 * @param file the document: text, Markdown, HTML or PDF
 * @param title as in JSON
 * @param contentType as in JSON; default by the type of the part, its file name or source_id
 * @param metadata as in JSON: an object
 * @param tenant as in JSON
 * @param sourceType as in JSON
 * @param chunking as in JSON: an object
 */
record UploadForm(
        @Schema(type = "string", format = "binary") MultipartFile file,
        @Nullable String title,
        @Nullable String contentType,
        @Nullable Map<String, @Nullable Object> metadata,
        @Nullable String tenant,
        @Nullable String sourceType,
        @Nullable ChunkingRequest chunking) {}
