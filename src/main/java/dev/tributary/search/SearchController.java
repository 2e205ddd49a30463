package dev.tributary.search;

import dev.tributary.security.Caller;
import dev.tributary.security.NamespaceInBody;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** The two searches over HTTP. */
@RestController
class SearchController {
    private final Searches searches;

    SearchController(Searches searches) {
        this.searches = searches;
    }

    /** Returns the chunks nearest to a text, a vector or a stored chunk. */
    @PostMapping("/search")
    SearchAnswer search(@NamespaceInBody Caller caller, @RequestBody SearchRequest request) {
        return searches.search(caller.in(request.namespace()), request);
    }

    /** Returns the chunks that rank best by vector and words together. */
    @PostMapping("/search/hybrid")
    SearchAnswer hybrid(@NamespaceInBody Caller caller, @RequestBody HybridRequest request) {
        return searches.search(caller.in(request.namespace()), request);
    }
}
