package dev.tributary.ingest;

import dev.tributary.collection.Catalogue;
import dev.tributary.collection.Collection;
import dev.tributary.failure.ServiceException;
import dev.tributary.indexing.Indexing;
import dev.tributary.security.Caller;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Import and export of whole collections as NDJSON, one chunk per line. */
@RestController
@RequestMapping("/collections/{collection}")
class TransferController {
    private static final Set<String> ENCODINGS = Set.of("gzip", "identity");
    private static final String NDJSON = "application/x-ndjson";

    private final Catalogue catalogue;
    private final Indexing indexing;
    private final ChunkImport imports;
    private final ChunkExport exports;

    TransferController(
            Catalogue catalogue, Indexing indexing, ChunkImport imports, ChunkExport exports) {
        this.catalogue = catalogue;
        this.indexing = indexing;
        this.imports = imports;
        this.exports = exports;
    }

    /**
     * Stores a stream of chunks of any length, one JSON object per line, with or without gzip. A
     * line that cannot be stored fails alone. Of several lines with the same id or source, the last
     * one wins. Safe to repeat: a chunk that is already stored with the same content is neither
     * written nor embedded again.
     *
     * @param collection name of the collection, or of an alias
     * @param wait indexed: answer when every row is in the index
     * @param waitTimeoutMs how long to wait, in milliseconds, 0 to 3,600,000
     * @param encoding gzip or none
     * @param body the lines to store
     * @return the outcome of the lines
     */
    @PostMapping(
            value = "/import",
            consumes = {
                NDJSON,
                "application/ndjson",
                "application/jsonl",
                "application/json",
                "application/gzip",
                "application/octet-stream",
                "text/plain"
            })
    @io.swagger.v3.oas.annotations.parameters.RequestBody(
            content =
                    @Content(
                            mediaType = NDJSON,
                            schema = @Schema(type = "string", format = "binary")))
    ImportAnswer importChunks(
            @PathVariable String collection,
            Caller caller,
            @RequestParam(required = false) @Nullable Wait wait,
            @RequestParam(name = "wait_timeout_ms", defaultValue = "600000") long waitTimeoutMs,
            @RequestHeader(name = HttpHeaders.CONTENT_ENCODING, required = false)
                    @Parameter(hidden = true)
                    @Nullable String encoding,
            @Parameter(hidden = true) InputStream body)
            throws IOException {
        if (encoding != null && !ENCODINGS.contains(encoding.toLowerCase(Locale.ROOT))) {
            throw ServiceException.invalid(
                    HttpHeaders.CONTENT_ENCODING, "is " + encoding + ", must be gzip or absent");
        }
        Duration patience = Wait.timeout(waitTimeoutMs);
        ImportTally tally = imports.run(caller, collection, body);
        return tally.answer(
                wait == null
                        ? null
                        : Boolean.valueOf(indexing.await(caller, collection, patience)));
    }

    /**
     * Returns every chunk with its embedding, one per line, in order of id. The lines are a
     * consistent snapshot of the collection, whatever is written meanwhile. Importing them creates
     * the same collection. If the export fails midway, the connection is closed.
     *
     * @param collection name of the collection, or of an alias
     */
    @GetMapping("/export")
    @ApiResponse(
            responseCode = "200",
            description = "one chunk per line",
            content =
                    @Content(
                            mediaType = NDJSON,
                            schema = @Schema(implementation = ChunkBody.class)))
    void exportChunks(
            @PathVariable String collection,
            Caller caller,
            @Parameter(hidden = true) HttpServletResponse response)
            throws IOException {
        Collection source = catalogue.resolve(caller, collection);
        response.setContentType(NDJSON);
        exports.write(source.rows(caller), response.getOutputStream());
    }
}
