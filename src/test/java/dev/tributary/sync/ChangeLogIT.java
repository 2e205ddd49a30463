package dev.tributary.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.failure.ServiceException;
import java.io.StringReader;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;

/** What followers are told, and what they are not. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChangeLogIT {
    private final FollowedDatabase database = new FollowedDatabase();
    private final ChangeLog log = database.log;

    @AfterAll
    void stop() {
        database.close();
    }

    /** Reads and acknowledges until the follower has been told of everything. */
    private List<UUID> tell(Follower follower) {
        List<UUID> told = new ArrayList<>();
        ChangeBatch batch;
        do {
            batch = log.next(follower, 3);
            told.addAll(batch.chunks());
            log.acknowledge(batch);
        } while (!batch.isLast());
        return told;
    }

    @ParameterizedTest
    @ValueSource(strings = {"chunk_%d", "chunk"})
    void tellsOfEachStatementOnThePartitionAndOnItsParent(String table) throws Exception {
        int collection = database.create();
        String name = table.formatted(collection);
        UUID kept = database.put(collection, "kept");
        UUID gone = database.put(collection, "gone");
        UUID renamed = database.put(collection, "renamed");
        Follower follower = database.follow(collection, "one");
        UUID added = UUID.randomUUID();
        UUID copied = UUID.randomUUID();
        UUID newName = UUID.randomUUID();
        String where = " WHERE collection_id = %d AND id = ".formatted(collection);

        database.execute(
                "UPDATE " + name + " SET metadata = '{\"a\": 1}'" + where + "'" + kept + "'");
        assertThat(tell(follower)).containsExactly(kept);
        database.execute("DELETE FROM " + name + where + "'" + gone + "'");
        assertThat(tell(follower)).containsExactly(gone);
        database.execute(
                "UPDATE " + name + " SET id = '" + newName + "'" + where + "'" + renamed + "'");
        assertThat(tell(follower)).containsExactly(renamed, newName);
        String upsert =
                FollowedDatabase.insert(collection, added, "added")
                        .replace("INTO chunk_" + collection, "INTO " + name);
        database.execute(upsert);
        assertThat(tell(follower)).containsExactly(added);
        database.execute(upsert);
        assertThat(tell(follower)).containsExactly(added);
        try (Connection connection = database.dataSource.getConnection()) {
            connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn(
                            "COPY "
                                    + name
                                    + " (collection_id, id, source_type, source_id, chunk_index, embedding)"
                                    + " FROM STDIN",
                            new StringReader(
                                    "%d\t%s\tdocument\tc\t0\t[1,2,3]\n"
                                            .formatted(collection, copied)));
        }
        assertThat(tell(follower)).containsExactly(copied);
        database.execute("UPDATE " + name + " SET seq = 0" + where + "'" + kept + "'");
        assertThat(tell(follower)).isEmpty();
    }

    @Test
    void losesNothingOfTransactionsThatCommitInAnotherOrderThanTheyBegin() throws Exception {
        int collection = database.create();
        Follower follower = database.follow(collection, "one");
        UUID early = UUID.randomUUID();
        UUID nested = UUID.randomUUID();
        UUID undone = UUID.randomUUID();
        try (Connection first = database.begin();
                Connection aborted = database.begin()) {
            FollowedDatabase.execute(
                    first, FollowedDatabase.insert(collection, early, "began first"));
            FollowedDatabase.execute(first, "SAVEPOINT a");
            FollowedDatabase.execute(
                    aborted, FollowedDatabase.insert(collection, UUID.randomUUID(), "aborted"));
            UUID late = database.put(collection, "began later, committed first");

            assertThat(tell(follower)).containsExactly(late);

            UUID latest = database.put(collection, "even later");
            FollowedDatabase.execute(
                    first, FollowedDatabase.insert(collection, nested, "in a savepoint"));
            FollowedDatabase.execute(first, "SAVEPOINT b");
            FollowedDatabase.execute(
                    first, FollowedDatabase.insert(collection, undone, "rolled back"));
            FollowedDatabase.execute(first, "ROLLBACK TO SAVEPOINT b");
            assertThat(tell(follower)).containsExactly(latest);
            aborted.rollback();
            first.commit();
        }

        assertThat(tell(follower)).containsExactly(early, nested);
        assertThat(tell(follower)).isEmpty();
    }

    @Test
    void tellsAgainWhatWasNotAcknowledged() throws Exception {
        int collection = database.create();
        Follower follower = database.follow(collection, "one");
        UUID first = database.put(collection, "first");

        assertThat(log.next(follower, 10).chunks()).containsExactly(first);
        UUID second = database.put(collection, "second");

        ChangeBatch batch = log.next(follower, 10);
        assertThat(batch.chunks()).containsExactly(first, second);
        log.acknowledge(batch);
        assertThat(tell(follower)).isEmpty();
    }

    @Test
    void aCursorIsNotMovedTwiceFromTheSamePlace() throws Exception {
        int collection = database.create();
        Follower follower = database.follow(collection, "one");
        database.put(collection, "first");
        ChangeBatch stale = log.next(follower, 10);
        tell(follower);

        assertThatThrownBy(() -> log.acknowledge(stale))
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        e -> assertThat(e.code()).isEqualTo("follower_moved"));
    }

    @Test
    void followersDoNotTakeChangesFromEachOther() throws Exception {
        int collection = database.create();
        UUID before = database.put(collection, "before");
        Follower near = database.follow(collection, "near");
        UUID first = database.put(collection, "first");
        Follower far = database.follow(collection, "far");
        UUID second = database.put(collection, "second");

        assertThat(tell(near)).containsExactly(first, second).doesNotContain(before);
        database.trim();
        log.end(near);
        UUID third = database.put(collection, "third");

        assertThat(database.triggers(collection)).isEqualTo(2);
        assertThat(tell(far)).containsExactly(second, third);
        log.end(far);
        assertThat(database.triggers(collection)).isZero();
        assertThat(database.logged(collection)).isZero();
    }

    @Test
    void beginAndEndMayBeRepeated() throws Exception {
        int collection = database.create();
        Follower follower = database.follow(collection, "one");
        UUID first = database.put(collection, "first");

        database.follow(collection, "one");

        assertThat(tell(follower)).containsExactly(first);
        log.end(follower);
        log.end(follower);
        database.put(collection, "unfollowed");
        assertThat(database.logged(collection)).isZero();
        assertThatThrownBy(() -> log.next(follower, 10))
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        e -> assertThat(e.kind()).isEqualTo(ServiceException.Kind.MISSING));
    }

    @Test
    void aDroppedCollectionTakesItsFollowersAndChangesWithIt() throws Exception {
        int collection = database.create();
        Follower follower = database.follow(collection, "one");
        database.put(collection, "first");

        database.jdbc
                .sql("SELECT 1 FROM (SELECT drop_chunk_partition(:id)) AS done")
                .param("id", collection)
                .query(Integer.class)
                .single();
        database.trim();

        assertThat(database.logged(collection)).isZero();
        assertThatThrownBy(() -> log.next(follower, 10))
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        e -> assertThat(e.kind()).isEqualTo(ServiceException.Kind.MISSING));
        log.end(follower);
    }

    @Test
    void onceWritersPauseThereIsNothingMoreToTell() throws Exception {
        int collection = database.create();
        Follower follower = database.follow(collection, "one");
        UUID open = UUID.randomUUID();
        try (Connection writer = database.begin()) {
            FollowedDatabase.execute(writer, FollowedDatabase.insert(collection, open, "open"));
            assertThatThrownBy(() -> paused(follower, Duration.ofMillis(50)))
                    .isInstanceOfSatisfying(
                            ServiceException.class,
                            e -> assertThat(e.kind()).isEqualTo(ServiceException.Kind.UNAVAILABLE));
            writer.commit();
        }

        assertThat(paused(follower, Duration.ofSeconds(10))).containsExactly(open);
        assertThat(tell(follower)).isEmpty();
    }

    /** What the follower is told while writers wait; one that tries to is shown to wait. */
    private Set<UUID> paused(Follower follower, Duration most) {
        Set<UUID> told = new HashSet<>();
        database.transactions.write(
                "test",
                _ -> {
                    log.pauseWriters(follower, most);
                    new CatchUp(log).runWithin(follower, 2, told::addAll);
                    assertThatThrownBy(
                                    () -> {
                                        try (Connection writer = database.begin()) {
                                            FollowedDatabase.execute(
                                                    writer, "SET LOCAL lock_timeout = 50");
                                            FollowedDatabase.execute(
                                                    writer,
                                                    FollowedDatabase.insert(
                                                            (int) follower.collection(),
                                                            UUID.randomUUID(),
                                                            "late"));
                                        }
                                    })
                            .hasMessageContaining("lock timeout");
                    return true;
                });
        return told;
    }

    @Test
    void aBatchIsReadFromThePrimaryKeyBelowItsLowerBound() throws Exception {
        int collection = database.create();
        database.follow(collection, "one");
        database.execute(
                """
                INSERT INTO chunk_change (collection_id, xact, chunk_id)
                SELECT %d, CAST(CAST(i AS text) AS xid8), gen_random_uuid() FROM generate_series(1, 20000) AS i
                """
                        .formatted(collection));
        database.execute("ANALYZE chunk_change");

        String plan =
                String.join(
                        "\n",
                        database.jdbc
                                .sql(
                                        "EXPLAIN (COSTS OFF) SELECT xact, number, chunk_id "
                                                + ChangeRows.UNTOLD
                                                + "ORDER BY xact, number LIMIT 256")
                                .param("id", collection)
                                .param("seen", "19000:19000:")
                                .param("xact", null)
                                .param("number", 0)
                                .query(String.class)
                                .list());

        assertThat(plan)
                .contains("using chunk_change_pk")
                .containsPattern("Index Cond: .*ROW\\(xact, number\\) > ROW\\(")
                .doesNotContain("Sort");
    }
}
