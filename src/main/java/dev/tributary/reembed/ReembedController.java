package dev.tributary.reembed;

import dev.tributary.job.Job;
import dev.tributary.job.JobAnswer;
import dev.tributary.security.Caller;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.net.URI;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Re-embedding over HTTP. */
@RestController
@RequestMapping("/collections/{collection}")
class ReembedController {
    private final Reembeddings reembeddings;

    ReembedController(Reembeddings reembeddings) {
        this.reembeddings = reembeddings;
    }

    /**
     * Begins to embed a collection with another model, in the background. A new collection is made
     * of the stored contents, and kept in step with what is written meanwhile; then it takes over
     * the name that was given here, in one step. The old one stays, under the name in the job's
     * result: PUT /aliases/{collection} with it is the way back.
     *
     * @param collection its name, or that of an alias; if its own, that becomes an alias at the end
     * @param request the model, and how the new collection differs else
     * @return the job, which GET /jobs/{id} follows
     */
    @PostMapping("/reembed")
    @ApiResponse(responseCode = "202", description = "started, or starts soon")
    ResponseEntity<JobAnswer> reembed(
            @PathVariable String collection, Caller caller, @RequestBody ReembedRequest request) {
        Job job = reembeddings.start(caller, collection, request);
        return ResponseEntity.accepted()
                .location(URI.create(caller.path("/jobs/" + job.id())))
                .body(JobAnswer.of(job));
    }
}
