package dev.tributary.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What happens to a document, or its collection, while a job is about to store it. */
class DocumentOrderIT extends BackgroundIT {
    private static final String OLD = "Sentence 0000 of old";

    /** Puts an old version at once and hands a new one to a job, which gets to its second batch. */
    private String begin(Gate gate) throws Exception {
        assertThat(put("doc", document("old", 2)).status()).isEqualTo(200);
        String job = job(put("doc", document("new", PIECES)));
        gate.awaitCall();
        return job;
    }

    /** Stops the document called new in its second batch. */
    private Gate gate() {
        return Gate.before(model, text -> text.equals(piece("new", EmbeddingPlan.BATCH_MAX)));
    }

    @Test
    void cancelledInTheMiddleItLeavesTheOldOneWhole() throws Exception {
        try (Gate gate = gate()) {
            String id = begin(gate);
            await().atMost(PATIENCE).until(() -> kept() == EmbeddingPlan.BATCH_MAX);

            service().post("/jobs/" + id + "/cancel", "");

            JsonNode job = finished(id);
            assertThat(status(job)).isEqualTo("cancelled");
            assertThat(job.path("processed").asInt()).isEqualTo(EmbeddingPlan.BATCH_MAX);
            assertThat(chunks("doc")).hasSize(2);
            assertThat(kept()).isZero();
        }
    }

    @Test
    void cancelledWhileItStoresItLeavesTheOldOneWhole() throws Exception {
        try (Gate gate = gate();
                Connection other = service().connect()) {
            String id = begin(gate);
            other.setAutoCommit(false);
            execute(other, "SELECT id FROM chunk WHERE source_id = 'doc' FOR UPDATE");
            gate.open();
            await().atMost(PATIENCE).until(this::isSomebodyWaitingForALock);

            service().post("/jobs/" + id + "/cancel", "");
            other.rollback();

            assertThat(status(finished(id))).isEqualTo("cancelled");
            assertThat(chunks("doc"))
                    .hasSize(2)
                    .allMatch(it -> it.path("content").asString().contains("old"));
        }
    }

    private boolean isSomebodyWaitingForALock() throws SQLException {
        try (Connection connection = service().connect()) {
            return execute(
                    connection,
                    """
                    SELECT 1 FROM pg_stat_activity
                    WHERE datname = current_database() AND wait_event_type = 'Lock'
                    """);
        }
    }

    /** Returns whether there is a row. */
    private static boolean execute(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            return rows.next();
        }
    }

    @Test
    void whatIsPutAtOnceWinsOverJobsThatRunAndWait() throws Exception {
        try (Gate gate = gate()) {
            String running = begin(gate);
            String waiting = job(put("doc", document("newer", 300)));

            assertThat(put("doc", document("newest", 3)).status()).isEqualTo(200);
            gate.open();

            assertThat(status(finished(waiting))).isEqualTo("cancelled");
            assertThat(status(finished(running))).isEqualTo("cancelled");
            assertThat(chunks("doc"))
                    .hasSize(3)
                    .allMatch(it -> it.path("content").asString().contains("newest"));
        }
    }

    @Test
    void aPutThatFailsLeavesTheJobAlone() throws Exception {
        try (Gate gate = gate()) {
            String running = begin(gate);

            assertThat(put("doc", "{\"content\": \"a\\u0000b\"}").status()).isEqualTo(400);
            gate.open();

            assertThat(status(finished(running))).isEqualTo("succeeded");
            assertThat(chunks("doc")).hasSize(PIECES);
        }
    }

    @Test
    void whatIsDeletedStaysDeleted() throws Exception {
        try (Gate gate = gate()) {
            String running = begin(gate);

            assertThat(service().delete(path("doc")).body().path("deleted").asInt()).isEqualTo(2);
            gate.open();

            assertThat(status(finished(running))).isEqualTo("cancelled");
            assertThat(chunks("doc")).isEmpty();
        }
    }

    @Test
    void theNewestOfTheJobsWins() throws Exception {
        try (Gate gate = gate()) {
            String running = begin(gate);
            String replaced = job(put("doc", document("newer", 300)));
            String newest = job(put("doc", document("newest", 300)));

            gate.open();

            assertThat(status(finished(newest))).isEqualTo("succeeded");
            assertThat(status(finished(replaced))).isEqualTo("cancelled");
            assertThat(status(finished(running))).isEqualTo("succeeded");
            assertThat(chunks("doc"))
                    .hasSize(300)
                    .allMatch(it -> it.path("content").asString().contains("newest"));
        }
    }

    @Test
    void jobsOfOtherDocumentsGoOn() throws Exception {
        try (Gate gate = gate()) {
            String running = begin(gate);
            String other = job(put("other", document("other", 300)));

            service().delete(path("doc"));
            put("doc?async=false", document("old", 2));

            assertThat(status(finished(other))).isEqualTo("succeeded");
            assertThat(status(finished(running))).isEqualTo("cancelled");
            assertThat(chunks("doc").getFirst().path("content").asString()).startsWith(OLD);
        }
    }

    @Test
    void aCollectionThatIsDeletedFailsItsJobs() throws Exception {
        try (Gate gate = gate()) {
            String id = begin(gate);

            assertThat(service().delete("/collections/" + collection).status()).isEqualTo(204);
            gate.open();

            JsonNode job = finished(id);
            assertThat(status(job)).isEqualTo("failed");
            assertThat(job.path("error").asString())
                    .isEqualTo("collection " + collection + " does not exist");
            assertThat(kept()).isZero();
        }
    }

    @Test
    void anAliasThatLeadsElsewhereMeanwhileFailsTheJob() throws Exception {
        service().put("/collections/elsewhere", "{\"model\": \"far\"}");
        service().put("/aliases/live", "{\"collection\": \"" + collection + "\"}");
        try (Gate gate = gate()) {
            String id =
                    job(service().put("/collections/live/documents/doc", document("new", PIECES)));
            gate.awaitCall();

            service().put("/aliases/live", "{\"collection\": \"elsewhere\"}");
            gate.open();

            JsonNode job = finished(id);
            assertThat(status(job)).isEqualTo("failed");
            assertThat(job.path("error").asString())
                    .isEqualTo("live is no longer the collection that the document was put into");
            assertThat(chunks("doc")).isEmpty();
        }
    }
}
