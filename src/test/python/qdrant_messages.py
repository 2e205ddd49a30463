"""What the test engine's calls say, from gRPC to Qdrant's engine and back."""

import uuid
from collections.abc import Iterable
from typing import Any

import grpc
import numpy
import qdrant_edge as edge
from google.protobuf.message import Message
from qdrant_client import grpc as api
from qdrant_client.conversions.conversion import RestToGrpc, grpc_to_payload

KINDS = {
    "keyword": edge.KeywordIndexParams,
    "integer": edge.IntegerIndexParams,
    "float": edge.FloatIndexParams,
    "bool": edge.BoolIndexParams,
    "datetime": edge.DatetimeIndexParams,
    "uuid": edge.UuidIndexParams,
}


class Refusal(Exception):
    """A call that is refused, with its status."""

    def __init__(self, code: grpc.StatusCode, message: str) -> None:
        super().__init__(message)
        self.code = code


def wrong(message: str) -> Refusal:
    return Refusal(grpc.StatusCode.INVALID_ARGUMENT, f"Wrong input: {message}")


def exists(name: str) -> Refusal:
    return Refusal(grpc.StatusCode.ALREADY_EXISTS, f"Wrong input: Collection `{name}` already exists!")


def missing(message: str) -> Refusal:
    return Refusal(grpc.StatusCode.NOT_FOUND, f"Not found: {message}")


def missing_collection(name: str) -> Refusal:
    return missing(f"Collection `{name}` doesn't exist!")


def lacking(what: str | None) -> Refusal:
    return Refusal(grpc.StatusCode.UNIMPLEMENTED, f"the test engine does not have this: {what}")


def strict(message: str, help_: str) -> Refusal:
    return Refusal(grpc.StatusCode.INVALID_ARGUMENT, f"Bad request: {message}. Help: {help_}")


# From gRPC to the engine


def given(message: Message, *names: str) -> dict[str, Any]:
    """Returns those of the scalar fields that are set."""
    return {name: getattr(message, name) for name in names if message.HasField(name)}


def to_id(message: api.PointId) -> int | uuid.UUID:
    if message.WhichOneof("point_id_options") == "num":
        return message.num
    try:
        return uuid.UUID(message.uuid)
    except ValueError:
        raise Refusal(grpc.StatusCode.INVALID_ARGUMENT, f"Unable to parse UUID: {message.uuid}") from None


def to_ids(messages: Iterable[api.PointId]) -> list[int | uuid.UUID]:
    return [to_id(message) for message in messages]


def to_filter(message: api.Filter) -> edge.Filter:
    minimum = message.min_should
    return edge.Filter(
        must=to_conditions(message.must) or None,
        should=to_conditions(message.should) or None,
        must_not=to_conditions(message.must_not) or None,
        min_should=edge.MinShould(to_conditions(minimum.conditions), minimum.min_count)
        if message.HasField("min_should")
        else None,
    )


def filter_of(request: Message, name: str = "filter") -> edge.Filter | None:
    return to_filter(getattr(request, name)) if request.HasField(name) else None


def to_conditions(messages: Iterable[api.Condition]) -> list[Any]:
    return [to_condition(message) for message in messages]


def to_condition(message: api.Condition) -> Any:
    match message.WhichOneof("condition_one_of"):
        case "field":
            return to_field_condition(message.field)
        case "filter":
            return to_filter(message.filter)
        case "has_id":
            return edge.HasIdCondition(set(to_ids(message.has_id.has_id)))
        case "is_empty":
            return edge.IsEmptyCondition(message.is_empty.key)
        case "is_null":
            return edge.IsNullCondition(message.is_null.key)
        case "nested":
            return edge.NestedCondition(message.nested.key, to_filter(message.nested.filter))
        case other:
            raise lacking(other)


