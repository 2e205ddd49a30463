package dev.tributary.document;

import dev.tributary.indexing.Indexing;
import dev.tributary.ingest.Wait;
import dev.tributary.job.Job;
import dev.tributary.job.JobAnswer;
import dev.tributary.security.Caller;
import dev.tributary.vector.ChunkKey;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/** The documents of a collection over HTTP. */
@RestController
@RequestMapping("/collections/{collection}/documents")
class DocumentController {
    private final Indexing indexing;
    private final DocumentWrites writes;
    private final StoredDocuments stored;
    private final DocumentProperties limits;
    private final JsonMapper mapper;

    /** The collection that a document is put into, and the options of the put. */
    private record Target(Caller caller, String name, PutOptions options) {}

    DocumentController(
            Indexing indexing,
            DocumentWrites writes,
            StoredDocuments stored,
            DocumentProperties limits,
            JsonMapper mapper) {
        this.indexing = indexing;
        this.writes = writes;
        this.stored = stored;
        this.limits = limits;
        this.mapper = mapper;
    }

    /**
     * Lists the documents of a collection, in order of source_type and source_id: all chunks of one
     * source are a document, whether they were put as one or one by one.
     *
     * @param prefix only documents whose source_id begins with it
     * @param sourceType only documents of this kind of source
     * @param limit most documents to return, 1 to 1,000
     */
    @GetMapping
    DocumentList list(
            @PathVariable String collection,
            Caller caller,
            @RequestParam(required = false) @Nullable String prefix,
            @RequestParam(name = "source_type", required = false) @Nullable String sourceType,
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(defaultValue = "100") int limit) {
        var wanted = new StoredDocuments.Wanted(sourceType, prefix, cursor, limit);
        return stored.list(caller, collection, wanted);
    }

    /** Describes a document, and the job that stores a new version of it, if there is one. */
    @GetMapping("/{source_id}")
    DocumentDescription get(
            @PathVariable String collection,
            @PathVariable("source_id") String sourceId,
            Caller caller,
            @RequestParam(name = "source_type", required = false) @Nullable String sourceType) {
        return stored.describe(caller, collection, SourceDocument.firstKey(sourceType, sourceId));
    }

    /**
     * Stores a document: text, Markdown, HTML or PDF, as JSON or as a form with a file. Replaces
     * the document with this source_id. A search sees either the old or the new version, never a
     * mixture. Chunks that have not changed are not embedded again. A document larger than
     * tributary.document.background-size is stored by a job, and the answer is 202. A later put or
     * deletion of the document takes precedence over the job.
     *
     * @param async true to use a job, false not to; default by the size of the document
     * @param wait indexed: answer when every row is in the index; not together with async=true
     * @param waitTimeoutMs how long to wait, in milliseconds, 0 to 3,600,000
     */
    @Stored
    @PutMapping(path = "/{source_id}", consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<?> put(
            @PathVariable String collection,
            @PathVariable("source_id") String sourceId,
            Caller caller,
            @RequestParam(required = false) @Nullable Boolean async,
            @RequestParam(required = false) @Nullable Wait wait,
            @RequestParam(name = "wait_timeout_ms", defaultValue = "60000") long waitTimeoutMs,
            @RequestBody DocumentRequest request) {
        PutOptions options = PutOptions.of(async, wait, waitTimeoutMs);
        var target = new Target(caller, collection, options);
        return put(target, request.check(sourceId, limits.contentMax()));
    }

    /**
     * Stores a document: text, Markdown, HTML or PDF, as JSON or as a form with a file. Replaces
     * the document with this source_id. A search sees either the old or the new version, never a
     * mixture. Chunks that have not changed are not embedded again. A document larger than
     * tributary.document.background-size is stored by a job, and the answer is 202. A later put or
     * deletion of the document takes precedence over the job.
     *
     * @param async true to use a job, false not to; default by the size of the document
     * @param wait indexed: answer when every row is in the index; not together with async=true
     * @param waitTimeoutMs how long to wait, in milliseconds, 0 to 3,600,000
     */
    @io.swagger.v3.oas.annotations.parameters.RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.MULTIPART_FORM_DATA_VALUE,
                            schema = @Schema(implementation = UploadForm.class)))
    @Stored
    @PutMapping(path = "/{source_id}", consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    ResponseEntity<?> put(
            @PathVariable String collection,
            @PathVariable("source_id") String sourceId,
            Caller caller,
            @RequestParam(required = false) @Nullable Boolean async,
            @RequestParam(required = false) @Nullable Wait wait,
            @RequestParam(name = "wait_timeout_ms", defaultValue = "60000") long waitTimeoutMs,
            HttpServletRequest request) {
        PutOptions options = PutOptions.of(async, wait, waitTimeoutMs);
        var target = new Target(caller, collection, options);
        DocumentUpload upload = DocumentUpload.of(request, mapper);
        return put(target, upload.check(sourceId, limits.contentMax()));
    }

    private ResponseEntity<?> put(Target target, SourceDocument document) {
        if (target.options().isBackground(document.content().size(), limits)) {
            Job job = writes.submit(target.caller(), target.name(), document);
            return ResponseEntity.accepted()
                    .location(location(target.caller(), job))
                    .body(new DocumentJob(JobAnswer.of(job)));
        }
        DocumentAnswer answer = writes.put(target.caller(), target.name(), document);
        Duration timeout = target.options().indexTimeout();
        return ResponseEntity.ok(
                timeout == null
                        ? answer
                        : answer.withIndexed(
                                indexing.await(target.caller(), target.name(), timeout)));
    }

    private static URI location(Caller caller, Job job) {
        return URI.create(caller.path("/jobs/" + job.id()));
    }

    /** Deletes a document with all its chunks, and cancels the jobs that store it. */
    @DeleteMapping("/{source_id}")
    DocumentDeletion delete(
            @PathVariable String collection,
            @PathVariable("source_id") String sourceId,
            Caller caller,
            @RequestParam(name = "source_type", required = false) @Nullable String sourceType) {
        ChunkKey source = SourceDocument.firstKey(sourceType, sourceId);
        return new DocumentDeletion(writes.delete(caller, collection, source));
    }

    /** The answers to a put. */
    @Retention(RetentionPolicy.RUNTIME)
    @ApiResponse(
            responseCode = "200",
            description = "the document is stored",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                            schema = @Schema(implementation = DocumentAnswer.class)))
    @ApiResponse(
            responseCode = "202",
            description = "a job stores the document; Location has its path",
            headers = @Header(name = "Location", schema = @Schema(type = "string")),
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                            schema = @Schema(implementation = DocumentJob.class)))
    private @interface Stored {}
}
