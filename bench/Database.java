import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The database under the service, through psql and pgbench. */
final class Database {
    /** Of the kernel's clock in /proc, in milliseconds. */
    private static final long TICK_MS = 10;

    private static final Pattern EXECUTED =
            Pattern.compile("LOG:  execute [^:]+: (.*)", Pattern.DOTALL);
    private static final Pattern PARAMETERS = Pattern.compile("DETAIL:  [Pp]arameters: ");
    private static final Pattern PARAMETER =
            Pattern.compile("\\$(\\d+) = (?:'((?:[^']++|'')*+)'|NULL)");

    private final String directory;
    private final Path work;

    /**
     * Names a cluster of scripts/postgres.
     *
     * @param work an empty directory for scripts and logs
     */
    Database(String directory, Path work) {
        this.directory = directory;
        this.work = work;
    }

    /** Runs SQL and returns what psql prints of it, columns divided by a bar. */
    String sql(String sql) throws IOException, InterruptedException {
        return run("psql", new byte[0], "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", sql).strip();
    }

    /**
     * Keeps the queries in a table, where pgbench finds them: as the service, it draws at random.
     */
    void storeQueries(Corpus corpus, int count, int words)
            throws IOException, InterruptedException {
        sql(
                "CREATE TABLE bench_query (id integer PRIMARY KEY, v vector NOT NULL, text text NOT NULL)");
        var rows = new StringBuilder();
        for (int id = 0; id < count; id++) {
            rows.append(id).append("\t[");
            String separator = "";
            for (float component : corpus.queryVector(id)) {
                rows.append(separator).append(component);
                separator = ",";
            }
            rows.append("]\t").append(corpus.queryText(id, words)).append('\n');
        }
        byte[] input = rows.toString().getBytes(StandardCharsets.UTF_8);
        run("psql", input, "-Xq", "-v", "ON_ERROR_STOP=1", "-c", "COPY bench_query FROM STDIN");
        sql("VACUUM ANALYZE bench_query");
    }

    /**
     * Returns what the service sends for a search, as a script for pgbench: the settings and the
     * statement in one round trip and one transaction. It is read from the server's log, with the
     * query's vector and text put back into the table of queries and every other parameter as a
     * constant, so it cannot differ from what the service does.
     *
     * @param search makes the service search with the query 0
     * @param text of the query 0
     */
    String statementOf(Runnable search, int queries, String text)
            throws IOException, InterruptedException {
        String log = "current_setting('data_directory') || '/../log'";
        String start = sql("SELECT size FROM pg_stat_file(" + log + ")");
        logStatements("ALTER SYSTEM SET log_statement = 'all'");
        search.run();
        logStatements("ALTER SYSTEM RESET log_statement");
        String lines = sql("SELECT pg_read_file(%s, %s, 10000000)".formatted(log, start));
        return script(entries(lines), queries, text);
    }

    /** Every session reads a changed setting before its next statement. */
    private void logStatements(String change) throws IOException, InterruptedException {
        sql(change);
        sql("SELECT pg_reload_conf()");
        Thread.sleep(200);
    }

    private static List<String> entries(String log) {
        return Stream.of(log.split("(?m)^(?=\\d{4}-\\d\\d-\\d\\d )"))
                .map(entry -> entry.replace("\n\t", "\n").strip())
                .toList();
    }

    private static String script(List<String> entries, int queries, String text) {
        for (int i = 0; i + 1 < entries.size(); i++) {
            String settings = executed(entries.get(i));
            String statement = executed(entries.get(i + 1));
            if (settings.startsWith("SELECT set_config(") && statement.startsWith("WITH ")) {
                String parameters = i + 2 < entries.size() ? entries.get(i + 2) : "";
                return """
                \\set id random(0, %d)
                \\startpipeline
                %s;
                %s;
                \\endpipeline
                """
                        .formatted(queries - 1, settings, inline(statement, parameters, text));
            }
        }
        throw new IllegalStateException("no search in the server's log:\n" + entries);
    }

    private static String executed(String entry) {
        Matcher matcher = EXECUTED.matcher(entry);
        return matcher.find() ? matcher.group(1).strip() : "";
    }

    private static String inline(String statement, String entry, String text) {
        Map<String, String> values = new HashMap<>();
        if (PARAMETERS.matcher(entry).find()) {
            Matcher parameter = PARAMETER.matcher(entry);
            while (parameter.find()) {
                values.put(parameter.group(1), constant(parameter.group(2), text));
            }
        }
        return Pattern.compile("\\$(\\d+)")
                .matcher(statement)
                .replaceAll(found -> Matcher.quoteReplacement(values.get(found.group(1))));
    }

