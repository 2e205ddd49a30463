package dev.tributary.ingest;

import dev.tributary.collection.Catalogue;
import dev.tributary.ingest.ChunkRequests.Deleted;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The documents of a collection over HTTP. */
@RestController
@RequestMapping("/collections/{collection}/documents/{source_id}")
class DocumentController {
    private final Catalogue catalogue;
    private final Documents documents;

    DocumentController(Catalogue catalogue, Documents documents) {
        this.catalogue = catalogue;
        this.documents = documents;
    }

    /**
     * Stores a document, in place of the one with this source_id. Readers see either version, never
     * a mixture; chunks that have not changed are not embedded again.
     */
    @PutMapping
    DocumentAnswer put(
            @PathVariable String collection,
            @PathVariable("source_id") String sourceId,
            @RequestParam(defaultValue = "default") String namespace,
            @RequestBody DocumentRequest request) {
        return documents.put(catalogue.resolve(namespace, collection), sourceId, request);
    }

    /** Deletes the chunks of a document. */
    @DeleteMapping
    Deleted delete(
            @PathVariable String collection,
            @PathVariable("source_id") String sourceId,
            @RequestParam(defaultValue = "default") String namespace,
            @RequestParam(name = "source_type", required = false) @Nullable String sourceType) {
        return new Deleted(
                documents.delete(catalogue.resolve(namespace, collection), sourceType, sourceId));
    }
}
