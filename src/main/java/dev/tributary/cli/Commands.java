package dev.tributary.cli;

import dev.tributary.cli.demo.DemoCommand;
import dev.tributary.cli.exit.CommandException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The commands of the jar: {@code java -jar tributary.jar import vectors.npy …}. */
public final class Commands {
    private static final Set<String> OPTIONS = Set.of("--help", "-h", "--version", "-V");

    /** The exit code after a defect: EX_SOFTWARE of sysexits.h. */
    private static final int DEFECT = 70;

    private Commands() {}

    /** Whether the arguments name a command; otherwise they are settings of the service. */
    public static boolean handles(String... arguments) {
        return arguments.length > 0
                && (!arguments[0].startsWith("-") || OPTIONS.contains(arguments[0]));
    }

    /**
     * Runs a command on the streams of this process.
     *
     * @return the exit code: 0 for success, 1 if lines failed or sums differ, 2 if the command line
     *     or the file is wrong, 3 if the service is unavailable or refuses
     */
    public static int run(String... arguments) {
        return run(Terminal.ofProcess(), arguments);
    }

    static int run(Terminal terminal, String... arguments) {
        var out = new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8);
        var commands =
                new CommandLine(new Root())
                        .addSubcommand(new ImportCommand(terminal))
                        .addSubcommand(new ExportCommand(terminal))
                        .addSubcommand(new ChecksumCommand(terminal))
                        .addSubcommand(new DemoCommand(terminal.isInteractive()))
                        .setOut(out)
                        .setErr(terminal.err())
                        .setCaseInsensitiveEnumValuesAllowed(true)
                        .setExecutionExceptionHandler(
                                (failure, command, parsed) -> told(failure, terminal));
        int code = commands.execute(arguments);
        out.flush();
        terminal.err().flush();
        return code;
    }

    private static int told(Exception failure, Terminal terminal) {
        CommandException known =
                switch (failure) {
                    case CommandException itself -> itself;
                    case IOException file -> CommandException.of(file);
                    default -> null;
                };
        if (known == null) {
            failure.printStackTrace(terminal.err());
            return DEFECT;
        }
        terminal.say(known.told());
        return known.exit().code();
    }

    @Command(
            name = "tributary",
            description = "Without a command, starts the service.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class,
            synopsisSubcommandLabel = "COMMAND",
            subcommands = CommandLine.HelpCommand.class)
    static final class Root implements Runnable {
        @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

        @Override
        public void run() {
            throw new CommandLine.ParameterException(spec.commandLine(), "a command is missing");
        }
    }

    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Commands.class.getPackage().getImplementationVersion();
            return new String[] {"tributary " + (version == null ? "(unpacked)" : version)};
        }
    }
}
