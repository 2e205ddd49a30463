package dev.tributary.embedding;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** A Redis of this machine's own {@code redis-server}, which keeps nothing. */
final class RedisServer implements AutoCloseable {
    private final int port;
    private Process process;

    RedisServer() {
        port = freePort();
        process = launch(port);
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Process launch(int port) {
        try {
            Process process =
                    new ProcessBuilder(
                                    "redis-server",
                                    "--port",
                                    "" + port,
                                    "--bind",
                                    "127.0.0.1",
                                    "--save",
                                    "",
                                    "--appendonly",
                                    "no")
                            .redirectErrorStream(true)
                            .start();
            var lines = process.inputReader();
            String line = lines.readLine();
            while (line != null && !line.contains("eady to accept connections")) {
                line = lines.readLine();
            }
            if (line == null) {
                throw new IllegalStateException("redis-server did not start");
            }
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException("install it with: scripts/redis provide", e);
        }
    }

    URI url() {
        return URI.create("redis://127.0.0.1:" + port);
    }

    /** Ends it at once, as a crash would. */
    RedisServer kill() {
        process.destroyForcibly();
        await();
        return this;
    }

    /** Starts it again on the same port, empty. */
    void restart() {
        process = launch(port);
    }

    /** Keeps its connections, and answers nothing any more. */
    void freeze() {
        signal("-STOP");
    }

    void thaw() {
        signal("-CONT");
    }

    private void signal(String signal) {
        try {
            new ProcessBuilder("kill", signal, "" + process.pid()).start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Sends one command line, and returns the first line of the answer. */
    String say(String command) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
            return new BufferedReader(
                            new InputStreamReader(
                                    socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void await() {
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        kill();
    }
}
