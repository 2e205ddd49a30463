package dev.tributary.job;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.tributary.sql.Transactions;
import dev.tributary.testing.PostgresServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** An instance of the service as far as jobs go, with a pool and an identity of its own. */
final class JobInstance implements AutoCloseable {
    /** Short times: what is waited for in a test comes soon. */
    static final JobProperties PROPERTIES = properties(2);

    /** One that hangs at its job takes no other one, and not the same again. */
    static final JobProperties ONE_WORKER = properties(1);

    final HikariDataSource dataSource;
    final JdbcClient jdbc;
    final Transactions transactions;
    final LeaseRows leases;
    final HeldLeases held;
    final JobAttempts attempts;
    final JobHousekeeping housekeeping;
    final Jobs jobs;
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final JobWorkers workers;

    JobInstance(String url, JobProperties properties, JobWork... works) {
        var config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername("tributary");
        config.setPassword("tributary");
        config.setMaximumPoolSize(6);
        dataSource = new HikariDataSource(config);
        jdbc = JdbcClient.create(dataSource);
        transactions = new Transactions(dataSource);
        var json = JsonMapper.builder().build();
        var metrics = new JobMetrics(registry);
        var signal = new JobSignal();
        leases = new LeaseRows(jdbc, json);
        held = new HeldLeases(leases, transactions, properties, metrics);
        attempts = new JobAttempts(leases, held, transactions, properties, metrics, json);
        housekeeping = new JobHousekeeping(jdbc, transactions, properties, metrics);
        jobs = new Jobs(new JobRows(jdbc, json), transactions, properties, signal, metrics);
        workers = new JobWorkers(() -> List.of(works), attempts, housekeeping, signal, properties);
    }

    private static JobProperties properties(int workers) {
        return new JobProperties(
                workers,
                Duration.ofMillis(900),
                Duration.ofMillis(50),
                3,
                Duration.ofMillis(10),
                Duration.ofMillis(50),
                Duration.ofDays(30),
                10_000,
                100);
    }

    /** An empty database with the schema and a table for the items that are processed. */
    static String database() {
        PostgresServer server = PostgresServer.shared();
        String url = server.createDatabase();
        Flyway.configure().dataSource(url, server.username(), server.password()).load().migrate();
        try (var instance = new JobInstance(url, PROPERTIES)) {
            // No key: an item that is processed twice is to be found there twice.
            instance.jdbc.sql("CREATE TABLE item (job uuid, number integer)").update();
        }
        return url;
    }

    JobInstance start() {
        held.start();
        workers.start();
        return this;
    }

    /** Starts an instance that gives no sign of life, as one that hangs. */
    JobInstance startWithoutHeartbeat() {
        workers.start();
        return this;
    }

    void stop() {
        workers.stop();
        held.stop();
    }

    /** How often something that is counted happened; 0 if never. */
    double count(String kind, JobStatus status) {
        var counter = registry.find("job").tag("kind", kind).tag("status", status.word()).counter();
        return counter == null ? 0 : counter.count();
    }

    /** The rows of a job's items, in order. */
    List<Integer> items(Job job) {
        return jdbc.sql("SELECT number FROM item WHERE job = :job ORDER BY number")
                .param("job", job.id())
                .query((row, _) -> row.getInt(1))
                .list();
    }

    @Override
    public void close() {
        stop();
        dataSource.close();
    }
}