def to_field_condition(message: api.FieldCondition) -> edge.FieldCondition:
    bounds = ("lt", "gt", "lte", "gte")
    parts: dict[str, Any] = given(message, "is_empty", "is_null")
    for field, _ in message.ListFields():
        match field.name:
            case "match":
                parts["match"] = to_match(message.match)
            case "range":
                parts["range"] = edge.RangeFloat(**given(message.range, *bounds))
            case "datetime_range":
                times = given(message.datetime_range, *bounds)
                parts["range"] = edge.RangeDateTime(**{name: at.ToJsonString() for name, at in times.items()})
            case "values_count":
                parts["values_count"] = edge.ValuesCount(**given(message.values_count, *bounds))
            case "key" | "is_empty" | "is_null":
                pass
            case other:
                raise lacking(other)
    return edge.FieldCondition(message.key, **parts)


def to_match(message: api.Match) -> Any:
    match message.WhichOneof("match_value"):
        case "keyword" | "integer" as name:
            return edge.MatchValue(getattr(message, name))
        case "boolean":
            # The engine takes Python's own for an integer.
            return edge.MatchValue(numpy.bool_(message.boolean))
        case "keywords":
            return edge.MatchAny(list(message.keywords.strings))
        case "integers":
            return edge.MatchAny(list(message.integers.integers))
        case "except_keywords":
            return edge.MatchExcept(list(message.except_keywords.strings))
        case "except_integers":
            return edge.MatchExcept(list(message.except_integers.integers))
        case other:
            raise lacking(other)


def to_vector(message: api.Vector | api.VectorInput) -> Any:
    match message.WhichOneof("vector" if isinstance(message, api.Vector) else "variant"):
        case "dense":
            return list(message.dense.data)
        case "sparse":
            return edge.SparseVector(list(message.sparse.indices), list(message.sparse.values))
        case None if message.data:
            return list(message.data)
        case other:
            raise lacking(other)


def to_point(message: api.PointStruct) -> edge.Point:
    vectors: Any = {}
    if message.vectors.HasField("vector"):
        vectors = to_vector(message.vectors.vector)
    elif message.vectors.HasField("vectors"):
        vectors = {name: to_vector(vector) for name, vector in message.vectors.vectors.vectors.items()}
    return edge.Point(to_id(message.id), vectors, grpc_to_payload(message.payload))


def to_payload_selector(request: Message, default: bool) -> Any:
    selector = request.with_payload
    match selector.WhichOneof("selector_options"):
        case "include":
            return edge.PayloadSelector.Include(list(selector.include.fields))
        case "exclude":
            return edge.PayloadSelector.Exclude(list(selector.exclude.fields))
        case "enable":
            return selector.enable
        case _:
            return default


def to_vector_selector(request: Message) -> bool | list[str]:
    selector = request.with_vectors
    if selector.WhichOneof("selector_options") == "include":
        return list(selector.include.names)
    return selector.enable


def to_search_params(message: api.SearchParams) -> edge.SearchParams:
    parts = given(message, "hnsw_ef", "exact", "indexed_only")
    if message.HasField("quantization"):
        parts["quantization"] = edge.QuantizationSearchParams(
            **given(message.quantization, "ignore", "rescore", "oversampling")
        )
    return edge.SearchParams(**parts)


def limit_of(request: Message) -> int:
    return request.limit if request.HasField("limit") else 10


def to_hnsw(message: api.HnswConfigDiff) -> edge.HnswIndexConfig:
    defaults = api.HnswConfigDiff(m=16, ef_construct=100, full_scan_threshold=10000)
    defaults.MergeFrom(message)
    names = ("m", "ef_construct", "full_scan_threshold", "max_indexing_threads", "on_disk", "payload_m")
    return edge.HnswIndexConfig(**given(defaults, *names))


def to_quantization(config: Message) -> Any:
    if not config.HasField("quantization_config"):
        return None
    match config.quantization_config.WhichOneof("quantization"):
        case "scalar":
            scalar = config.quantization_config.scalar
            return edge.ScalarQuantizationConfig(edge.ScalarType.Int8, **given(scalar, "quantile", "always_ram"))
        case "binary":
            return edge.BinaryQuantizationConfig(**given(config.quantization_config.binary, "always_ram"))
        case other:
            raise lacking(other)


