package dev.tributary.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.testing.CollectionsIT;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo against a service. */
class DemoIT extends CollectionsIT {
    private static final int REFUSED = 3;
    private static final int WRONG = 2;

    @TempDir private Path folder;

    private CommandRun demo(String... arguments) {
        return CommandRun.of("demo", new String[] {"--url", url("")}, arguments);
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    @Test
    void aFolderIsSearchedAndWhatLeftItIsDeleted() throws Exception {
        write("lease.md", "# When does the lease end\n\nThe lease ends on the last day of May.\n");
        write("tea.txt", "Water for green tea must not boil.\n");
        write("empty.txt", "");
        Files.write(folder.resolve("latin.txt"), "Grüße".getBytes(StandardCharsets.ISO_8859_1));
        write("code.java", "class NotText {}");
        Files.createDirectory(folder.resolve(".hidden"));
        write(".hidden/secret.md", "# Nobody is asked about this\n");

        CommandRun first = demo(folder.toString());

        assertThat(first.exit()).as(first.err()).isZero();
        assertThat(first.out())
                .contains("skipped latin.txt", "skipped empty.txt", "When does the lease end")
                .containsPattern("1 {2}\\d\\.\\d{4} {2}lease\\.md, passage 1")
                .contains("by meaning", "by words", "by both", url("") + "/search/hybrid")
                .doesNotContain("NotText", "secret.md");

        Files.delete(folder.resolve("lease.md"));
        CommandRun second = demo("--question", "how hot is the water?", folder.toString());

        assertThat(second.exit()).as(second.err()).isZero();
        assertThat(second.out())
                .contains("how hot is the water?", "tea.txt, passage 1")
                .doesNotContain("lease");
    }

    @Test
    void aFolderWithoutTextIsAMistake() throws Exception {
        write("code.java", "class NotText {}");

        CommandRun run = demo(folder.toString());

        assertThat(run.exit()).isEqualTo(WRONG);
        assertThat(run.err()).contains("no text file in", "*.md");
    }

    @Test
    void aFolderThatDoesNotExistIsAMistake() {
        CommandRun run = demo(folder.resolve("gone").toString());

        assertThat(run.exit()).isEqualTo(WRONG);
        assertThat(run.err()).contains("there is no folder");
    }

    @Test
    void aServiceThatIsAwayIsNamed() throws Exception {
        write("tea.txt", "Water for green tea must not boil.\n");

        CommandRun run = CommandRun.of("demo", "--url", "http://127.0.0.1:1", folder.toString());

        assertThat(run.exit()).isEqualTo(REFUSED);
        assertThat(run.err()).contains("nothing answers at http://127.0.0.1:1", "make run");
    }
}
