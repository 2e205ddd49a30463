package dev.tributary.recall;

import dev.tributary.security.Caller;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Recall over HTTP. */
@RestController
class RecallController {
    private final Recalls recalls;

    RecallController(Recalls recalls) {
        this.recalls = recalls;
    }

    /**
     * Measures how much of the exact results approximate searches find, by ef_search: searches
     * exactly and approximately for the nearest neighbours of stored chunks picked at random. Only
     * one call runs at a time. Queries that are not done in time are left out, with a warning. A
     * collection small enough to be searched exactly has a recall of 1.
     *
     * @param collection name of the collection, or of an alias
     * @param request what to measure
     * @return recall and latency
     */
    @PostMapping("/collections/{collection}/recall")
    RecallAnswer measure(
            @PathVariable String collection, Caller caller, @RequestBody RecallRequest request) {
        return recalls.measure(caller, collection, request);
    }
}