def to_vector_params(message: api.VectorParams) -> edge.EdgeVectorParams:
    if message.distance == api.Distance.UnknownDistance or message.size == 0:
        raise wrong("vectors need a size and a distance")
    return edge.EdgeVectorParams(
        message.size,
        getattr(edge.Distance, api.Distance.Name(message.distance)),
        on_disk=message.on_disk if message.HasField("on_disk") else None,
        hnsw_config=to_hnsw(message.hnsw_config) if message.HasField("hnsw_config") else None,
        quantization_config=to_quantization(message),
    )


def to_config(config: api.CollectionConfig) -> edge.EdgeConfig:
    vectors = config.params.vectors_config
    optimizers = ("deleted_threshold", "vacuum_min_vector_number", "default_segment_number", "indexing_threshold")
    return edge.EdgeConfig(
        vectors=to_vector_params(vectors.params)
        if vectors.HasField("params")
        else {name: to_vector_params(each) for name, each in vectors.params_map.map.items()},
        sparse_vectors={
            name: edge.EdgeSparseVectorParams(modifier=edge.Modifier.Idf if each.modifier else None)
            for name, each in config.params.sparse_vectors_config.map.items()
        },
        on_disk_payload=config.params.on_disk_payload,
        hnsw_config=to_hnsw(config.hnsw_config),
        quantization_config=to_quantization(config),
        optimizers=edge.EdgeOptimizersConfig(**given(config.optimizer_config, *optimizers)),
    )


def to_index(request: api.CreateFieldIndexCollection) -> tuple[api.PayloadSchemaInfo, Any]:
    """Returns what is remembered of a payload index, and what the engine is told."""
    kind = api.FieldType.Name(request.field_type).removeprefix("FieldType").lower()
    parts: dict[str, Any] = {}
    if request.HasField("field_index_params"):
        name = request.field_index_params.WhichOneof("index_params")
        kind = name.removesuffix("_index_params")
        parts = {field.name: value for field, value in getattr(request.field_index_params, name).ListFields()}
    if kind not in KINDS or not {*parts} <= {"is_tenant", "is_principal", "on_disk", "enable_hnsw", "lookup", "range"}:
        raise lacking(f"an index of kind {kind} with {[*parts]}")
    remembered = api.PayloadSchemaInfo(data_type=api.PayloadSchemaType.Value(kind.title()))
    if request.HasField("field_index_params"):
        remembered.params.CopyFrom(request.field_index_params)
    return remembered, KINDS[kind](**parts)


# From the engine to gRPC


def from_id(value: int | uuid.UUID) -> api.PointId:
    return api.PointId(num=value) if isinstance(value, int) else api.PointId(uuid=str(value))


def from_vector(value: Any) -> api.VectorOutput:
    if isinstance(value, edge.SparseVector):
        return api.VectorOutput(sparse=api.SparseVector(indices=value.indices, values=value.values))
    return api.VectorOutput(dense=api.DenseVector(data=value))


def from_vectors(value: Any) -> api.VectorsOutput | None:
    if value is None:
        return None
    if isinstance(value, dict):
        named = {name: from_vector(vector) for name, vector in value.items()}
        return api.VectorsOutput(vectors=api.NamedVectorsOutput(vectors=named))
    return api.VectorsOutput(vector=from_vector(value))


def from_record(record: edge.Record) -> api.RetrievedPoint:
    payload = RestToGrpc.convert_payload(record.payload or {})
    return api.RetrievedPoint(id=from_id(record.id), payload=payload, vectors=from_vectors(record.vector))


def from_scored(point: edge.ScoredPoint) -> api.ScoredPoint:
    return api.ScoredPoint(
        id=from_id(point.id),
        payload=RestToGrpc.convert_payload(point.payload or {}),
        score=point.score,
        version=point.version,
        vectors=from_vectors(point.vector),
    )
