package dev.tributary;

import dev.tributary.cli.Commands;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Starts the service, or runs a command against one. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class TributaryApplication {
    public static void main(String[] args) {
        if (Commands.handles(args)) {
            System.exit(Commands.run(args));
        }
        SpringApplication.run(TributaryApplication.class, args);
    }
}
