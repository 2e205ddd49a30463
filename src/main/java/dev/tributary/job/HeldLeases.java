package dev.tributary.job;

import dev.tributary.background.BackgroundTask;
import dev.tributary.job.JobStopped.Reason;
import dev.tributary.job.LeaseRows.Lease;
import dev.tributary.job.LeaseRows.State;
import dev.tributary.sql.Transactions;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/**
 * The runs of this instance. A separate thread renews their leases, after each third of their
 * duration, and ends the runs whose jobs were cancelled or whose leases are lost. Safe for use by
 * many threads.
 */
@Component
class HeldLeases extends BackgroundTask {
    private final LeaseRows rows;
    private final Transactions transactions;
    private final JobProperties properties;
    private final JobMetrics metrics;
    private final UUID owner = UUID.randomUUID();
    private final Map<UUID, JobRun> runs = new ConcurrentHashMap<>();
    private long renewedNanos = System.nanoTime();

    HeldLeases(
            LeaseRows rows,
            Transactions transactions,
            JobProperties properties,
            JobMetrics metrics) {
        // A platform thread: leases must be renewed even if work keeps every carrier thread busy.
        super("leases of jobs", properties.pollInterval(), Thread.ofPlatform().daemon());
        this.rows = rows;
        this.transactions = transactions;
        this.properties = properties;
        this.metrics = metrics;
    }

    /** Identifies this instance in its leases; changes with each start. */
    UUID owner() {
        return owner;
    }

    void add(JobRun run) {
        JobRun earlier = runs.put(run.id(), run);
        if (earlier != null) {
            // Its lease expired unnoticed while the database was unavailable.
            earlier.stop(Reason.LEASE_LOST);
        }
        metrics.active(runs.size());
    }

    void remove(JobRun run) {
        runs.remove(run.id(), run);
        metrics.active(runs.size());
    }

    void stopAll(Reason reason) {
        runs.values().forEach(run -> run.stop(reason));
    }

    /** Stops after the workers, as their last writes need their leases. */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE - 1;
    }

    @Override
    protected Duration round() {
        Map<UUID, JobRun> held = Map.copyOf(runs);
        long beginNanos = System.nanoTime();
        boolean isDue = beginNanos - renewedNanos >= properties.lease().dividedBy(3).toNanos();
        if (isDue && !held.isEmpty()) {
            transactions.write(
                    "renewal of leases",
                    _ -> {
                        rows.renew(owner, properties.lease());
                        return true;
                    });
        }
        if (!held.isEmpty()) {
            stopEnded(held);
        }
        if (isDue) {
            renewedNanos = beginNanos;
        }
        return properties.pollInterval();
    }

    private void stopEnded(Map<UUID, JobRun> held) {
        Map<Lease, State> states =
                transactions
                        .read("look-up of leases", _ -> rows.states(Set.copyOf(held.keySet())))
                        .stream()
                        .collect(Collectors.toMap(State::lease, Function.identity()));
        for (JobRun run : held.values()) {
            State state = states.get(run.claim().lease());
            if (state == null) {
                run.stop(Reason.LEASE_LOST);
            } else if (state.isCancelRequested()) {
                run.stop(Reason.CANCELLED);
            }
        }
    }
}
