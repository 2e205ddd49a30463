package dev.tributary.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.testing.HttpIT.Answer;
import dev.tributary.testing.PostgresServer;
import dev.tributary.testing.Service;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What callers see while the database is away, busy or slow, and what is there afterwards. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OutageIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int POOL = 4;

    private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
    private PostgresServer server = PostgresServer.own();
    private Service service =
            Service.on(
                    server,
                    "spring.datasource.hikari.maximum-pool-size=" + POOL,
                    "tributary.pgvector.statement-timeout=3s",
                    "spring.jdbc.template.query-timeout=3s");

    @BeforeAll
    void createCollection() {
        service.put("/collections/steady", "{\"dimension\": 3}");
        service.put("/collections/steady/chunks", chunks(0, 10, 3));
        assertThat(search("steady").status()).isEqualTo(200);
    }

    @AfterAll
    void stop() {
        clients.close();
        service.close();
        server.close();
    }

    @AfterEach
    void everythingIsWellAgain() {
        await().atMost(PATIENCE).until(() -> search("steady").status() == 200);
        assertThat(count("steady")).isEqualTo(10);
    }

    @Test
    void whatBecameOfAPutThatTheDatabaseDiedInIsTold() throws Exception {
        service.put("/collections/killed", "{\"dimension\": 64}");
        String body = chunks(0, 1_000, 64);
        Future<Answer> put = clients.submit(() -> service.put("/collections/killed/chunks", body));
        try (Connection watcher = service.connect()) {
            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(2))
                    .until(() -> isInserting(watcher) || put.isDone());
        }

        server.kill();
        Answer answer = put.get();
        server.start();

        assertThat(answer.status()).isIn(200, 503, 504);
        long expected = answer.status() == 200 ? 1_000 : 0;
        await().atMost(PATIENCE).until(() -> search("steady").status() == 200);
        if (answer.status() == 504) {
            assertThat(answer.code()).isEqualTo("outcome_unknown");
            assertThat(count("killed")).isIn(0L, 1_000L);
        } else {
            assertThat(count("killed")).isEqualTo(expected);
        }
        await().atMost(PATIENCE)
                .until(() -> service.put("/collections/killed/chunks", body).status() == 200);
        assertThat(count("killed")).isEqualTo(1_000);
    }

    @Test
    void anImportGoesOnOnceTheDatabaseIsBack() throws Exception {
        service.put("/collections/imported", "{\"dimension\": 64}");
        String body =
                IntStream.range(0, 30_000)
                        .mapToObj(i -> chunk(i, 64) + "\n")
                        .collect(Collectors.joining());
        Future<Answer> imported =
                clients.submit(() -> service.post("/collections/imported/import", body));
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> imported.isDone() || count("imported") >= 3_000);

        server.kill();
        server.start();
        Answer answer = imported.get();

        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
        assertThat(answer.body().path("failed").asInt()).isZero();
        assertThat(answer.body().path("created").asInt() + answer.body().path("unchanged").asInt())
                .isEqualTo(30_000);
        assertThat(count("imported")).isEqualTo(30_000);
    }

    @Test
    void whatWasAcknowledgedSurvivesAndNothingElse() throws Exception {
        service.put("/collections/counted", "{\"dimension\": 64}");
        long seed = new Random().nextLong();
        System.out.println("moment of the kill by seed " + seed);
        int killedAfter = 1 + new Random(seed).nextInt(3);
        List<Answer> answers = new ArrayList<>();
        Callable<Boolean> writing =
                () -> {
                    for (int batch = 0; batch < 400; batch++) {
                        Answer answer =
                                service.put(
                                        "/collections/counted/chunks",
                                        chunks(batch * 100, 100, 64));
                        synchronized (answers) {
                            answers.add(answer);
                        }
                        if (answer.status() != 200) {
                            return true;
                        }
                    }
                    return false;
                };
        Future<Boolean> writer = clients.submit(writing);
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(2))
                .until(() -> {
                    synchronized (answers) {
                        return answers.size() >= killedAfter;
                    }
                });

        server.kill();
        boolean isStopped = writer.get();
        server.start();

        assertThat(isStopped).isTrue();
        Answer last = answers.getLast();
        long acknowledged = 100L * (answers.size() - 1);
        await().atMost(PATIENCE).until(() -> search("counted").status() == 200);
        long stored = count("counted");
        if (last.status() == 504) {
            assertThat(stored).isIn(acknowledged, acknowledged + 100);
        } else {
            assertThat(last.status()).isEqualTo(503);
            assertThat(stored).isEqualTo(acknowledged);
        }
    }

    @Test
    void whileItIsAwayCallersAreToldSoSoonAndAfterwardsAllIsWell() throws Exception {
        server.kill();
        try {
            for (Answer answer :
                    atOnce(
                            List.of(
                                    () -> search("steady"),
                                    () -> search("never-seen"),
                                    () ->
                                            service.put(
                                                    "/collections/steady/chunks", chunks(0, 1, 3)),
                                    () -> service.put("/collections/other", "{\"dimension\": 3}"),
                                    () -> service.get("/collections"),
                                    () -> service.delete("/collections/steady")))) {
                assertThat(answer.status()).as(answer.body().toString()).isEqualTo(503);
                assertThat(answer.code()).isEqualTo("database_unavailable");
                assertThat(answer.header("Retry-After")).isNotEmpty();
                assertThat(answer.body().toString()).doesNotContain("Exception", "jdbc:");
            }
            assertThat(service.get("/actuator/health/readiness").status()).isEqualTo(503);
            assertThat(service.get("/actuator/health/liveness").status()).isEqualTo(200);
        } finally {
            server.start();
        }

        await().atMost(PATIENCE)
                .until(() -> service.get("/actuator/health/readiness").status() == 200);
        assertThat(search("steady").body().path("results").size()).isEqualTo(10);
        assertThat(service.get("/collections/other").status()).isEqualTo(404);
    }

    @Test
    void manySearchesAtOnceAreAllAnsweredWhileItIsAway() throws Exception {
        server.kill();
        try {
            Callable<Answer> search = () -> search("steady");

            List<Answer> answers = atOnce(Collections.nCopies(60, search));

            assertThat(answers).allMatch(answer -> answer.status() == 503);
        } finally {
            server.start();
        }
    }

    @Test
    void aPoolWithoutAFreeConnectionIsBusyAndNoHang() throws Exception {
        List<Connection> taken = new ArrayList<>();
        try {
            for (int i = 0; i < POOL; i++) {
                taken.add(service.bean(DataSource.class).getConnection());
            }

            Answer answer = atOnce(List.of(() -> search("steady"))).getFirst();

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.code()).isEqualTo("database_busy");
            assertThat(answer.header("Retry-After")).isNotEmpty();
        } finally {
            for (Connection connection : taken) {
                connection.close();
            }
        }
    }

    @Test
    void aStatementThatTakesTooLongIsGivenUp() throws Exception {
        try (Connection blocker = service.connect();
                Statement statement = blocker.createStatement()) {
            blocker.setAutoCommit(false);
            statement.execute("LOCK TABLE " + partition("steady") + " IN ACCESS EXCLUSIVE MODE");

            for (Answer answer :
                    atOnce(
                            List.of(
                                    () -> search("steady"),
                                    () -> service.post("/collections/steady/count", "{}"),
                                    () ->
                                            service.put(
                                                    "/collections/steady/chunks", chunks(90, 5, 3)),
                                    () -> service.get("/collections/steady/chunks")))) {
                assertThat(answer.status()).as(answer.body().toString()).isEqualTo(503);
                assertThat(answer.code()).isEqualTo("timeout");
                assertThat(answer.header("Retry-After")).isNotEmpty();
            }
            blocker.rollback();
        }
    }

    @Test
    void aChangeOfTheCatalogueThatIsBlockedIsGivenUp() throws Exception {
        try (Connection blocker = service.connect();
                Statement statement = blocker.createStatement()) {
            blocker.setAutoCommit(false);
            statement.execute("SELECT FROM namespace WHERE name = 'default' FOR UPDATE");

            Answer answer =
                    atOnce(List.of(() -> service.put("/collections/blocked", "{\"dimension\": 3}")))
                            .getFirst();

            assertThat(answer.status()).isEqualTo(503);
            blocker.rollback();
        }
        assertThat(service.put("/collections/blocked", "{\"dimension\": 3}").status())
                .isEqualTo(201);
    }

    @Test
    void connectionsThatAreTerminatedAreReplaced() throws Exception {
        try (Connection killer = service.connect();
                Statement statement = killer.createStatement()) {
            statement.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                            + " WHERE datname = current_database() AND pid <> pg_backend_pid()");
        }

        List<Integer> statuses =
                IntStream.range(0, 3 * POOL).mapToObj(_ -> search("steady").status()).toList();

        assertThat(statuses).containsOnly(200, 503).endsWith(200);
        assertThat(statuses.stream().filter(status -> status == 503).count())
                .isLessThanOrEqualTo(POOL);
    }

    /**
     * Makes calls at once, and expects all of them to be answered within the statement's timeout or
     * the pool's 5 s, and what a loaded machine adds.
     */
    private List<Answer> atOnce(List<Callable<Answer>> calls) throws InterruptedException {
        long start = System.nanoTime();
        List<Answer> answers = clients.invokeAll(calls).stream().map(Future::resultNow).toList();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(9));
        return answers;
    }

    private Answer search(String collection) {
        return service.post(
                "/search",
                "{\"collection\": \"%s\", \"embedding\": %s}"
                        .formatted(collection, vector(collection)));
    }

    private static String vector(String collection) {
        return array(
                switch (collection) {
                    case "killed", "counted" -> 64;
                    default -> 3;
                },
                1);
    }

    private long count(String collection) {
        return service.post("/collections/" + collection + "/count", "{}")
                .body()
                .path("count")
                .asLong(-1);
    }

    private String partition(String collection) throws SQLException {
        try (Connection connection = service.connect();
                var statement =
                        connection.prepareStatement("SELECT id FROM collection WHERE name = ?")) {
            statement.setString(1, collection);
            try (var row = statement.executeQuery()) {
                row.next();
                return "chunk_" + row.getLong(1);
            }
        }
    }

    private static boolean isInserting(Connection watcher) throws SQLException {
        try (Statement statement = watcher.createStatement();
                var row =
                        statement.executeQuery(
                                "SELECT count(*) FROM pg_stat_activity WHERE state = 'active'"
                                        + " AND pid <> pg_backend_pid() AND query ~ '(INSERT INTO|COPY) chunk_'")) {
            row.next();
            return row.getLong(1) > 0;
        }
    }

    private static String chunks(int from, int count, int dimension) {
        return IntStream.range(from, from + count)
                .mapToObj(i -> chunk(i, dimension))
                .collect(Collectors.joining(",", "{\"chunks\": [", "]}"));
    }

    private static String chunk(int i, int dimension) {
        return "{\"source_id\": \"s%d\", \"content\": \"chunk %d\", \"embedding\": %s}"
                .formatted(i, i, array(dimension, i));
    }

    private static String array(int dimension, int seed) {
        var random = new Random(seed);
        return IntStream.range(0, dimension)
                .mapToObj(_ -> String.valueOf(random.nextFloat() - 0.4f))
                .collect(Collectors.joining(",", "[", "]"));
    }
}
