"""The test engine's collections and aliases, and what strict mode forbids."""

import json
import os
import shutil
import threading
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import qdrant_edge as edge
from google.protobuf.message import Message
from qdrant_client import grpc as api

from qdrant_messages import (
    KINDS,
    Refusal,
    exists,
    filter_of,
    lacking,
    limit_of,
    missing,
    missing_collection,
    strict,
    to_config,
    to_id,
    to_payload_selector,
    to_search_params,
    to_vector,
    to_vector_selector,
    wrong,
)

ANY_KIND = {*KINDS, "geo", "text"}


def needed_indexes(message: api.Filter, prefix: str = "") -> Iterable[tuple[str, set[str]]]:
    """Returns the keys of a filter, each with the kinds of index of which one must be there."""
    for part in (message.must, message.should, message.must_not, message.min_should.conditions):
        for condition in part:
            match condition.WhichOneof("condition_one_of"):
                case "field":
                    yield prefix + condition.field.key, needed_kinds(condition.field)
                case "is_empty" | "is_null" as name:
                    yield prefix + getattr(condition, name).key, ANY_KIND
                case "filter":
                    yield from needed_indexes(condition.filter, prefix)
                case "nested":
                    array = condition.nested.key.removesuffix("[]")
                    yield from needed_indexes(condition.nested.filter, f"{prefix}{array}[].")


def needed_kinds(condition: api.FieldCondition) -> set[str]:
    kinds: set[str] = set()
    if condition.HasField("match"):
        kinds |= matched_kinds(condition.match)
    if condition.HasField("range"):
        kinds |= {"float", "integer"}
    if condition.HasField("datetime_range"):
        kinds |= {"datetime"}
    return kinds or (set() if condition.HasField("match") else ANY_KIND)


def matched_kinds(match_: api.Match) -> set[str]:
    name = match_.WhichOneof("match_value")
    value = getattr(match_, name)
    if name == "boolean":
        return {"bool"}
    if name == "integer":
        return {"integer"}
    if name in ("integers", "except_integers"):
        return {"integer"} if value.integers else set()
    texts = [value] if name == "keyword" else list(value.strings)
    kinds = {"keyword"} if texts else set()
    return kinds | {"uuid"} if texts and all(map(is_uuid, texts)) else kinds


def is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
        return True
    except ValueError:
        return False


def sizes(message: api.Filter) -> Iterable[int]:
    """Returns for each condition how many values it has."""
    for part in (message.must, message.should, message.must_not, message.min_should.conditions):
        for condition in part:
            match condition.WhichOneof("condition_one_of"):
                case "filter":
                    yield from sizes(condition.filter)
                case "nested":
                    yield from sizes(condition.nested.filter)
                case "has_id":
                    yield len(condition.has_id.has_id)
                case "field":
                    match_ = condition.field.match
                    yield len(match_.keywords.strings) + len(match_.integers.integers) or 1
                case _:
                    yield 1


