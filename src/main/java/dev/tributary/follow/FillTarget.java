package dev.tributary.follow;

import dev.tributary.failure.ServiceException;
import dev.tributary.job.JobRun;
import dev.tributary.job.JobStopped;
import dev.tributary.sync.ChangeLog;
import dev.tributary.sync.CopyTarget;
import dev.tributary.vector.Include;
import dev.tributary.vector.StoredChunk;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/** A generation that is being filled by a job. Confined to the thread of the job. */
final class FillTarget implements CopyTarget {
    private final ChunkMirror mirror;
    private final ChangeLog log;
    private final JobRun run;

    FillTarget(ChunkMirror mirror, ChangeLog log, JobRun run) {
        this.mirror = mirror;
        this.log = log;
        this.run = run;
    }

    @Override
    public Set<Include> include() {
        return ChunkMirror.INCLUDE;
    }

    @Override
    public void copy(List<StoredChunk> chunks, Step step) {
        List<UUID> ids = chunks.stream().map(StoredChunk::id).toList();
        write(ids, () -> mirror.add(chunks), step);
    }

    @Override
    public void update(Map<UUID, Long> changes, Step step) {
        write(List.copyOf(changes.keySet()), () -> mirror.update(changes), step);
    }

    /**
     * If the job has gone to another worker meanwhile, what was written late may have undone a
     * deletion that the other one had applied. So the chunks are logged once more.
     */
    private void write(List<UUID> ids, Supplier<Map<UUID, String>> write, Step step) {
        step.requireLease();
        try {
            Map<UUID, String> refused = write.get();
            refused.forEach((id, why) -> run.itemFailed(id.toString(), why));
            step.done(refused);
        } catch (RuntimeException e) {
            if (isLost(step)) {
                LateWrites.repeat(log, mirror.generation().collection().id(), ids, e);
            }
            throw e;
        }
    }

    /** Asks the database: a worker that was stopped may not know yet. */
    private static boolean isLost(Step step) {
        try {
            step.requireLease();
            return false;
        } catch (JobStopped stopped) {
            return stopped.reason() == JobStopped.Reason.LEASE_LOST;
        } catch (ServiceException e) {
            // It cannot be known; the job goes on, or ends, and finds out then.
            return false;
        }
    }
}
