"""The test engine, never a Qdrant server.

Qdrant's own engine in process, behind the part of Qdrant's gRPC that the tests need. Filters, scores,
vector and payload indexes, conditional writes and durability are the engine's. Collections, aliases,
defaults, strict mode and the texts of refusals are written here after the server's, and prove nothing
about it.

It lacks indexing in the background (--optimize-after stands for it), restoring snapshots, shards and replicas,
groups, recommendations, fusion, full text and geographic conditions, API keys and TLS. Every call waits for
the one before it on the same collection.

It listens on loopback only, prints "ready PORT", and ends when its standard input does.
"""

import argparse
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
import qdrant_edge as edge
from qdrant_client import grpc as api
from qdrant_client.conversions.conversion import grpc_to_payload

from qdrant_collections import Catalogue
from qdrant_messages import (
    Refusal,
    filter_of,
    from_id,
    from_record,
    from_scored,
    lacking,
    limit_of,
    to_filter,
    to_id,
    to_ids,
    to_index,
    to_payload_selector,
    to_point,
    to_vector_selector,
    wrong,
)

VERSION = "1.18.3"
THREADS = 16


class Collections(api.CollectionsServicer):
    """The calls on collections and aliases."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue

    def Create(self, request: Any, context: Any) -> Any:
        self.catalogue.create(request)
        return api.CollectionOperationResponse(result=True)

    def Delete(self, request: Any, context: Any) -> Any:
        return api.CollectionOperationResponse(result=self.catalogue.delete(request.collection_name))

    def Update(self, request: Any, context: Any) -> Any:
        with self.catalogue.held(request.collection_name) as collection:
            collection.update(request)
        return api.CollectionOperationResponse(result=True)

    def Get(self, request: Any, context: Any) -> Any:
        with self.catalogue.held(request.collection_name) as collection:
            return api.GetCollectionInfoResponse(result=collection.described())

    def List(self, request: Any, context: Any) -> Any:
        names = [api.CollectionDescription(name=name) for name in sorted(self.catalogue.collections)]
        return api.ListCollectionsResponse(collections=names)

    def CollectionExists(self, request: Any, context: Any) -> Any:
        name = self.catalogue.aliases.get(request.collection_name, request.collection_name)
        found = api.CollectionExists(exists=name in self.catalogue.collections)
        return api.CollectionExistsResponse(result=found)

    def UpdateAliases(self, request: Any, context: Any) -> Any:
        self.catalogue.change_aliases(request.actions)
        return api.CollectionOperationResponse(result=True)

    def ListAliases(self, request: Any, context: Any) -> Any:
        return self.described_aliases(lambda collection: True)

    def ListCollectionAliases(self, request: Any, context: Any) -> Any:
        self.catalogue.find(request.collection_name)
        return self.described_aliases(lambda collection: collection == request.collection_name)

    def described_aliases(self, wanted: Callable[[str], bool]) -> Any:
        aliases = sorted(self.catalogue.aliases.items())
        return api.ListAliasesResponse(
            aliases=[api.AliasDescription(alias_name=alias, collection_name=of) for alias, of in aliases if wanted(of)]
        )


class Points(api.PointsServicer):
    """The calls on points and their payload indexes."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue

    def Upsert(self, request: Any, context: Any) -> Any:
        points = [to_point(point) for point in request.points]
        mode = None
        if request.HasField("update_mode"):
            mode = getattr(edge.UpdateMode, api.UpdateMode.Name(request.update_mode))
        with self.catalogue.held(request.collection_name) as collection:
            collection.check(request, "update_filter", writes=True)
            condition = filter_of(request, "update_filter")
            answer = collection.write(request, edge.UpdateOperation.upsert_points(points, condition, mode))
            collection.written(len(points))
            return answer

    def Delete(self, request: Any, context: Any) -> Any:
        operations = edge.UpdateOperation
        return self.selected(request, "points", operations.delete_points, operations.delete_points_by_filter)

    def SetPayload(self, request: Any, context: Any) -> Any:
        operations = edge.UpdateOperation
        change = (grpc_to_payload(request.payload), request.key or None)
        ways = (operations.set_payload, operations.set_payload_by_filter)
        return self.selected(request, "points_selector", *ways, *change)

    def OverwritePayload(self, request: Any, context: Any) -> Any:
        operations = edge.UpdateOperation
        change = (grpc_to_payload(request.payload), request.key or None)
        ways = (operations.overwrite_payload, operations.overwrite_payload_by_filter)
        return self.selected(request, "points_selector", *ways, *change)

    def DeletePayload(self, request: Any, context: Any) -> Any:
        operations = edge.UpdateOperation
        ways = (operations.delete_payload, operations.delete_payload_by_filter)
        return self.selected(request, "points_selector", *ways, list(request.keys))

    def selected(self, request: Any, field: str, by_ids: Any, by_filter: Any, *change: Any) -> Any:
        """Changes the points of a selector, by their ids or by a filter."""
        selector = getattr(request, field)
        with self.catalogue.held(request.collection_name) as collection:
            match selector.WhichOneof("points_selector_one_of"):
                case "points":
                    return collection.write(request, by_ids(to_ids(selector.points.ids), *change))
                case "filter":
                    collection.check(selector, writes=True)
                    return collection.write(request, by_filter(to_filter(selector.filter), *change))
                case _:
                    raise Refusal(grpc.StatusCode.INVALID_ARGUMENT, "PointsSelector is missing")

    def CreateFieldIndex(self, request: Any, context: Any) -> Any:
        remembered, params = to_index(request)
        with self.catalogue.held(request.collection_name) as collection:
            answer = collection.write(request, edge.UpdateOperation.create_field_index(request.field_name, params))
            collection.info.payload_schema[request.field_name].CopyFrom(remembered)
            collection.remember()
            return answer

    def DeleteFieldIndex(self, request: Any, context: Any) -> Any:
        with self.catalogue.held(request.collection_name) as collection:
            answer = collection.write(request, edge.UpdateOperation.delete_field_index(request.field_name))
            collection.info.payload_schema.pop(request.field_name, None)
            collection.remember()
            return answer

    def Get(self, request: Any, context: Any) -> Any:
        selectors = to_payload_selector(request, True), to_vector_selector(request)
        with self.catalogue.held(request.collection_name) as collection:
            found = collection.shard.retrieve(to_ids(request.ids), *selectors)
        return api.GetResponse(result=map(from_record, found))

    def Scroll(self, request: Any, context: Any) -> Any:
        if request.HasField("order_by"):
            raise lacking("order_by")
        scroll = edge.ScrollRequest(
            offset=to_id(request.offset) if request.HasField("offset") else None,
            limit=limit_of(request),
            filter=filter_of(request),
            with_payload=to_payload_selector(request, True),
            with_vector=to_vector_selector(request),
        )
        with self.catalogue.held(request.collection_name) as collection:
            collection.check(request)
            found, following = collection.shard.scroll(scroll)
        offset = from_id(following) if following is not None else None
        return api.ScrollResponse(result=map(from_record, found), next_page_offset=offset)

    def Count(self, request: Any, context: Any) -> Any:
        exact = request.exact if request.HasField("exact") else True
        with self.catalogue.held(request.collection_name) as collection:
            collection.check(request)
            count = collection.shard.count(edge.CountRequest(exact, filter_of(request)))
        return api.CountResponse(result=api.CountResult(count=count))

    def Query(self, request: Any, context: Any) -> Any:
        return api.QueryResponse(result=self.query(request))

    def QueryBatch(self, request: Any, context: Any) -> Any:
        for query in request.query_points:
            query.collection_name = request.collection_name
        answers = [api.BatchResult(result=self.query(query)) for query in request.query_points]
        return api.QueryBatchResponse(result=answers)

    def query(self, request: Any) -> list[api.ScoredPoint]:
        with self.catalogue.held(request.collection_name) as collection:
            collection.check(request)
            return [from_scored(point) for point in collection.shard.query(collection.asked(request))]


