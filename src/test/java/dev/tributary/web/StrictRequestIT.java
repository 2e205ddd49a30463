package dev.tributary.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.testing.CollectionsIT;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests to the real paths that nothing shall pass over in silence. */
class StrictRequestIT extends CollectionsIT {
    private String collection = "";

    @BeforeAll
    void createCollection() {
        collection = create("{\"dimension\": 1}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"?namspace=x", "?namespace=default&force=true", "?%20", "?NAMESPACE=x"})
    void aParameterThatNobodyReadsIsRefusedAndNothingIsDeleted(String query) {
        Answer answer = delete("/collections/" + collection + query);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("unknown_parameter");
        assertThat(answer.fieldMessage()).endsWith("known: namespace");
        assertThat(get("/collections/" + collection).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"?limit=%C3%28", "?%FF=1", "?cursor=%ED%A0%80"})
    void aQueryStringThatIsNotUtf8IsMalformed(String query) {
        Answer answer = get("/collections" + query);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("malformed_request");
    }

    @Test
    void aBareSemicolonCutsNothingOffInSilence() {
        Answer answer = delete("/collections/" + collection + ";v=2");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("malformed_request");
        assertThat(answer.body().path("hint").asString()).contains("%3B");
        assertThat(get("/collections/" + collection).status()).isEqualTo(200);
    }

    @Test
    void aCompressedBodyIsToldThatItIsNotRead() throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write("{}".getBytes(StandardCharsets.UTF_8));
        }

        Answer answer =
                send(
                        request("/collections/" + collection + "/count")
                                .header("Content-Type", "application/json")
                                .header("Content-Encoding", "gzip")
                                .POST(BodyPublishers.ofByteArray(bytes.toByteArray())));

        assertThat(answer.status()).isEqualTo(415);
        assertThat(answer.code()).isEqualTo("unsupported_encoding");
    }

    @Test
    void yamlIsNeitherReadNorWritten() {
        Answer read =
                send(
                        request("/collections/" + collection + "/count")
                                .header("Content-Type", "application/yaml")
                                .POST(BodyPublishers.ofString("filtr: {a: 1}")));
        Answer written =
                send(
                        request("/collections/" + collection)
                                .header("Accept", "application/yaml")
                                .GET());

        assertThat(read.status()).isEqualTo(415);
        assertThat(read.body().path("detail").asString()).doesNotContain("only application/json, ");
        assertThat(written.status()).isEqualTo(406);
    }

    @Test
    void aBodyThatNobodyAskedForHarmsNothing() {
        Answer answer =
                send(
                        request("/collections/" + collection)
                                .header("Content-Type", "application/json")
                                .method("GET", BodyPublishers.ofString("{\"not\": ")));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(get("/collections/" + collection).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /search, 405, POST",
        "PUT, /search/hybrid, 405, POST",
        "POST, /collections, 405, GET",
        "PATCH, /aliases/a, 405, 'PUT, DELETE'",
        "POST, /collections/c/documents/d, 405, 'DELETE, GET, PUT'",
        "DELETE, /collections/c/chunks, 405, 'GET, PUT'",
        "GET, /collections/c/count, 405, POST",
        "BREW, /search, 405, POST",
    })
    void aWrongMethodNamesTheRightOnes(String method, String path, int status, String allowed) {
        Answer answer = send(request(path).method(method, BodyPublishers.noBody()));

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.code()).isEqualTo("method_not_allowed");
        assertThat(answer.header("Allow").split(", "))
                .containsExactlyInAnyOrder(allowed.split(", "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/searches",
                "/search/",
                "/search/vector",
                "/collections/",
                "/collections/c/chunk",
                "/collections/c/chunks/get/all",
                "/collections/c/documents/",
                "/collections/c/documents/a/b",
                "//collections",
                "/Collections",
                "/aliases/a/b",
                "/actuator/env",
            })
    void aPathThatIsNotThereIsMissing(String path) {
        assertThat(get(path).code()).isEqualTo("path_not_found");
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /v1/v1/embeddings, POST /v1/embeddings",
        "POST, /v1/embeddings/, POST /v1/embeddings",
        "POST, /embeddings, POST /v1/embeddings",
        "POST, /api/v1/embeddings, POST /v1/embeddings",
        "POST, /v1/embedding, POST /v1/embeddings",
        "GET, /v1/v1/models, GET /v1/models",
        "POST, /v1/search, POST /search",
        "POST, /search/hybird, POST /search/hybrid",
        "POST, /serch, POST /search",
        "GET, /search/, POST /search",
        "GET, /Collections, GET /collections",
        "GET, /collection/docs, GET /collections/docs",
        "PUT, /collections/docs/chunk, PUT /collections/docs/chunks",
        "DELETE, /collections/docs/documents/guides/hnsw.md, DELETE /collections/docs/documents/guides%2Fhnsw.md",
        "GET, //collections, GET /collections",
    })
    void aPathThatIsNotThereNamesTheOneThatWasMeant(String method, String path, String meant) {
        Answer answer = send(request(path).method(method, BodyPublishers.noBody()));

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.code()).isEqualTo("path_not_found");
        assertThat(answer.body().path("detail").asString())
                .isEqualTo("there is nothing at path " + path);
        assertThat(answer.body().path("hint").asString())
                .isEqualTo("did you mean " + meant + "? see /docs for the available paths");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/favicon.ico", "/wp-admin/setup.php", "/a/b/c/d/e"})
    void aPathLikeNoOtherIsOnlyNamed(String path) {
        Answer answer = get(path);

        assertThat(answer.body().path("detail").asString())
                .isEqualTo("there is nothing at path " + path);
        assertThat(answer.body().path("hint").asString())
                .isEqualTo("see /docs for the available paths");
    }

    @ParameterizedTest
    @CsvSource({
        "/search, 'POST, OPTIONS'",
        "/collections, 'GET, HEAD, OPTIONS'",
        "/collections/c/chunks, 'GET, HEAD, PUT, OPTIONS'",
        "/aliases/a, 'PUT, DELETE, OPTIONS'",
        "/v1/embeddings, 'POST, OPTIONS'",
    })
    void optionsTellWhichMethodsThereAre(String path, String allowed) {
        Answer answer = send(request(path).method("OPTIONS", BodyPublishers.noBody()));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Allow").split(", ?"))
                .containsExactlyInAnyOrder(allowed.split(", "));
    }

    @Test
    void pagesOfOtherOriginsMayCallNothingByDefault() {
        Answer preflight =
                send(
                        request("/search")
                                .header("Origin", "https://app.example.com")
                                .header("Access-Control-Request-Method", "POST")
                                .method("OPTIONS", BodyPublishers.noBody()));
        Answer call = send(request("/models").header("Origin", "https://app.example.com").GET());

        assertThat(preflight.header("Access-Control-Allow-Origin")).isEmpty();
        assertThat(preflight.header("Allow").split(", ?"))
                .containsExactlyInAnyOrder("POST", "OPTIONS");
        assertThat(call.status()).isEqualTo(200);
        assertThat(call.header("Access-Control-Allow-Origin")).isEmpty();
    }

    @Test
    void aVeryLongUrlIsRefusedAndAnswered() {
        Answer name = get("/collections/" + "a".repeat(7_000));
        Answer line = get("/collections/" + "a".repeat(20_000));

        assertThat(name.field()).isEqualTo("collection");
        assertThat(name.fieldMessage()).hasSizeLessThan(300);
        assertThat(line.status()).isIn(400, 414);
        assertThat(line.code()).isEqualTo("malformed_request");
    }
}
