package dev.tributary.ingest;

import dev.tributary.collection.Catalogue;
import dev.tributary.collection.CollectionWrites;
import dev.tributary.failure.ServiceException;
import dev.tributary.indexing.Indexing;
import dev.tributary.ingest.ChunkRequests.Count;
import dev.tributary.ingest.ChunkRequests.Counted;
import dev.tributary.ingest.ChunkRequests.Delete;
import dev.tributary.ingest.ChunkRequests.Deleted;
import dev.tributary.ingest.ChunkRequests.Found;
import dev.tributary.ingest.ChunkRequests.Get;
import dev.tributary.ingest.ChunkRequests.Patch;
import dev.tributary.ingest.ChunkRequests.Patched;
import dev.tributary.ingest.ChunkRequests.Put;
import dev.tributary.ingest.ChunkRequests.Scroll;
import dev.tributary.ingest.ChunkRequests.ScrollPage;
import dev.tributary.security.Caller;
import dev.tributary.vector.Include;
import dev.tributary.vector.Rows;
import dev.tributary.vector.StoredChunk;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The chunks of a collection over HTTP. */
@RestController
@RequestMapping("/collections/{collection}")
class ChunkController {
    private final Catalogue catalogue;
    private final CollectionWrites writes;
    private final Indexing indexing;
    private final ChunkIngest ingest;
    private final ChunkPatches patches;
    private final Chunks chunks;
    private final IngestProperties limits;

    ChunkController(
            Catalogue catalogue,
            CollectionWrites writes,
            Indexing indexing,
            ChunkIngest ingest,
            ChunkPatches patches,
            Chunks chunks,
            IngestProperties limits) {
        this.catalogue = catalogue;
        this.writes = writes;
        this.indexing = indexing;
        this.ingest = ingest;
        this.patches = patches;
        this.chunks = chunks;
        this.limits = limits;
    }

    /**
     * Stores up to 1,000 chunks. Answers 200 with a status for each chunk, even if some or all
     * failed.
     *
     * @param collection name of the collection, or of an alias
     * @param wait indexed: answer when every row is in the index
     * @param waitTimeoutMs how long to wait, in milliseconds, 0 to 3,600,000
     * @param request the chunks
     */
    @PutMapping("/chunks")
    PutAnswer put(
            @PathVariable String collection,
            Caller caller,
            @RequestParam(required = false) @Nullable Wait wait,
            @RequestParam(name = "wait_timeout_ms", defaultValue = "60000") long waitTimeoutMs,
            @RequestBody Put request) {
        Duration patience = Wait.timeout(waitTimeoutMs);
        List<ChunkReading> given = required(request.chunks());
        PutAnswer answer =
                writes.write(caller, collection, target -> ingest.put(caller, target, given));
        return wait == null
                ? answer
                : answer.withIndexed(indexing.await(caller, collection, patience));
    }

    /**
     * Changes metadata, tenant, acl_digest and boosts of a chunk, and returns the chunk. Its
     * content and its embedding stay as they are, and so does every field that is left out.
     */
    @PatchMapping("/chunks/{id}")
    ChunkBody patch(
            @PathVariable String collection,
            @PathVariable UUID id,
            Caller caller,
            @RequestBody PatchInput request) {
        StoredChunk changed =
                writes.write(
                        caller,
                        collection,
                        target -> {
                            patches.patch(target.rows(caller), id, request);
                            return chunks.get(target.rows(caller), id, null);
                        });
        return ChunkBody.of(changed);
    }

    /**
     * Changes metadata, tenant, acl_digest and boosts of up to 1,000 chunks, named by their ids.
     * Answers 200 with a status for each, even if some or all failed.
     */
    @PostMapping("/chunks/patch")
    Patched patchAll(@PathVariable String collection, Caller caller, @RequestBody Patch request) {
        List<PatchInput> given = required(request.chunks());
        return Patched.of(
                writes.write(
                        caller,
                        collection,
                        target -> patches.patch(target.rows(caller), request.mode(), given)));
    }

    private <T> List<T> required(@Nullable List<T> given) {
        if (given == null || given.isEmpty()) {
            throw ServiceException.invalid("chunks", "is required: one chunk or more");
        }
        if (given.size() > limits.chunksMax()) {
            throw ServiceException.invalid(
                    "chunks",
                    "has %,d chunks, must have at most %,d"
                            .formatted(given.size(), limits.chunksMax()));
        }
        return given;
    }

    /** Returns one chunk. */
    @GetMapping("/chunks/{id}")
    ChunkBody get(
            @PathVariable String collection,
            @PathVariable UUID id,
            Caller caller,
            @RequestParam(required = false) @Nullable List<Include> include) {
        return ChunkBody.of(chunks.get(rows(caller, collection), id, include));
    }

    /** Returns the chunks with these ids that exist. */
    @PostMapping("/chunks/get")
    Found get(@PathVariable String collection, Caller caller, @RequestBody Get request) {
        return Found.of(chunks.get(rows(caller, collection), request.ids(), request.include()));
    }

    /** Returns a page of all chunks, in order of id; stable under concurrent writes. */
    @GetMapping("/chunks")
    ScrollPage list(
            @PathVariable String collection,
            Caller caller,
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(required = false) @Nullable Integer limit,
            @RequestParam(required = false) @Nullable List<Include> include) {
        return ScrollPage.of(chunks.scroll(rows(caller, collection), null, cursor, limit, include));
    }

    /** Returns a page of the chunks that match, in order of id; stable under concurrent writes. */
    @PostMapping("/chunks/scroll")
    ScrollPage scroll(@PathVariable String collection, Caller caller, @RequestBody Scroll request) {
        return ScrollPage.of(
                chunks.scroll(
                        rows(caller, collection),
                        request.filter(),
                        request.cursor(),
                        request.limit(),
                        request.include()));
    }

    /** Deletes chunks by ids, by filter or by source, all or none. */
    @PostMapping("/chunks/delete")
    Deleted delete(@PathVariable String collection, Caller caller, @RequestBody Delete request) {
        return new Deleted(
                writes.write(
                        caller, collection, target -> chunks.delete(target.rows(caller), request)));
    }

    /** Counts the chunks that match. */
    @PostMapping("/count")
    Counted count(
            @PathVariable String collection,
            Caller caller,
            @RequestBody(required = false) @Nullable Count request) {
        return new Counted(
                chunks.count(rows(caller, collection), request == null ? null : request.filter()));
    }

    private Rows rows(Caller caller, String collection) {
        return catalogue.resolve(caller, collection).rows(caller);
    }
}