class Snapshots(api.SnapshotsServicer):
    """The calls on snapshots: they can be taken and listed."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue

    def Create(self, request: Any, context: Any) -> Any:
        with self.catalogue.held(request.collection_name) as collection:
            return api.CreateSnapshotResponse(snapshot_description=collection.keep_snapshot())

    def List(self, request: Any, context: Any) -> Any:
        with self.catalogue.held(request.collection_name) as collection:
            names = collection.snapshots()
        return api.ListSnapshotsResponse(snapshot_descriptions=[api.SnapshotDescription(name=name) for name in names])


class Health(api.QdrantServicer):
    """The health check."""

    def HealthCheck(self, request: Any, context: Any) -> Any:
        return api.HealthCheckReply(title="qdrant - vector search engine", version=VERSION)


class Boundary(grpc.ServerInterceptor):
    """Turns what a call raises into a status, and answers late if told so."""

    def __init__(self, delay: float) -> None:
        self.delay = delay

    def intercept_service(self, continuation: Any, details: Any) -> Any:
        handler = continuation(details)
        if handler is None or handler.unary_unary is None:
            return handler

        def answer(request: Any, context: grpc.ServicerContext) -> Any:
            time.sleep(self.delay)
            try:
                return handler.unary_unary(request, context)
            except Exception as error:
                refusal = refusal_of(error, details.method)
            return context.abort(refusal.code, str(refusal))

        return grpc.unary_unary_rpc_method_handler(answer, handler.request_deserializer, handler.response_serializer)


def refusal_of(error: Exception, method: str) -> Refusal:
    if isinstance(error, Refusal):
        return error
    if isinstance(error, NotImplementedError):
        return lacking(method)
    # The engine has no types of its own.
    if type(error) in (Exception, ValueError):
        return wrong(str(error))
    return Refusal(grpc.StatusCode.INTERNAL, f"Service internal error: {type(error).__name__}: {error}")


def serve(catalogue: Catalogue, port: int, delay_ms: int) -> None:
    """Serves until standard input ends, or SIGTERM or SIGINT comes."""
    end = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: end.set())
    options = [("grpc.so_reuseport", 0), ("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
    server = grpc.server(ThreadPoolExecutor(THREADS), interceptors=[Boundary(delay_ms / 1000)], options=options)
    api.add_CollectionsServicer_to_server(Collections(catalogue), server)
    api.add_PointsServicer_to_server(Points(catalogue), server)
    api.add_SnapshotsServicer_to_server(Snapshots(catalogue), server)
    api.add_QdrantServicer_to_server(Health(), server)
    bound = server.add_insecure_port(f"127.0.0.1:{port}")
    server.start()

    def await_end_of_input() -> None:
        while os.read(sys.stdin.fileno(), 1024):
            pass
        end.set()

    threading.Thread(target=await_end_of_input, daemon=True).start()
    print(f"ready {bound}", flush=True)
    end.wait()
    server.stop(1).wait()


def main() -> None:
    parser = argparse.ArgumentParser(prog="qdrant-engine run", description="Qdrant's engine, for tests.")
    parser.add_argument("--port", type=int, default=0, help="on loopback; a free one by default")
    parser.add_argument("--data", type=Path, help="a folder that stays; by default a temporary one")
    parser.add_argument("--optimize-after", type=int, default=0, help="points written before indexes are built")
    parser.add_argument("--delay-ms", type=int, default=0, help="how late every call is answered")
    options = parser.parse_args()
    folder = options.data or Path(tempfile.mkdtemp(prefix="qdrant-engine-"))
    try:
        catalogue = Catalogue(folder, options.optimize_after)
        serve(catalogue, options.port, options.delay_ms)
        catalogue.close()
    finally:
        if options.data is None:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