    /** Takes a value as it is in the log, where quotes are doubled as in SQL. */
    private static String constant(String value, String text) {
        if (value == null) {
            return "NULL";
        }
        if (value.startsWith("[")) {
            return "(SELECT v FROM bench_query WHERE id = :id)";
        }
        if (value.equals(text)) {
            return "(SELECT text FROM bench_query WHERE id = :id)";
        }
        return "'" + value + "'" + (value.matches("-?[0-9.]+") ? "::float8" : "");
    }

    /** Runs a script over and over, prepared on the server. */
    Load.Run pgbench(String script, int clients, Duration time)
            throws IOException, InterruptedException {
        Path file = Files.writeString(work.resolve("script.sql"), script);
        Path log = work.resolve("transactions");
        String printed =
                run(
                        "pgbench",
                        new byte[0],
                        "--no-vacuum",
                        "--protocol=prepared",
                        "--client=" + clients,
                        "--jobs=" + Math.min(2, clients),
                        "--time=" + time.toSeconds(),
                        "--log",
                        "--log-prefix=" + log,
                        "--file=" + file);
        Matcher rate = Pattern.compile("tps = ([0-9.]+)").matcher(printed);
        if (!rate.find()) {
            throw new IllegalStateException(printed);
        }
        List<Long> latencies = new ArrayList<>();
        try (var files = Files.newDirectoryStream(work, "transactions.*")) {
            for (Path part : files) {
                for (String line : Files.readAllLines(part)) {
                    latencies.add(1_000 * Long.parseLong(line.split(" ", -1)[2]));
                }
                Files.delete(part);
            }
        }
        return Load.Run.of(latencies, latencies.size() / Double.parseDouble(rate.group(1)));
    }

    /** CPU time of all its processes so far; zero where there is no /proc. */
    Duration cpuTime() throws IOException, InterruptedException {
        Path proc = Path.of("/proc");
        if (!Files.exists(proc.resolve("self/stat"))) {
            return Duration.ZERO;
        }
        String postmaster =
                sql("SELECT pg_read_file('postmaster.pid')").lines().toList().getFirst();
        long ticks = 0;
        try (var processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : processes) {
                ticks += ticks(process, postmaster);
            }
        }
        return Duration.ofMillis(TICK_MS * ticks);
    }

    /** Its own time for a child of the postmaster; with that of its ended children, for itself. */
    private static long ticks(Path process, String postmaster) {
        try {
            String stat = Files.readString(process.resolve("stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            boolean isPostmaster = process.endsWith(postmaster);
            if (!isPostmaster && !fields[1].equals(postmaster)) {
                return 0;
            }
            long own = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
            return isPostmaster
                    ? own + Long.parseLong(fields[13]) + Long.parseLong(fields[14])
                    : own;
        } catch (IOException e) {
            return 0; // It has ended.
        }
    }

    /** Runs SQL and keeps what psql prints of it in a file. */
    void sql(String sql, Path output) throws IOException, InterruptedException {
        var command = List.of("scripts/postgres", "psql", directory, "-Xq", "-c", sql);
        Process process = new ProcessBuilder(command).redirectOutput(output.toFile()).start();
        if (process.waitFor() != 0) {
            throw new IllegalStateException("psql failed: " + sql);
        }
    }

    /** Copies files into a table, each by a session of its own. */
    void copyTogether(String table, List<Path> files) throws IOException, InterruptedException {
        List<Process> sessions = new ArrayList<>();
        for (Path file : files) {
            var command =
                    List.of(
                            "scripts/postgres",
                            "psql",
                            directory,
                            "-Xq",
                            "-v",
                            "ON_ERROR_STOP=1",
                            "-c",
                            "COPY " + table + " FROM STDIN");
            sessions.add(new ProcessBuilder(command).redirectInput(file.toFile()).start());
        }
        for (Process session : sessions) {
            if (session.waitFor() != 0) {
                throw new IllegalStateException("COPY failed: " + table);
            }
        }
    }

    private String run(String program, byte[] input, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("scripts/postgres", program, directory));
        command.addAll(List.of(arguments));
        Path errors = work.resolve("errors");
        Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
        try (OutputStream to = process.getOutputStream()) {
            to.write(input);
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(
                    String.format(
                            Locale.ROOT, "%s failed:%n%s", program, Files.readString(errors)));
        }
        return output;
    }
}
