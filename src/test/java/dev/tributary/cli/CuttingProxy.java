package dev.tributary.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/** Hands bytes on to a port, and cuts the first connections that carry more than so many. */
final class CuttingProxy implements AutoCloseable {
    private final ServerSocket server;
    private final int port;
    private final long bytesMax;
    private final AtomicInteger cutsLeft;

    /**
     * @param bytesMax of a client, before its connection is cut
     * @param cuts how many connections
     */
    CuttingProxy(int port, long bytesMax, int cuts) throws IOException {
        this.port = port;
        this.bytesMax = bytesMax;
        cutsLeft = new AtomicInteger(cuts);
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.startVirtualThread(this::accept);
    }

    String url() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    int cutsLeft() {
        return Math.max(0, cutsLeft.get());
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                Socket target = new Socket(InetAddress.getLoopbackAddress(), port);
                Thread.startVirtualThread(() -> pump(client, target, true));
                Thread.startVirtualThread(() -> pump(target, client, false));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void pump(Socket from, Socket to, boolean isCut) {
        var buffer = new byte[8 * 1024];
        long bytes = 0;
        try (from;
                to;
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            int got;
            while ((got = in.read(buffer)) >= 0) {
                bytes += got;
                if (isCut && bytes > bytesMax && cutsLeft.getAndDecrement() > 0) {
                    return;
                }
                out.write(buffer, 0, got);
            }
        } catch (IOException e) {
            // The other side is gone, and so is this one.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