class Collection:
    """A collection: the engine's shard, and what is remembered of it."""

    def __init__(self, folder: Path, info: api.CollectionInfo, optimize_after: int) -> None:
        self.folder = folder
        self.info = info
        self.lock = threading.RLock()
        self.optimize_after = optimize_after
        self.unoptimized = 0
        self.operations = 0
        self.deleted = False
        shard = folder / "shard"
        if shard.exists():
            self.shard = edge.EdgeShard.load(str(shard), to_config(info.config))
        else:
            self.shard = edge.EdgeShard.create(str(shard), to_config(info.config))

    def remember(self) -> None:
        replace(self.folder / "info", self.info.SerializeToString())

    def write(self, request: Message, operation: edge.UpdateOperation) -> api.PointsOperationResponse:
        self.shard.update(operation)
        self.operations += 1
        waited = request.wait if request.HasField("wait") else False
        status = api.UpdateStatus.Completed if waited else api.UpdateStatus.Acknowledged
        return api.PointsOperationResponse(result=api.UpdateResult(operation_id=self.operations, status=status))

    def keep_snapshot(self) -> api.SnapshotDescription:
        """A copy of the folder, which nothing can be restored from here."""
        self.shard.flush()
        at = time.gmtime()
        name = f"{self.folder.name}-{time.strftime('%Y-%m-%d-%H-%M-%S', at)}-{len(self.snapshots())}.snapshot"
        shutil.copytree(self.folder / "shard", self.folder / "snapshots" / name)
        return api.SnapshotDescription(name=name)

    def snapshots(self) -> list[str]:
        return sorted(each.name for each in (self.folder / "snapshots").glob("*"))

    def optimize(self) -> None:
        self.shard.optimize()
        self.unoptimized = 0

    def written(self, points: int) -> None:
        """Stands for the server's indexing in the background."""
        self.unoptimized += points
        if self.optimize_after and self.unoptimized >= self.optimize_after:
            self.optimize()

    def update(self, request: api.UpdateCollection) -> None:
        config = self.info.config
        for name in ("replication_factor", "write_consistency_factor", "on_disk_payload"):
            if request.params.HasField(name):
                setattr(config.params, name, getattr(request.params, name))
        config.hnsw_config.MergeFrom(request.hnsw_config)
        config.optimizer_config.MergeFrom(request.optimizers_config)
        if request.HasField("strict_mode_config"):
            config.strict_mode_config.MergeFrom(request.strict_mode_config)
        if request.vectors_config.HasField("params"):
            self.update_vector(config.params.vectors_config.params, request.vectors_config.params)
        for name, diff in request.vectors_config.params_map.map.items():
            target = config.params.vectors_config
            self.update_vector(target.params_map.map[name] if name else target.params, diff)
        self.remember()
        self.shard.close()
        self.shard = edge.EdgeShard.load(str(self.folder / "shard"), to_config(config))
        self.optimize()

    @staticmethod
    def update_vector(params: api.VectorParams, diff: api.VectorParamsDiff) -> None:
        if diff.HasField("hnsw_config"):
            params.hnsw_config.MergeFrom(diff.hnsw_config)
        if diff.HasField("on_disk"):
            params.on_disk = diff.on_disk

    def described(self) -> api.CollectionInfo:
        described = api.CollectionInfo()
        described.CopyFrom(self.info)
        counts = self.shard.info()
        described.status = api.CollectionStatus.Green
        described.optimizer_status.ok = True
        described.segments_count = counts.segments_count
        described.points_count = counts.points_count
        described.indexed_vectors_count = counts.indexed_vectors_count
        for key, index in counts.payload_schema.items():
            if key in described.payload_schema:
                described.payload_schema[key].points = index.points
        return described

    def asked(self, message: api.QueryPoints) -> edge.QueryRequest:
        if message.prefetch:
            raise lacking("prefetch")
        query, filter_ = None, filter_of(message)
        if message.HasField("query"):
            if message.query.WhichOneof("variant") != "nearest":
                raise lacking(message.query.WhichOneof("variant"))
            nearest = message.query.nearest
            if nearest.WhichOneof("variant") == "id":
                vector, filter_ = self.other_than(to_id(nearest.id), message.using, filter_)
            else:
                vector = to_vector(nearest)
            query = edge.Query.Nearest(vector, message.using or None)
        return edge.QueryRequest(
            limit_of(message),
            offset=message.offset,
            query=query,
            filter=filter_,
            score_threshold=message.score_threshold if message.HasField("score_threshold") else None,
            params=to_search_params(message.params) if message.HasField("params") else None,
            with_payload=to_payload_selector(message, False),
            with_vector=to_vector_selector(message),
        )

    def other_than(self, id_: Any, using: str, filter_: Any) -> tuple[Any, edge.Filter]:
        """Returns the vector of a point, and a filter that leaves that point out."""
        found = self.shard.retrieve([id_], False, True)
        if not found:
            raise missing(f"No point with id {id_} found")
        vector = found[0].vector[using] if isinstance(found[0].vector, dict) else found[0].vector
        return vector, edge.Filter(must=[filter_] if filter_ else None, must_not=[edge.HasIdCondition({id_})])

    def check(self, request: Message, name: str = "filter", *, writes: bool = False) -> None:
        """Refuses what the collection's strict mode forbids."""
        mode = self.info.config.strict_mode_config
        if not mode.enabled:
            return
        if hasattr(request, "limit") and mode.HasField("max_query_limit"):
            limit, most = limit_of(request), mode.max_query_limit
            if limit > most:
                message = f'Limit exceeded {limit} > {most} for "limit"'
                raise strict(message, f'Reduce the "limit" parameter to or below {most}.')
        self.check_sizes(mode, getattr(request, name))
        if isinstance(request, api.UpsertPoints) and mode.HasField("upsert_max_batchsize"):
            self.check_most(len(request.points), mode.upsert_max_batchsize, "upsert limit")
        if isinstance(request, api.QueryPoints):
            if mode.HasField("search_max_hnsw_ef"):
                self.check_most(request.params.hnsw_ef, mode.search_max_hnsw_ef, "hnsw_ef")
            if mode.HasField("search_max_oversampling"):
                oversampling = request.params.quantization.oversampling
                self.check_most(oversampling, mode.search_max_oversampling, "oversampling")
        setting = "unindexed_filtering_update" if writes else "unindexed_filtering_retrieve"
        if mode.HasField(setting) and not getattr(mode, setting):
            self.check_indexes(getattr(request, name))

    def check_sizes(self, mode: api.StrictModeConfig, filter_: api.Filter) -> None:
        found = [*sizes(filter_)]
        if mode.HasField("filter_max_conditions"):
            self.check_most(len(found), mode.filter_max_conditions, "filter_max_conditions")
        if mode.HasField("condition_max_size"):
            self.check_most(max(found, default=0), mode.condition_max_size, "condition_max_size")

    @staticmethod
    def check_most(value: float, most: float, name: str) -> None:
        if value > most:
            raise strict(f'Limit exceeded {value} > {most} for "{name}"', f"Reduce it to or below {most}.")

    def check_indexes(self, message: api.Filter) -> None:
        for key, kinds in needed_indexes(message):
            index = self.info.payload_schema[key] if key in self.info.payload_schema else None
            if kinds and (not index or api.PayloadSchemaType.Name(index.data_type).lower() not in kinds):
                raise strict(
                    f'Index required but not found for "{key}" of one of the following types: '
                    f"[{', '.join(sorted(kinds))}]",
                    "Create an index for this key or use a different filter.",
                )


