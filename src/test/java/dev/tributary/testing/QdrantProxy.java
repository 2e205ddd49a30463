package dev.tributary.testing;

import io.grpc.CallOptions;
import io.grpc.Context;
import io.grpc.Grpc;
import io.grpc.HandlerRegistry;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a service and a Qdrant, and holds up, refuses or loses calls as told. Does not
 * change what it forwards. Thread-safe.
 */
public final class QdrantProxy implements AutoCloseable {
    /** Method names in calls, without that of their service. */
    public static final String UPSERT = "Upsert";

    /** Of a collection, and of a snapshot. */
    public static final String CREATE = "Create";

    public static final String UPDATE_ALIASES = "UpdateAliases";

    private static final long CALL_SECONDS_MAX = 60;

    /** A call on its way. */
    public interface Call {
        /** Such as {@link #UPSERT}. */
        String method();

        /** The message, as protobuf. */
        byte[] request();

        /**
         * Forwards the call, and returns the answer.
         *
         * @throws StatusRuntimeException as Qdrant, or {@code UNAVAILABLE} if it is away
         */
        byte[] forward();
    }

    /** What is done with calls. */
    public interface Behaviour {
        /**
         * Returns the answer.
         *
         * @throws StatusRuntimeException to be answered instead
         */
        byte[] answer(Call call) throws Exception;
    }

    private final ManagedChannel channel;
    private final Server server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile Behaviour behaviour = Call::forward;

    /** Starts it on a free port of loopback. */
    public QdrantProxy(QdrantEngine engine) {
        channel =
                Grpc.newChannelBuilderForAddress(
                                engine.host(), engine.port(), InsecureChannelCredentials.create())
                        .maxInboundMessageSize(Integer.MAX_VALUE)
                        .build();
        try {
            server =
                    Grpc.newServerBuilderForPort(
                                    PostgresServer.freePort(), InsecureServerCredentials.create())
                            .executor(threads)
                            .maxInboundMessageSize(Integer.MAX_VALUE)
                            .fallbackHandlerRegistry(new Methods())
                            .build()
                            .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String host() {
        return "127.0.0.1";
    }

    public int port() {
        return server.getPort();
    }

    /** Answers in this way from now on. */
    public void behave(Behaviour other) {
        behaviour = other;
    }

    /** Connects at once to a Qdrant that is back, rather than after a pause. */
    public void reconnect() {
        channel.resetConnectBackoff();
    }

    @Override
    public void close() {
        server.shutdownNow();
        channel.shutdownNow();
        threads.shutdownNow();
    }

    private byte[] forward(MethodDescriptor<byte[], byte[]> method, byte[] request) {
        return ClientCalls.blockingUnaryCall(
                channel,
                method,
                CallOptions.DEFAULT.withDeadlineAfter(CALL_SECONDS_MAX, TimeUnit.SECONDS),
                request);
    }

    private void answer(
            MethodDescriptor<byte[], byte[]> method,
            byte[] request,
            StreamObserver<byte[]> observer) {
        var call =
                new Call() {
                    @Override
                    public String method() {
                        return String.valueOf(method.getBareMethodName());
                    }

                    @Override
                    public byte[] request() {
                        return request;
                    }

                    @Override
                    public byte[] forward() {
                        // A call that was given up by its caller goes on: as one that is sent does.
                        Context before = Context.ROOT.attach();
                        try {
                            return QdrantProxy.this.forward(method, request);
                        } finally {
                            Context.ROOT.detach(before);
                        }
                    }
                };
        byte[] answer;
        try {
            answer = behaviour.answer(call);
        } catch (StatusRuntimeException e) {
            observer.onError(e);
            return;
        } catch (Exception e) {
            observer.onError(Status.INTERNAL.withCause(e).asRuntimeException());
            return;
        }
        observer.onNext(answer);
        observer.onCompleted();
    }

    /** Any method, of messages as they are. */
    private final class Methods extends HandlerRegistry {
        @Override
        public ServerMethodDefinition<?, ?> lookupMethod(String name, @Nullable String authority) {
            MethodDescriptor<byte[], byte[]> method =
                    MethodDescriptor.newBuilder(new Bytes(), new Bytes())
                            .setType(MethodDescriptor.MethodType.UNARY)
                            .setFullMethodName(name)
                            .build();
            ServerCallHandler<byte[], byte[]> handler =
                    ServerCalls.asyncUnaryCall(
                            (request, observer) -> answer(method, request, observer));
            return ServerMethodDefinition.create(method, handler);
        }
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
