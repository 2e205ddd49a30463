package dev.tributary.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.job.LeaseRows.Lease;
import dev.tributary.security.Caller;
import dev.tributary.testing.HttpIT;
import dev.tributary.testing.PostgresServer;
import dev.tributary.testing.Service;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import tools.jackson.databind.JsonNode;

/** Jobs over HTTP. Nobody does jobs of these kinds but the test. */
class JobIT extends HttpIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LEASE = Duration.ofMinutes(10);

    @Autowired private Jobs jobs;
    @Autowired private JobEvents events;
    @Autowired private LeaseRows leases;

    private Job submit(String kind) {
        return jobs.submit(
                JobRequest.of(Caller.unrestricted("default"), kind).withCollection(1, "docs"));
    }

    private Lease claim(String kind) {
        return leases.claim(UUID.randomUUID(), Set.of(kind), LEASE).orElseThrow().lease();
    }

    private Answer cancel(Job job) {
        return send(request("/jobs/" + job.id() + "/cancel").POST(BodyPublishers.noBody()));
    }

    @Test
    void aJobThatWaitsHasNoMoreThanThat() {
        Job job = submit("http-new");

        Answer answer = get("/jobs/" + job.id());

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body().propertyNames())
                .containsExactlyInAnyOrder(
                        "id",
                        "kind",
                        "collection",
                        "status",
                        "processed",
                        "failed",
                        "attempts",
                        "errors",
                        "created_at");
        assertThat(answer.body().path("id").asString()).isEqualTo(job.id().toString());
        assertThat(answer.body().path("status").asString()).isEqualTo("queued");
        assertThat(answer.body().path("collection").asString()).isEqualTo("docs");
        assertThat(answer.body().path("created_at").asString()).endsWith("Z");
    }

    @Test
    void aJobThatRunsTellsHowFarItIs() {
        Job job = submit("http-running");
        Lease lease = claim("http-running");
        leases.total(lease, 10);
        Failures failures = Failures.NONE.with(new ItemError("a.md", "no text"));
        leases.advance(lease, new Progress(4, "4", failures), LEASE);

        JsonNode body = get("/jobs/" + job.id()).body();

        assertThat(body.path("status").asString()).isEqualTo("running");
        assertThat(body.path("total").asLong()).isEqualTo(10);
        assertThat(body.path("processed").asLong()).isEqualTo(4);
        assertThat(body.path("failed").asLong()).isEqualTo(1);
        assertThat(body.path("attempts").asLong()).isEqualTo(1);
        assertThat(body.path("rate_per_second").asDouble()).isPositive();
        assertThat(body.path("eta_seconds").isIntegralNumber()).isTrue();
        assertThat(body.path("started_at").isString()).isTrue();
        assertThat(body.path("errors"))
                .hasToString("[{\"item\":\"a.md\",\"message\":\"no text\"}]");
        JsonNode listed = get("/jobs?kind=http-running").body().path("jobs").path(0);
        assertThat(listed.path("processed").asLong()).isEqualTo(4);
        assertThat(listed.has("errors")).isFalse();
    }

    @Test
    void aJobIsCancelledOnce() {
        Job job = submit("http-cancelled");

        Answer first = cancel(job);
        Answer second = cancel(job);

        assertThat(first.status()).isEqualTo(200);
        assertThat(first.body().path("status").asString()).isEqualTo("cancelled");
        assertThat(first.body().path("completed_at").isString()).isTrue();
        assertThat(second.status()).isEqualTo(200);
        assertThat(second.body()).isEqualTo(first.body());
    }

    @Test
    void aJobOfAnotherNamespaceIsNotThere() {
        Job job = jobs.submit(JobRequest.of(Caller.unrestricted("http-mine"), "http-private"));

        for (Answer answer :
                List.of(
                        get("/jobs/" + job.id()),
                        get("/jobs/" + job.id() + "/events"),
                        get("/jobs/" + job.id() + "?namespace=http-yours"),
                        cancel(job))) {
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.code()).isEqualTo("job_not_found");
        }
        assertThat(get("/jobs/" + job.id() + "?namespace=http-mine").status()).isEqualTo(200);
        assertThat(get("/jobs?namespace=http-yours").body().path("jobs")).isEmpty();
        assertThat(get("/jobs?namespace=http-mine").body().path("jobs")).hasSize(1);
    }

    @Test
    void pagesListEveryJobOnceTheNewestFirst() {
        List<String> submitted = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            submitted.addFirst(submit("http-paged").id().toString());
        }
        List<String> listed = new ArrayList<>();
        String cursor = "";

        do {
            JsonNode page = get("/jobs?kind=http-paged&limit=3" + cursor).body();
            page.path("jobs").forEach(job -> listed.add(job.path("id").asString()));
            String next = page.path("next_cursor").asString("");
            cursor = next.isEmpty() ? "" : "&cursor=" + next;
            // Comes before what was listed already.
            submit("http-paged");
        } while (!cursor.isEmpty());

        assertThat(listed).isEqualTo(submitted);
    }

    @Test
    void theListIsNarrowedDown() {
        Job cancelled = submit("http-narrow");
        submit("http-narrow");
        jobs.submit(
                JobRequest.of(Caller.unrestricted("default"), "http-narrow")
                        .withCollection(2, "other"));
        cancel(cancelled);

        assertThat(get("/jobs?kind=http-narrow").body().path("jobs")).hasSize(3);
        assertThat(get("/jobs?kind=http-narrow&status=cancelled").body().path("jobs")).hasSize(1);
        assertThat(get("/jobs?kind=http-narrow&status=queued&collection=docs").body().path("jobs"))
                .hasSize(1);
        assertThat(get("/jobs?kind=http-narrow&collection=absent").body().path("jobs")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/jobs?status=done|status|is \"done\", must be one of queued, running, succeeded, failed, cancelled",
                "/jobs?cursor=x|cursor|is \"x\", must be next_cursor of a page",
                "/jobs?limit=0|limit|is 0, must be 1 to 1,000",
                "/jobs?limit=1001|limit|is 1,001, must be 1 to 1,000",
                "/jobs?kind=A|kind|is \"A\", must be 1 to 63 of",
                "/jobs?collection=-|collection|is \"-\", must be 1 to 63 of",
                "/jobs?namespace=A|namespace|is \"A\", must be 1 to 63 of",
                "/jobs/7|id|is \"7\", must be a UUID",
                "/jobs?state=queued|state|is not a query parameter of this call; known: collection, cursor, kind",
            })
    void whatCannotBeMeantIsRefused(String path, String field, String message) {
        Answer answer = get(path);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.field()).isEqualTo(field);
        assertThat(answer.fieldMessage()).startsWith(message);
    }

    @Test
    void aJobIsFollowedOverHttp() throws Exception {
        Job job = submit("http-followed");
        Lease lease = claim("http-followed");
        HttpResponse<Stream<String>> response = open(url("/jobs/" + job.id() + "/events"));
        List<String> lines = new ArrayList<>();
        var ended = CompletableFuture.runAsync(() -> response.body().forEach(lines::add));
        await().atMost(PATIENCE).until(() -> events.listeners() == 1);

        leases.finish(lease, JobStatus.SUCCEEDED, null, Failures.NONE);

        assertThat(ended).succeedsWithin(PATIENCE);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type"))
                .hasValueSatisfying(it -> assertThat(it).startsWith("text/event-stream"));
        assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(lines).first().isEqualTo("event: progress");
        assertThat(lines.get(1))
                .startsWith("data: {\"id\":\"" + job.id() + "\"")
                .contains("\"status\":\"running\"");
        assertThat(lines.get(lines.size() - 3)).isEqualTo("event: end");
        assertThat(lines.get(lines.size() - 2)).contains("\"status\":\"succeeded\"");
        assertThat(lines).last().isEqualTo("");
    }

    private static HttpResponse<Stream<String>> open(String url) throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofLines());
    }

    @Test
    void aClientThatHangsUpCostsNothing() throws Exception {
        Job job = submit("http-hung-up");
        Lease lease = claim("http-hung-up");
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
            socket.getOutputStream()
                    .write(
                            ("GET /jobs/" + job.id() + "/events HTTP/1.1\r\nHost: a\r\n\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
            assertThat(firstLine(socket)).isEqualTo("HTTP/1.1 200 ");
            assertThat(events.listeners()).isOne();
        }

        // It is noticed when it is written to.
        await().atMost(PATIENCE)
                .until(() -> {
                    leases.advance(lease, new Progress(1, "1", Failures.NONE), LEASE);
                    return events.listeners() == 0;
                });

        assertThat(get("/jobs/" + job.id()).body().path("status").asString()).isEqualTo("running");
    }

    private static String firstLine(Socket socket) throws IOException {
        return String.valueOf(
                new BufferedReader(
                                new InputStreamReader(
                                        socket.getInputStream(), StandardCharsets.US_ASCII))
                        .readLine());
    }

    @Test
    void onlyTheHeadersOfAStreamDoNotWaitForItsEnd() {
        Job job = submit("http-head");

        Answer answer =
                send(
                        request("/jobs/" + job.id() + "/events")
                                .method("HEAD", BodyPublishers.noBody()));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).startsWith("text/event-stream");
    }

    @Test
    void aServiceThatStopsEndsItsStreamsAndOneClientTooManyIsRefused() throws Exception {
        HttpResponse<Stream<String>> response;
        try (var service = Service.on(PostgresServer.shared(), "tributary.job.listeners-max=1")) {
            Job job =
                    service.bean(Jobs.class)
                            .submit(JobRequest.of(Caller.unrestricted("default"), "http-stopped"));
            String path = "/jobs/" + job.id() + "/events";
            String port = service.bean(Environment.class).getRequiredProperty("local.server.port");
            response = open("http://127.0.0.1:" + port + path);
            assertThat(response.statusCode()).isEqualTo(200);

            Answer refused = service.get(path);

            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.code()).isEqualTo("too_many_listeners");
            assertThat(refused.header("Content-Type")).startsWith("application/problem+json");
        }
        assertThat(response.body().toList())
                .contains("event: progress")
                .doesNotContain("event: end");
    }

    @Test
    void jobsAreMetered() {
        Job job = submit("http-metered");
        cancel(job);

        String metrics =
                new String(get("/actuator/prometheus").response().body(), StandardCharsets.UTF_8);

        assertThat(metrics)
                .contains("\njob_active ")
                .contains("\njob_queued ")
                .contains("\njob_total{kind=\"http-metered\",status=\"cancelled\"} 1.0");
    }
}
