package dev.tributary.cli.demo;

import dev.tributary.cli.exit.CommandException;
import dev.tributary.cli.exit.Exit;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code demo [FOLDER]}. */
@Command(
        name = "demo",
        description =
                "Loads the text files of a folder into the collection 'demo', one document per file,"
                        + " and searches it by meaning, by words and by both.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class DemoCommand implements Callable<Integer> {
    private static final int SKIPPED_SHOWN_MAX = 20;

    private final boolean isTerminal;

    @Spec private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "FOLDER",
            description = "Folder or single file; default the project's README.md and docs.")
    private @Nullable Path folder;

    @Option(
            names = "--url",
            defaultValue = "http://127.0.0.1:8080",
            description = "Service URL; default ${DEFAULT-VALUE}.")
    private URI url;

    @Option(
            names = "--question",
            paramLabel = "TEXT",
            description = "Question to ask; default up to three that the folder may answer.")
    private @Nullable String question;

    @Option(
            names = "--project",
            paramLabel = "FOLDER",
            defaultValue = ".",
            description = "Folder with README.md and docs; default the current folder.")
    private Path project;

    @Option(names = "--service-ends", hidden = true)
    private boolean serviceEnds;

    /**
     * Creates the command.
     *
     * @param isTerminal whether the output is a terminal, on which a line may be overwritten
     */
    public DemoCommand(boolean isTerminal) {
        this.isTerminal = isTerminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        TextFiles found = found();
        printSkipped(out, found.skipped());
        if (found.files().isEmpty()) {
            throw CommandException.wrong(
                    "no text file in %s: looked for %s"
                            .formatted(folder == null ? project : folder, TextFiles.endings()));
        }
        try (var service = new DemoService(url)) {
            service.createCollection();
            new Loading(service, out, isTerminal, found.files()).run();
            List<String> questions = questions(found);
            var answers = new Answers(service, out);
            for (String each : questions) {
                answers.print(each);
            }
            printEnd(out, questions.getFirst());
        }
        return Exit.DONE.code();
    }

    private TextFiles found() throws IOException {
        if (folder == null) {
            return TextFiles.below(
                    project, List.of(project.resolve("README.md"), project.resolve("docs")));
        }
        if (!Files.exists(folder)) {
            throw CommandException.wrong("there is no folder " + folder);
        }
        Path whole = folder.toAbsolutePath().normalize();
        Path base = Files.isDirectory(whole) ? whole : whole.resolveSibling("");
        return TextFiles.below(base, List.of(whole));
    }

    private static void printSkipped(PrintWriter out, List<String> skipped) {
        skipped.stream().limit(SKIPPED_SHOWN_MAX).forEach(line -> out.println("skipped " + line));
        if (skipped.size() > SKIPPED_SHOWN_MAX) {
            out.println("skipped " + (skipped.size() - SKIPPED_SHOWN_MAX) + " more");
        }
    }

    private List<String> questions(TextFiles found) throws IOException {
        if (question != null && !question.isBlank()) {
            return List.of(question.strip());
        }
        return folder == null ? Questions.OF_THE_PROJECT : Questions.of(found.files());
    }

    private void printEnd(PrintWriter out, String asked) {
        out.println("\n" + "-".repeat(Answers.WIDTH));
        out.println(
                "Ask your own:  make demo QUESTION=\"...\"      Your own files:  make demo"
                        + " DIR=folder");
        out.println(serviceEnds ? "With the service running ('make run'):" : "By HTTP:");
        out.println(
                "  curl -s %s/search/hybrid -H 'Content-Type: application/json' \\"
                        .formatted(serviceEnds ? "http://127.0.0.1:8080" : url));
        out.println(
                "    -d '{\"collection\": \"demo\", \"query\": \"%s\"}'"
                        .formatted(asked.replaceAll("['\"\\\\]", "")));
    }
}
