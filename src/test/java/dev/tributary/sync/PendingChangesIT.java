package dev.tributary.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.vector.ChangePosition;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PendingChangesIT {
    private static final int LIMIT = 1_000;

    private static FollowedDatabase database;

    @BeforeAll
    static void start() {
        database = new FollowedDatabase();
    }

    @AfterAll
    static void stop() {
        database.close();
    }

    private static List<UUID> pending(Follower follower) {
        return database.log.pending(follower, LIMIT).orElseThrow().chunks();
    }

    private static Set<UUID> tell(Follower follower) {
        Set<UUID> told = new HashSet<>();
        ChangeBatch batch;
        do {
            batch = database.log.next(follower, 7);
            told.addAll(batch.chunks());
            database.log.acknowledge(batch);
        } while (!batch.isLast());
        return told;
    }

    /** Transactions begin, write and end in any order, while the follower is told a few changes. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void areThoseThatAreTheNextToBeTold(long seed) throws Exception {
        var random = new Random(seed);
        int collection = database.create();
        Follower follower = database.follow(collection, "one");
        List<UUID> known = new ArrayList<>();
        List<Connection> open = new ArrayList<>();
        for (int step = 0; step < 120; step++) {
            switch (random.nextInt(5)) {
                case 0 -> {
                    if (open.size() < 4) {
                        open.add(database.begin());
                    }
                }
                case 1 -> {
                    if (!open.isEmpty()) {
                        end(open.remove(random.nextInt(open.size())), random.nextInt(4) > 0);
                    }
                }
                case 2 -> {
                    if (!open.isEmpty()) {
                        FollowedDatabase.execute(
                                open.get(random.nextInt(open.size())),
                                FollowedDatabase.insert(
                                        collection, UUID.randomUUID(), "in a transaction"));
                    }
                }
                case 3 -> known.add(database.put(collection, "alone"));
                default ->
                        database.log.acknowledge(
                                database.log.next(follower, 1 + random.nextInt(3)));
            }
            if (step % 40 == 39) {
                List<UUID> pending = pending(follower);
                assertThat(pending).doesNotHaveDuplicates();
                assertThat(pending).hasSameElementsAs(tell(follower));
                assertThat(pending(follower)).isEmpty();
            }
        }
        for (Connection connection : open) {
            end(connection, true);
        }
        assertThat(pending(follower)).hasSameElementsAs(tell(follower));
        assertThat(known).isNotEmpty();
    }

    private static void end(Connection connection, boolean isCommitted) throws Exception {
        try (connection) {
            if (isCommitted) {
                connection.commit();
            } else {
                connection.rollback();
            }
        }
    }

    @Test
    void areCountedAsChangesAndReturnedAsChunks() throws Exception {
        int collection = database.create();
        Follower follower = database.follow(collection, "one");
        UUID id = database.put(collection, "first");
        database.execute(FollowedDatabase.insert(collection, id, "second"));
        database.execute(FollowedDatabase.insert(collection, id, "third"));

        var some = database.log.pending(follower, 2).orElseThrow();
        assertThat(some.chunks()).containsExactly(id);
        assertThat(some.isAll()).isFalse();
        var all = database.log.pending(follower, 4).orElseThrow();
        assertThat(all.chunks()).containsExactly(id);
        assertThat(all.isAll()).isTrue();
        assertThat(database.log.backlog(follower, 2).orElseThrow().changes()).isEqualTo(2);
        assertThat(database.log.backlog(follower, 9).orElseThrow().changes()).isEqualTo(3);
        assertThat(database.log.backlog(follower, 9).orElseThrow().oldestSeconds()).isPositive();
        tell(follower);
        assertThat(database.log.backlog(follower, 9).orElseThrow())
                .isEqualTo(new ChangeBacklog(0, 0, 0));
    }

    @Test
    void areUnknownOfAFollowerThatIsNotThereOrBroken() throws Exception {
        int collection = database.create();
        assertThat(database.log.pending(new Follower(collection, "nobody"), LIMIT)).isEmpty();
        assertThat(database.log.backlog(new Follower(collection, "nobody"), LIMIT)).isEmpty();
        Follower follower = database.follow(collection, "one");
        assertThat(database.log.pending(follower, LIMIT).orElseThrow().chunks()).isEmpty();

        database.execute(
                "UPDATE chunk_follower SET broken_at = now(), broken_reason = 'for a test'"
                        + " WHERE collection_id = "
                        + collection);

        assertThat(database.log.pending(follower, LIMIT)).isEmpty();
        assertThat(database.log.untold(List.of(follower))).containsExactly(follower);
    }

    @Test
    void includeThoseSetAsideUntilTheyAreSettled() throws Exception {
        int collection = database.create();
        Follower follower = database.follow(collection, "one");
        UUID poison = database.put(collection, "poison");
        database.put(collection, "sound");
        assertThat(database.log.untold(List.of(follower))).containsExactly(follower);
        ChangeBatch batch = database.log.next(follower, 10);
        long number = Objects.requireNonNull(batch.numbers().get(poison));

        database.log.acknowledge(batch, Map.of(poison, "has no direction"));

        assertThat(database.log.untold(List.of(follower))).isEmpty();
        assertThat(pending(follower)).containsExactly(poison);
        assertThat(database.log.backlog(follower, 9).orElseThrow().setAside()).isEqualTo(1);
        assertThat(database.log.setAside(follower, 10))
                .singleElement()
                .satisfies(aside -> {
                    assertThat(aside.chunk()).isEqualTo(poison);
                    assertThat(aside.number()).isEqualTo(number);
                    assertThat(aside.error()).isEqualTo("has no direction");
                });

        database.log.repeat(collection, List.of(poison));
        ChangeBatch again = database.log.next(follower, 10);
        assertThat(again.chunks()).containsExactly(poison);
        var since = database.log.setAside(follower, 10).getFirst().since();
        database.log.acknowledge(again, Map.of(poison, "still has no direction"));
        assertThat(database.log.setAside(follower, 10))
                .singleElement()
                .satisfies(aside -> {
                    assertThat(aside.error()).isEqualTo("still has no direction");
                    assertThat(aside.since()).isEqualTo(since);
                });

        database.log.repeat(collection, List.of(poison));
        database.log.acknowledge(database.log.next(follower, 10));
        assertThat(pending(follower)).isEmpty();
    }

    @Test
    void setAsideAreSettledByALaterChangeOfTheSameChunk() throws Exception {
        int collection = database.create();
        Follower follower = database.follow(collection, "one");
        UUID poison = database.put(collection, "poison");
        database.log.acknowledge(database.log.next(follower, 10), Map.of(poison, "is bad"));
        database.execute(FollowedDatabase.insert(collection, poison, "mended"));

        assertThat(pending(follower)).containsExactly(poison);
        database.log.acknowledge(database.log.next(follower, 10));

        assertThat(pending(follower)).isEmpty();
    }

    @Test
    void areRepeatedWithGreaterNumbers() throws Exception {
        int collection = database.create();
        Follower follower = database.follow(collection, "one");
        UUID id = database.put(collection, "first");
        ChangeBatch before = database.log.next(follower, 10);
        database.log.acknowledge(before);
        UUID gone = UUID.randomUUID();

        database.log.repeat(collection, List.of(id, gone));

        ChangeBatch again = database.log.next(follower, 10);
        assertThat(again.numbers()).containsOnlyKeys(id, gone);
        assertThat(again.numbers().get(id)).isGreaterThan(before.numbers().get(id));
    }

    /** Of two changes of a chunk, the one that is committed later has the greater number. */
    @Test
    void areNotRepeatedForAChunkThatIsBeingWritten() throws Exception {
        int collection = database.create();
        Follower follower = database.follow(collection, "one");
        UUID written = database.put(collection, "first");
        UUID quiet = database.put(collection, "quiet");
        tell(follower);
        try (Connection open = database.begin()) {
            FollowedDatabase.execute(open, FollowedDatabase.insert(collection, written, "second"));

            database.log.repeat(collection, List.of(written, quiet));

            assertThat(pending(follower)).containsExactly(quiet);
            open.commit();
        }
        assertThat(pending(follower)).containsExactlyInAnyOrder(written, quiet);
    }

    /**
     * Changes that were told after a position are still known from there, until they are trimmed.
     */
    @Test
    void areKnownFromAnEarlierPosition() throws Exception {
        int collection = database.create();
        Follower follower = database.follow(collection, "one");
        UUID first = database.put(collection, "first");
        UUID second = database.put(collection, "second");
        UUID third = database.put(collection, "third");
        ChangePosition start = database.log.position(follower).orElseThrow();
        database.log.acknowledge(database.log.next(follower, 2));
        ChangePosition middle = database.log.position(follower).orElseThrow();
        tell(follower);
        ChangePosition end = database.log.position(follower).orElseThrow();

        assertThat(since(collection, start)).containsExactlyInAnyOrder(first, second, third);
        assertThat(since(collection, middle)).containsExactly(third);
        assertThat(since(collection, end)).isEmpty();
        assertThat(database.log.position(new Follower(collection, "nobody"))).isEmpty();
    }

    private static List<UUID> since(int collection, ChangePosition position) {
        return database.jdbc
                .sql(
                        """
                        SELECT chunk_id
                        FROM chunk_changes_since(CAST(:id AS integer), CAST(:since AS chunk_position), 100)
                        """)
                .param("id", collection)
                .param("since", position.text())
                .query((row, _) -> row.getObject(1, UUID.class))
                .list();
    }

    /** Each half starts in the primary key, so that the length of the log does not matter. */
    @Test
    void areFoundByThePrimaryKey() throws Exception {
        int collection = database.create();
        Follower follower = database.follow(collection, "one");
        database.execute(
                """
                INSERT INTO chunk_%1$d (collection_id, id, source_type, source_id, chunk_index, content, embedding)
                SELECT %1$d, gen_random_uuid(), 'document', number, 0, 'text', '[1, 2, 3]'
                FROM generate_series(1, 20000) AS number
                """
                        .formatted(collection));
        database.log.acknowledge(database.log.next(follower, 19_900));
        ChangePosition inTheMiddle = database.log.position(follower).orElseThrow();
        database.put(collection, "last");
        database.execute("VACUUM ANALYZE chunk_change");

        assertThat(pagesRead(collection, inTheMiddle)).isLessThan(30);
        assertThat(since(collection, inTheMiddle)).hasSize(100);
    }

    private static int pagesRead(int collection, ChangePosition since) {
        String plan =
                String.join(
                        "\n",
                        database.jdbc
                                .sql(
                                        "EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) SELECT count(*) FROM"
                                                + " chunk_changes_since(CAST(:id AS integer), CAST(:since AS"
                                                + " chunk_position), 50)")
                                .param("id", collection)
                                .param("since", since.text())
                                .query(String.class)
                                .list());
        Matcher hit = Pattern.compile("Buffers: shared hit=(\\d+)").matcher(plan);
        assertThat(hit.find()).as(plan).isTrue();
        return Integer.parseInt(hit.group(1));
    }
}
