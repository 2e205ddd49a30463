package dev.tributary.follow;

import dev.tributary.job.Job;
import dev.tributary.job.JobStatus;
import dev.tributary.sync.SetAside;
import dev.tributary.vector.DerivedSettings;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How a derived store follows a collection.
 *
 * @param store its name
 * @param collection name of the collection
 * @param state filling, following, rebuild_needed or failed
 * @param generation number of the copy that searches use; absent until one is filled
 * @param quantization how its vectors are kept
 * @param lag what the copy in use does not have yet; absent unless it follows
 * @param refused the first changes that the store refused; they are tried again, and PostgreSQL
 *     answers for these chunks
 * @param trouble why the copy in use does not get ahead, or no longer follows
 * @param fill the job that fills the newest copy
 * @param verification result of the last comparison, as POST …/verify returns it
 * @param createdAt when the store was told to follow the collection
 */
record StoreAnswer(
        String store,
        String collection,
        State state,
        @Nullable Integer generation,
        DerivedSettings.Quantization quantization,
        @Nullable Lag lag,
        List<Refused> refused,
        @Nullable String trouble,
        @Nullable Fill fill,
        @Nullable Map<String, @Nullable Object> verification,
        Instant createdAt) {
    /** How it stands. */
    enum State {
        /** The first copy is being filled; PostgreSQL answers. */
        FILLING,
        /** A copy is kept in step, and may be searched. */
        FOLLOWING,
        /** The copy has missed changes; PostgreSQL answers until it is rebuilt. */
        REBUILD_NEEDED,
        /** The first copy could not be filled. */
        FAILED
    }

    /**
     * What a copy does not have yet.
     *
     * @param changes changes that were not applied yet, counted up to 100,000
     * @param oldestSeconds age of the oldest of them
     * @param refused changes that the store refused
     */
    record Lag(long changes, double oldestSeconds, long refused) {}

    /**
     * A change that the store refused.
     *
     * @param chunk id of the chunk
     * @param error why
     * @param since when it was refused first
     */
    record Refused(UUID chunk, String error, Instant since) {
        static Refused of(SetAside aside) {
            return new Refused(aside.chunk(), aside.error(), aside.since());
        }
    }

    /**
     * The job that fills the newest copy.
     *
     * @param job its id, which GET /jobs/{id} follows
     * @param status its status
     * @param total chunks to copy; absent until known
     * @param processed chunks copied
     * @param etaSeconds seconds until all are copied; absent while unknown
     * @param error why the last attempt failed, or what it waits for
     */
    record Fill(
            UUID job,
            JobStatus status,
            @Nullable Long total,
            long processed,
            @Nullable Long etaSeconds,
            @Nullable String error) {
        static Fill of(Job job, @Nullable String trouble) {
            return new Fill(
                    job.id(),
                    job.status(),
                    job.total(),
                    job.processed(),
                    job.etaSeconds(),
                    job.error() == null ? trouble : job.error());
        }
    }
}
