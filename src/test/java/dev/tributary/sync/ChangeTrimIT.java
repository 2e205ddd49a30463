package dev.tributary.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.failure.ServiceException;
import java.sql.Connection;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What is kept for followers, and for how long. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChangeTrimIT {
    private final FollowedDatabase database = new FollowedDatabase();
    private final ChangeLog log = database.log;

    @AfterAll
    void stop() {
        database.close();
    }

    private void tell(Follower follower) {
        log.acknowledge(log.next(follower, 1_000));
    }

    @Test
    void keepsWhatTheSlowestFollowerWasNotToldOf() throws Exception {
        int collection = database.create();
        Follower near = database.follow(collection, "near");
        Follower far = database.follow(collection, "far");
        database.put(collection, "first");
        tell(near);
        tell(far);
        UUID second = database.put(collection, "second");
        tell(near);

        database.trim();

        assertThat(database.logged(collection)).isEqualTo(1);
        assertThat(log.next(far, 10).chunks()).containsExactly(second);
        tell(far);
        database.trim();
        assertThat(database.logged(collection)).isZero();
    }

    @Test
    void aLongTransactionKeepsNothingThatWasTold() throws Exception {
        int collection = database.create();
        int other = database.create();
        Follower follower = database.follow(collection, "one");
        try (Connection open = database.begin()) {
            FollowedDatabase.execute(
                    open, FollowedDatabase.insert(other, UUID.randomUUID(), "open"));
            UUID first = database.put(collection, "first");

            assertThat(log.next(follower, 10).chunks()).containsExactly(first);
            tell(follower);
            database.trim();

            assertThat(database.logged(collection)).isZero();
            assertThat(log.next(follower, 10).chunks()).isEmpty();
        }
    }

    private void requireBroken(Follower follower, String reason) {
        assertThatThrownBy(() -> log.next(follower, 10))
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        e -> {
                            assertThat(e.kind()).isEqualTo(ServiceException.Kind.CONFLICT);
                            assertThat(e.code()).isEqualTo("follower_broken");
                            assertThat(e).hasMessageContaining(reason);
                            assertThat(e.hint()).contains("copy the collection again");
                        });
        assertThatThrownBy(() -> log.begin(follower, () -> {})).hasMessageContaining("broken");
    }

    @Test
    void aFollowerTooManyChangesBehindIsBrokenAndHoldsUpNobody() throws Exception {
        int collection = database.create();
        Follower near = database.follow(collection, "near");
        Follower far = database.follow(collection, "far");
        for (int i = 0; i < 5; i++) {
            database.put(collection, "text " + i);
        }
        ChangeBatch late = log.next(far, 10);
        tell(near);

        database.trim(5, Duration.ofDays(7));
        assertThat(log.next(far, 10).chunks()).hasSize(5);
        UUID sixth = database.put(collection, "one more");
        database.trim(5, Duration.ofDays(7));

        requireBroken(far, "more than 5 changes behind");
        assertThatThrownBy(() -> log.acknowledge(late)).hasMessageContaining("broken");
        assertThat(database.logged(collection)).isEqualTo(1);
        assertThat(log.next(near, 10).chunks()).containsExactly(sixth);
    }

    @Test
    void aFollowerThatBrokeBeginsAnewOnceItHasEnded() throws Exception {
        int collection = database.create();
        Follower follower = database.follow(collection, "one");
        database.put(collection, "first");
        database.put(collection, "second");

        database.trim(1, Duration.ofDays(7));

        requireBroken(follower, "more than 1 changes");
        // The last sound one: nobody pays for the log any more.
        assertThat(database.triggers(collection)).isZero();
        assertThat(database.logged(collection)).isZero();
        log.end(follower);
        database.follow(collection, "one");
        UUID third = database.put(collection, "third");
        assertThat(log.next(follower, 10).chunks()).containsExactly(third);
    }

    @Test
    void aFollowerWithChangesThatAreTooOldIsBroken() throws Exception {
        int collection = database.create();
        Follower follower = database.follow(collection, "one");
        database.execute(
                "UPDATE chunk_follower SET seen_at = now() - interval '9 days' WHERE collection_id = "
                        + collection);

        // Nothing waits for it, however long ago it was told of something.
        database.trim(10, Duration.ofDays(7));
        assertThat(log.next(follower, 10).chunks()).isEmpty();
        database.put(collection, "first");
        database.trim(10, Duration.ofDays(7));
        assertThat(log.next(follower, 10).chunks()).hasSize(1);
        database.execute("UPDATE chunk_change SET changed_at = now() - interval '8 days'");
        database.trim(10, Duration.ofDays(7));

        requireBroken(follower, "for more than");
    }

    @Test
    void aFollowerOfAnotherClusterIsBrokenAtOnce() throws Exception {
        int collection = database.create();
        Follower follower = database.follow(collection, "one");
        database.put(collection, "first");

        database.execute(
                "UPDATE chunk_follower SET cluster = cluster - 1 WHERE collection_id = "
                        + collection);

        requireBroken(follower, "another database cluster");
        database.trim();
        requireBroken(follower, "another database cluster");
        assertThat(database.triggers(collection)).isZero();
        assertThat(database.logged(collection)).isZero();
    }
}
