import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a measurement ran on. */
final class Machine {
    private static final Path MEMORY = Path.of("/proc/meminfo");

    private Machine() {}

    /** A paragraph on the machine and its software, and the command that was typed. */
    static String describe(Database database, String command)
            throws IOException, InterruptedException {
        return """
        %s, %d cores, %s GB, shared by service, database and load generator. Java %s, PostgreSQL %s, pgvector %s, \
        shared_buffers %s.

        ```console
        %s
        ```
        """
                .formatted(
                        LocalDate.now(ZoneId.systemDefault()),
                        Runtime.getRuntime().availableProcessors(),
                        memoryGb(),
                        Runtime.version().feature(),
                        database.sql("SHOW server_version").replaceFirst(" .*", ""),
                        database.sql(
                                "SELECT default_version FROM pg_available_extensions WHERE name = 'vector'"),
                        database.sql("SHOW shared_buffers"),
                        command);
    }

    private static String memoryGb() throws IOException {
        if (!Files.exists(MEMORY)) {
            return "?";
        }
        Matcher total = Pattern.compile("MemTotal: +(\\d+) kB").matcher(Files.readString(MEMORY));
        return total.find() ? "%.0f".formatted(Long.parseLong(total.group(1)) / 1e6) : "?";
    }
}
