package dev.tributary.job;

import dev.tributary.sql.Transactions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * Work as it should be: writes each item in one transaction with its checkpoint.
 *
 * @param items of each job
 * @param before called before each item, outside of its transaction
 */
record Counting(String kind, int items, DataSource dataSource, Step before) implements JobWork {
    /** Where a job stands. */
    record Place(int next) {}

    /** Something that happens before an item. */
    @FunctionalInterface
    interface Step {
        void at(JobRun run, int item) throws InterruptedException;
    }

    @Override
    public void run(JobRun run) throws InterruptedException {
        var transactions = new Transactions(dataSource);
        Place place = run.checkpoint(Place.class);
        run.total(items);
        for (int item = place == null ? 0 : place.next(); item < items; item++) {
            before.at(run, item);
            int number = item;
            transactions.write(
                    "item",
                    connection -> {
                        insert(connection, run.id(), number);
                        run.advance(1, new Place(number + 1));
                        return true;
                    });
        }
    }

    private static void insert(Connection connection, UUID job, int number) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("INSERT INTO item (job, number) VALUES (?, ?)")) {
            statement.setObject(1, job);
            statement.setInt(2, number);
            statement.executeUpdate();
        }
    }
}
