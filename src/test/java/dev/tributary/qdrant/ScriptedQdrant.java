package dev.tributary.qdrant;

import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerCredentials;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.qdrant.client.grpc.Collections.ChangeAliases;
import io.qdrant.client.grpc.Collections.CollectionOperationResponse;
import io.qdrant.client.grpc.Collections.ListCollectionsRequest;
import io.qdrant.client.grpc.Collections.ListCollectionsResponse;
import io.qdrant.client.grpc.CollectionsGrpc;
import io.qdrant.client.grpc.Points.DenseVector;
import io.qdrant.client.grpc.Points.GetPoints;
import io.qdrant.client.grpc.Points.GetResponse;
import io.qdrant.client.grpc.Points.PointsOperationResponse;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import io.qdrant.client.grpc.Points.UpdateResult;
import io.qdrant.client.grpc.Points.UpdateStatus;
import io.qdrant.client.grpc.Points.UpsertPoints;
import io.qdrant.client.grpc.Points.VectorOutput;
import io.qdrant.client.grpc.Points.VectorsOutput;
import io.qdrant.client.grpc.PointsGrpc;
import io.qdrant.client.grpc.QdrantGrpc;
import io.qdrant.client.grpc.QdrantOuterClass.HealthCheckReply;
import io.qdrant.client.grpc.QdrantOuterClass.HealthCheckRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A gRPC server that answers as Qdrant would, with what a test wants. */
final class ScriptedQdrant implements AutoCloseable {
    private static final Metadata.Key<String> API_KEY =
            Metadata.Key.of("api-key", Metadata.ASCII_STRING_MARSHALLER);

    private final Server server;
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile Status status = Status.OK;
    private volatile Duration delay = Duration.ZERO;
    private volatile String version = "1.18.3";
    private volatile String key = "";
    private volatile UpdateStatus written = UpdateStatus.Completed;

    ScriptedQdrant() throws IOException {
        this(InsecureServerCredentials.create());
    }

    ScriptedQdrant(ServerCredentials credentials) throws IOException {
        server =
                NettyServerBuilder.forAddress(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                                credentials)
                        .intercept(new Script())
                        .addService(new Health())
                        .addService(new Catalogue())
                        .addService(new Contents())
                        .build()
                        .start();
    }

    int port() {
        return server.getPort();
    }

    /** Ends every call so. */
    ScriptedQdrant answering(Status answer) {
        status = answer;
        return this;
    }

    ScriptedQdrant after(Duration time) {
        delay = time;
        return this;
    }

    ScriptedQdrant ofVersion(String text) {
        version = text;
        return this;
    }

    /** Health is told to everybody, the rest to who has the key. */
    ScriptedQdrant asking(String secret) {
        key = secret;
        return this;
    }

    ScriptedQdrant writing(UpdateStatus outcome) {
        written = outcome;
        return this;
    }

    @Override
    public void close() {
        closing.countDown();
        server.shutdownNow();
    }

    private static <T> void answer(StreamObserver<T> observer, T answer) {
        observer.onNext(answer);
        observer.onCompleted();
    }

    private final class Script implements ServerInterceptor {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            Status end = status;
            boolean isHealth = call.getMethodDescriptor().getFullMethodName().contains("Health");
            if (!key.isEmpty() && !isHealth && !key.equals(headers.get(API_KEY))) {
                end = Status.UNAUTHENTICATED.withDescription("Invalid API key or JWT");
            }
            pause();
            if (end.isOk()) {
                return next.startCall(call, headers);
            }
            call.close(end, new Metadata());
            return new ServerCall.Listener<>() {};
        }

        private void pause() {
            try {
                if (!delay.isZero() && closing.await(delay.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private final class Health extends QdrantGrpc.QdrantImplBase {
        @Override
        public void healthCheck(HealthCheckRequest request, StreamObserver<HealthCheckReply> to) {
            answer(to, HealthCheckReply.newBuilder().setVersion(version).build());
        }
    }

    private static final class Catalogue extends CollectionsGrpc.CollectionsImplBase {
        @Override
        public void list(
                ListCollectionsRequest request, StreamObserver<ListCollectionsResponse> to) {
            answer(to, ListCollectionsResponse.getDefaultInstance());
        }

        @Override
        public void updateAliases(
                ChangeAliases request, StreamObserver<CollectionOperationResponse> to) {
            answer(to, CollectionOperationResponse.newBuilder().setResult(true).build());
        }
    }

    private final class Contents extends PointsGrpc.PointsImplBase {
        private static final int DIMENSION = 16_000;

        @Override
        public void upsert(UpsertPoints request, StreamObserver<PointsOperationResponse> to) {
            answer(
                    to,
                    PointsOperationResponse.newBuilder()
                            .setResult(UpdateResult.newBuilder().setStatus(written))
                            .build());
        }

        /** Every point is there, and its embedding is as long as one may be. */
        @Override
        public void get(GetPoints request, StreamObserver<GetResponse> to) {
            var vector =
                    VectorsOutput.newBuilder()
                            .setVector(
                                    VectorOutput.newBuilder()
                                            .setDense(
                                                    DenseVector.newBuilder()
                                                            .addAllData(
                                                                    Collections.nCopies(
                                                                            DIMENSION, 1f))))
                            .build();
            var answer = GetResponse.newBuilder();
            for (var id : request.getIdsList()) {
                answer.addResult(RetrievedPoint.newBuilder().setId(id).setVectors(vector));
            }
            answer(to, answer.build());
        }
    }
}
