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
     * Measures how much of the exact answers approximate searches find, by ef_search: for stored
     * chunks picked at random, the nearest others are searched for exactly and approximately. One
     * call at a time, and what is not done in time is left out, with a warning. A collection small
     * enough to be searched exactly has a recall of 1.
     *
     * @param collection its name, or that of an alias
     * @param request what to measure
     * @return recall and latency
     */
    @PostMapping("/collections/{collection}/recall")
    RecallAnswer measure(
            @PathVariable String collection, Caller caller, @RequestBody RecallRequest request) {
        return recalls.measure(caller, collection, request);
    }
}
