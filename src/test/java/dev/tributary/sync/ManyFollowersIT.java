package dev.tributary.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Followers that copy a collection while others write to it. */
class ManyFollowersIT {
    private static final int WRITERS = 4;
    private static final int TRANSACTIONS = 150;
    private static final int CHUNKS = 40;

    private final AtomicBoolean isOver = new AtomicBoolean();

    @Test
    void eachHasACopyOfItsOwnWhateverTheOrderOfCommits() throws Exception {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        List<UUID> ids = new ArrayList<>();
        for (int i = 0; i < CHUNKS; i++) {
            ids.add(UUID.randomUUID());
        }
        try (var database = new FollowedDatabase();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            int collection = database.create();
            List<Future<Map<UUID, String>>> copies = new ArrayList<>();
            List<Future<Boolean>> writers = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                var random = new Random(seed + i);
                writers.add(
                        threads.submit(() -> {
                            for (int n = 0; n < TRANSACTIONS; n++) {
                                write(database, collection, ids, random);
                            }
                            return true;
                        }));
            }
            for (int batch : List.of(1, 7, 100)) {
                copies.add(
                        threads.submit(
                                (Callable<Map<UUID, String>>)
                                        () -> copy(database, collection, batch)));
            }

            for (Future<Boolean> writer : writers) {
                writer.get();
            }
            isOver.set(true);

            for (Future<Map<UUID, String>> copy : copies) {
                assertThat(copy.get()).isEqualTo(database.contents(collection));
            }
            database.trim();
            assertThat(database.logged(collection)).isZero();
        }
    }

    /** Some statements in the order of ids, with savepoints; every fifth is rolled back. */
    private static Boolean write(
            FollowedDatabase database, int collection, List<UUID> ids, Random random)
            throws Exception {
        try (Connection connection = database.begin()) {
            int from = random.nextInt(ids.size() - 3);
            for (UUID id : ids.subList(from, from + 3).stream().sorted().toList()) {
                FollowedDatabase.execute(connection, "SAVEPOINT s");
                FollowedDatabase.execute(
                        connection,
                        random.nextInt(3) == 0
                                ? "DELETE FROM chunk WHERE collection_id = %d AND id = '%s'"
                                        .formatted(collection, id)
                                : FollowedDatabase.insert(
                                        collection, id, "text " + random.nextInt()));
                if (random.nextInt(4) == 0) {
                    FollowedDatabase.execute(connection, "ROLLBACK TO SAVEPOINT s");
                }
            }
            if (random.nextInt(5) == 0) {
                connection.rollback();
            } else {
                connection.commit();
            }
        }
        return true;
    }

    /** Follows, copies, and catches up until the writers are done. */
    private Map<UUID, String> copy(FollowedDatabase database, int collection, int limit)
            throws Exception {
        Follower follower = database.follow(collection, "by-" + limit);
        Map<UUID, String> copy = new TreeMap<>(database.contents(collection));
        boolean isLast = false;
        while (!isLast) {
            boolean wasOver = isOver.get();
            ChangeBatch batch = database.log.next(follower, limit);
            for (UUID id : batch.chunks()) {
                copy.remove(id);
                database.jdbc
                        .sql("SELECT content FROM chunk_" + collection + " WHERE id = :id")
                        .param("id", id)
                        .query((row, _) -> row.getString(1))
                        .optional()
                        .ifPresent(content -> copy.put(id, content));
            }
            database.log.acknowledge(batch);
            isLast = wasOver && batch.isLast();
            if (limit > 50) {
                database.trim();
            }
        }
        return copy;
    }
}
