package dev.tributary.web;

import dev.tributary.failure.ServiceException;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.springframework.http.server.PathContainer;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/** Refuses bodies over the limit: by their declared length, or by counting if there is none. */
final class BodyLimitFilter extends OncePerRequestFilter {
    private final long bytesMax;
    private final List<PathPattern> streamedPaths;

    BodyLimitFilter(long bytesMax, List<String> streamedPaths) {
        this.bytesMax = bytesMax;
        this.streamedPaths =
                streamedPaths.stream().map(PathPatternParser.defaultInstance::parse).toList();
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        var path = PathContainer.parsePath(request.getRequestURI());
        return streamedPaths.stream().anyMatch(pattern -> pattern.matches(path));
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        long length = request.getContentLengthLong();
        if (length > bytesMax) {
            Refusal.of(tooLarge(bytesMax)).send(request, response);
            return;
        }
        chain.doFilter(length < 0 ? new Counted(request, bytesMax) : request, response);
    }

    private static ServiceException tooLarge(long bytesMax) {
        return ServiceException.tooLarge(
                        "the body has more than %,d bytes, the most allowed".formatted(bytesMax))
                .withHint("split it into several requests");
    }

    /** A request whose body cannot be read beyond the limit. */
    private static final class Counted extends HttpServletRequestWrapper {
        private final CountedStream stream;

        Counted(HttpServletRequest request, long bytesMax) throws IOException {
            super(request);
            stream = new CountedStream(request.getInputStream(), bytesMax);
        }

        @Override
        public ServletInputStream getInputStream() {
            return stream;
        }

        @Override
        public BufferedReader getReader() {
            String encoding = getCharacterEncoding();
            Charset charset = encoding == null ? StandardCharsets.UTF_8 : Charset.forName(encoding);
            return new BufferedReader(new InputStreamReader(stream, charset));
        }
    }

    private static final class CountedStream extends ServletInputStream {
        private final ServletInputStream source;
        private final long bytesMax;
        private long bytes;

        CountedStream(ServletInputStream source, long bytesMax) {
            this.source = source;
            this.bytesMax = bytesMax;
        }

        @Override
        public int read() throws IOException {
            int value = source.read();
            count(value < 0 ? 0 : 1);
            return value;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int read = source.read(target, offset, length);
            count(Math.max(0, read));
            return read;
        }

        private void count(int read) {
            bytes += read;
            if (bytes > bytesMax) {
                throw tooLarge(bytesMax);
            }
        }

        @Override
        public boolean isFinished() {
            return source.isFinished();
        }

        @Override
        public boolean isReady() {
            return source.isReady();
        }

        @Override
        public void setReadListener(ReadListener listener) {
            source.setReadListener(listener);
        }
    }
}
