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
     * Starts a job that embeds a collection with another model. The job fills a new collection from
     * the stored contents and keeps it in step with concurrent writes. Then the name given here is
     * atomically switched to the new collection. The old collection is kept under the name in the
     * job's result; to go back, call PUT /aliases/{collection} with that name.
     *
     * @param collection its name, which becomes an alias at the end, or the name of an alias
     * @param request the model, and other differences of the new collection
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
