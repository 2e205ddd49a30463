package dev.tributary.follow;

import dev.tributary.follow.Follows.Put;
import dev.tributary.job.Job;
import dev.tributary.job.JobAnswer;
import dev.tributary.security.Caller;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Derived stores over HTTP. */
@RestController
@RequestMapping("/collections/{collection}/stores")
class StoreController {
    private final Follows follows;

    StoreController(Follows follows) {
        this.follows = follows;
    }

    /**
     * Has a store follow a collection: a job copies it, and from then on the copy is kept in step
     * with each write. Safe to repeat; other settings than before lead to a rebuild.
     *
     * @param collection name of the collection, or of an alias
     * @param store name of the store: qdrant
     * @param request how the store keeps the collection
     * @return how the store follows the collection
     */
    @PutMapping("/{store}")
    @ApiResponse(responseCode = "201", description = "it begins to follow")
    @ApiResponse(responseCode = "200", description = "it followed already")
    ResponseEntity<StoreAnswer> put(
            @PathVariable String collection,
            @PathVariable String store,
            Caller caller,
            @RequestBody(required = false) @Nullable StoreRequest request) {
        StoreRequest asked = request == null ? new StoreRequest(null) : request;
        Put put = follows.put(caller, collection, store, asked.toSettings());
        return ResponseEntity.status(put.isCreated() ? HttpStatus.CREATED : HttpStatus.OK)
                .body(put.answer());
    }

    /**
     * Lists the stores that follow a collection.
     *
     * @param collection name of the collection, or of an alias
     * @return the stores, by name
     */
    @GetMapping
    StoreList list(@PathVariable String collection, Caller caller) {
        return follows.list(caller, collection);
    }

    /**
     * Returns how a store follows a collection: its state, lag, first copy and last comparison.
     *
     * @param collection name of the collection, or of an alias
     * @param store name of the store
     * @return how the store follows the collection
     */
    @GetMapping("/{store}")
    StoreAnswer get(@PathVariable String collection, @PathVariable String store, Caller caller) {
        return follows.get(caller, collection, store);
    }

    /**
     * Ends the following. Searches use PostgreSQL at once; the copy is dropped soon, as soon as the
     * store is there. Safe to repeat.
     *
     * @param collection name of the collection, or of an alias
     * @param store name of the store
     */
    @DeleteMapping("/{store}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(@PathVariable String collection, @PathVariable String store, Caller caller) {
        follows.delete(caller, collection, store);
    }

    /**
     * Starts a job that compares the copy with the collection, chunk by chunk, while both are
     * written to. Its result tells how many chunks are missing, extra or different, with examples.
     *
     * @param collection name of the collection, or of an alias
     * @param store name of the store
     * @param request whether to mend what is not alike
     * @return the job, which GET /jobs/{id} follows
     */
    @PostMapping("/{store}/verify")
    @ApiResponse(responseCode = "202", description = "started, or starts soon")
    ResponseEntity<JobAnswer> verify(
            @PathVariable String collection,
            @PathVariable String store,
            Caller caller,
            @RequestBody(required = false) @Nullable VerifyRequest request) {
        boolean isRepaired = request != null && request.isRepaired();
        return accepted(caller, follows.verify(caller, collection, store, isRepaired));
    }

    /**
     * Starts a job that makes a new copy, compares it with the collection, and then lets searches
     * use it in place of the old one, in one step.
     *
     * @param collection name of the collection, or of an alias
     * @param store name of the store
     * @param request whether to take a snapshot first
     * @return the job, which GET /jobs/{id} follows
     */
    @PostMapping("/{store}/rebuild")
    @ApiResponse(responseCode = "202", description = "started, or starts soon")
    ResponseEntity<JobAnswer> rebuild(
            @PathVariable String collection,
            @PathVariable String store,
            Caller caller,
            @RequestBody(required = false) @Nullable RebuildRequest request) {
        boolean isSnapshotTaken = request != null && request.isSnapshotTaken();
        return accepted(caller, follows.rebuild(caller, collection, store, isSnapshotTaken));
    }

    private static ResponseEntity<JobAnswer> accepted(Caller caller, Job job) {
        return ResponseEntity.accepted()
                .location(URI.create(caller.path("/jobs/" + job.id())))
                .body(JobAnswer.of(job));
    }
}