def replace(file: Path, content: bytes) -> None:
    """Writes a file whole or not at all."""
    new = file.with_suffix(".new")
    new.write_bytes(content)
    os.replace(new, file)


class Catalogue:
    """The collections and the aliases, in a folder."""

    def __init__(self, folder: Path, optimize_after: int) -> None:
        self.folder = folder
        self.optimize_after = optimize_after
        self.lock = threading.RLock()
        self.collections: dict[str, Collection] = {}
        aliases = folder / "aliases"
        self.aliases: dict[str, str] = json.loads(aliases.read_text()) if aliases.exists() else {}
        (folder / "collections").mkdir(parents=True, exist_ok=True)
        for info in (folder / "collections").glob("*/info"):
            known = api.CollectionInfo.FromString(info.read_bytes())
            self.collections[info.parent.name] = Collection(info.parent, known, optimize_after)

    def find(self, name: str) -> Collection:
        with self.lock:
            found = self.collections.get(self.aliases.get(name, name))
        if found is None:
            raise missing_collection(name)
        return found

    @contextmanager
    def held(self, name: str) -> Iterator[Collection]:
        """Keeps other calls from a collection."""
        collection = self.find(name)
        with collection.lock:
            if collection.deleted:
                raise missing_collection(name)
            yield collection

    def create(self, request: api.CreateCollection) -> None:
        name = request.collection_name
        if not name or len(name) > 255 or set(name) & set('<>:"/\\|?*\0'):
            raise Refusal(grpc.StatusCode.INVALID_ARGUMENT, f"Validation error: collection name `{name}`")
        with self.lock:
            if name in self.collections:
                raise exists(name)
            if name in self.aliases:
                raise wrong(f"Can't create collection with name {name}. Alias with the same name already exists")
            folder = self.folder / "collections" / name
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            collection = Collection(folder, self.new_info(request), self.optimize_after)
            collection.remember()
            self.collections[name] = collection

    @staticmethod
    def new_info(request: api.CreateCollection) -> api.CollectionInfo:
        params = api.CollectionParams(
            shard_number=1, replication_factor=1, write_consistency_factor=1, on_disk_payload=True
        )
        for field, value in request.ListFields():
            if field.name in ("shard_number", "replication_factor", "write_consistency_factor", "on_disk_payload"):
                setattr(params, field.name, value)
        params.vectors_config.CopyFrom(request.vectors_config)
        params.sparse_vectors_config.CopyFrom(request.sparse_vectors_config)
        config = api.CollectionConfig(
            params=params,
            hnsw_config=api.HnswConfigDiff(m=16, ef_construct=100, full_scan_threshold=10000, on_disk=False),
            optimizer_config=api.OptimizersConfigDiff(
                deleted_threshold=0.2, vacuum_min_vector_number=1000, indexing_threshold=10000, flush_interval_sec=5
            ),
            wal_config=api.WalConfigDiff(wal_capacity_mb=32, wal_segments_ahead=0),
        )
        config.hnsw_config.MergeFrom(request.hnsw_config)
        config.optimizer_config.MergeFrom(request.optimizers_config)
        for name in ("quantization_config", "strict_mode_config"):
            if request.HasField(name):
                getattr(config, name).CopyFrom(getattr(request, name))
        for key, value in request.metadata.items():
            config.metadata[key].CopyFrom(value)
        return api.CollectionInfo(config=config)

    def delete(self, name: str) -> bool:
        with self.lock:
            collection = self.collections.pop(name, None)
            if collection is None:
                return False
            self.keep_aliases({alias: of for alias, of in self.aliases.items() if of != name})
        with collection.lock:
            collection.deleted = True
            collection.shard.close()
            shutil.rmtree(collection.folder)
        return True

    def keep_aliases(self, aliases: dict[str, str]) -> None:
        replace(self.folder / "aliases", json.dumps(aliases).encode())
        self.aliases = aliases

    def change_aliases(self, actions: Iterable[api.AliasOperations]) -> None:
        """Applies all or none."""
        with self.lock:
            aliases = dict(self.aliases)
            for action in actions:
                self.change_alias(aliases, action)
            self.keep_aliases(aliases)

    def change_alias(self, aliases: dict[str, str], action: api.AliasOperations) -> None:
        match action.WhichOneof("action"):
            case "create_alias":
                target, alias = action.create_alias.collection_name, action.create_alias.alias_name
                if target not in self.collections:
                    raise missing_collection(target)
                if alias in self.collections:
                    raise exists(alias)
                aliases[alias] = target
            case "rename_alias":
                old = action.rename_alias.old_alias_name
                if old not in aliases:
                    raise missing(f"Alias {old} does not exists!")
                aliases[action.rename_alias.new_alias_name] = aliases.pop(old)
            case "delete_alias":
                aliases.pop(action.delete_alias.alias_name, None)

    def close(self) -> None:
        for collection in self.collections.values():
            with collection.lock:
                collection.shard.close()
