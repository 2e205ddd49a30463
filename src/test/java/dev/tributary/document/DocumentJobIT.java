package dev.tributary.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.document.extract.Pdfs;
import dev.tributary.embedding.ModelServer;
import dev.tributary.testing.HttpIT.Answer;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Documents that are stored by jobs. */
class DocumentJobIT extends BackgroundIT {
    @Test
    void aLargeTextIsStoredByAJob() throws Exception {
        Answer put = put("large.txt", document("tale", PIECES));

        String id = job(put);
        JsonNode job = finished(id);
        assertThat(put.header("Location")).isEqualTo("/jobs/" + id);
        assertThat(put.body().path("job").path("kind").asString()).isEqualTo("document");
        assertThat(put.body().path("job").path("collection").asString()).isEqualTo(collection);
        assertThat(status(job)).as("%s", job).isEqualTo("succeeded");
        assertThat(job.path("total").asInt()).isEqualTo(PIECES);
        assertThat(job.path("processed").asInt()).isEqualTo(PIECES);
        assertThat(job.path("failed").asInt()).isZero();
        assertThat(chunks("large.txt"))
                .extracting(chunk -> chunk.path("content").asString())
                .hasSize(PIECES)
                .startsWith(piece("tale", 0))
                .endsWith(piece("tale", PIECES - 1));
        assertThat(kept()).isZero();
    }

    @Test
    void aJobStoresWhatACallWould() {
        String document =
                """
                {"content": "<h1>Title</h1><p>Caf\u00e9 \ud83d\ude00</p>", "content_type": "text/html",
                 "title": "Mine", "tenant": "acme", "source_type": "page",
                 "metadata": {"none": null, "exact": 1.10, "large": 12345678901234567890, "in": {"a": [1, "b"]}},
                 "chunking": {"strategy": "hierarchical", "size": 16, "overlap": 0, "parent_size": 32}}
                """;
        put("called", document);

        finished(job(put("worked?async=true", document)));

        List<JsonNode> called = chunks("called");
        assertThat(called).hasSize(1);
        assertThat(chunks("worked")).hasSize(1);
        for (String field :
                List.of(
                        "content",
                        "metadata",
                        "tenant",
                        "source_type",
                        "token_count",
                        "content_hash",
                        "parent_index",
                        "parent_content")) {
            assertThat(chunks("worked").getFirst().path(field))
                    .as(field)
                    .isEqualTo(called.getFirst().path(field));
        }
    }

    @Test
    void theSizeDecidesUnlessTheCallerDoes() {
        String small = document("small", 2);
        String large = document("large", 200);

        assertThat(put("a", small).status()).isEqualTo(200);
        assertThat(put("a?async=true", small).status()).isEqualTo(202);
        assertThat(put("b", large).status()).isEqualTo(202);
        assertThat(put("c?async=false", large).status()).isEqualTo(200);
    }

    @Test
    void whoWaitsForTheIndexHasNoJob() {
        Answer waited = put("a?wait=indexed", document("large", 200));
        Answer both = put("b?wait=indexed&async=true", document("large", 200));

        assertThat(waited.status()).isEqualTo(200);
        assertThat(waited.body().path("indexed").asBoolean()).isTrue();
        assertThat(both.status()).isEqualTo(400);
        assertThat(both.field()).isEqualTo("wait");
        assertThat(put("c", document("small", 1)).body().has("indexed")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"content\": \"a\", \"chunking\": {\"size\": 65}} | 422 | chunk_size",
                "{\"content\": \"a\", \"chunking\": {\"size\": 15}} | 400 | invalid_field",
                "{\"content\": \"a\", \"metadata\": {\"a\": 1e400}} | 400 | invalid_field",
                "{\"content\": \"a\", \"content_type\": \"image/png\"} | 400 | invalid_field",
                "{\"content\": \"YQ\", \"content_type\": \"application/pdf\", \"tenant\": \"\"} | 400 | invalid_field",
                "{\"content\": \"UEsDBA==\", \"content_type\": \"application/pdf\"} | 415 | unsupported_media_type"
            })
    void whatCanBeToldAtOnceIsNoJob(String document, int status, String code) {
        Answer answer = put("bad?async=true", document);

        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(status);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(jobs()).isEmpty();
    }

    @Test
    void aCollectionThatIsMissingOrHasNoModelIsToldAtOnce() {
        service().put("/collections/vectors", "{\"dimension\": 3}");

        Answer missing =
                service()
                        .put("/collections/nowhere/documents/a?async=true", "{\"content\": \"a\"}");
        Answer without =
                service()
                        .put("/collections/vectors/documents/a?async=true", "{\"content\": \"a\"}");

        assertThat(missing.code()).isEqualTo("collection_not_found");
        assertThat(without.code()).isEqualTo("no_model");
    }

    private List<JsonNode> jobs() {
        return service()
                .get("/jobs?collection=" + collection)
                .body()
                .path("jobs")
                .valueStream()
                .toList();
    }

    @Test
    void aFileThatCannotBeReadFailsItsJobAsItFailsACall() {
        String pdf =
                "{\"content\": \"%s\"}"
                        .formatted(Base64.getEncoder().encodeToString(Pdfs.encrypted("secret")));
        put("locked.pdf", "{\"content\": \"Kept.\", \"content_type\": \"text/plain\"}");

        Answer called = put("locked.pdf?async=false", pdf);
        JsonNode job = finished(job(put("locked.pdf?async=true", pdf)));

        assertThat(called.code()).isEqualTo("document_encrypted");
        assertThat(status(job)).isEqualTo("failed");
        assertThat(job.path("error").asString()).isEqualTo(called.body().path("detail").asString());
        assertThat(job.path("attempts").asInt()).isEqualTo(1);
        assertThat(chunks("locked.pdf"))
                .singleElement()
                .satisfies(it -> assertThat(it.path("content").asString()).isEqualTo("Kept."));
    }

    @Test
    void aModelThatIsAwayForAWhileIsWaitedFor() {
        model.say(503, "away");

        String id = job(put("patient.txt", document("patience", 300)));
        await().atMost(PATIENCE)
                .until(() -> service().get("/jobs/" + id).body().path("attempts").asInt() > 1);
        assertThat(service().get("/jobs/" + id).body().path("error").asString())
                .contains("embedding model far");
        model.behave(ModelServer::right);

        assertThat(status(finished(id))).isEqualTo("succeeded");
        assertThat(chunks("patient.txt")).hasSize(300);
    }
}
