package dev.tributary.indexing;

import dev.tributary.background.BackgroundTask;
import dev.tributary.collection.IndexWork;
import dev.tributary.failure.ServiceException;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.IndexUpkeep;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.support.CronExpression;
import org.springframework.stereotype.Component;

/** Maintains the storage of every collection, one after another, at the configured time. */
@Component
class NightlyUpkeep extends BackgroundTask {
    private static final Logger log = LoggerFactory.getLogger(NightlyUpkeep.class);
    private static final Duration LOOK = Duration.ofMinutes(1);

    private final IndexWork work;
    private final IndexUpkeep upkeep;
    private final @Nullable CronExpression schedule;
    private final Clock clock = Clock.system(ZoneId.systemDefault());
    private @Nullable ZonedDateTime next;

    NightlyUpkeep(IndexWork work, IndexUpkeep upkeep, IndexingProperties properties) {
        super("upkeep", LOOK);
        this.work = work;
        this.upkeep = upkeep;
        schedule = properties.upkeep();
    }

    /** Waits in short steps, as the clock of the machine may be adjusted. */
    @Override
    protected Duration round() {
        if (schedule == null) {
            return Duration.ofDays(1);
        }
        ZonedDateTime now = ZonedDateTime.now(clock);
        if (next != null && !now.isBefore(next)) {
            upkeepAll();
        }
        next = schedule.next(now);
        return LOOK;
    }

    void upkeepAll() {
        work.forEach(collection -> {
            if (isRunning()) {
                upkeep(collection);
            }
        });
    }

    /** A collection that fails does not hold up others. */
    private void upkeep(CollectionRef collection) {
        try {
            List<String> done = upkeep.upkeep(collection);
            if (!done.isEmpty()) {
                log.info("collection {}: {}", collection.id(), String.join("; ", done));
            }
        } catch (ServiceException e) {
            log.warn("collection {}: upkeep failed: {}", collection.id(), e.getMessage());
        }
    }
}
