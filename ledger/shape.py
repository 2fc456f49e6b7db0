"""How an event's fields become a msgpack array and back: in the class's own order, which golden files pin."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import Enum
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, Final, Generic, Literal, TypeAlias, TypeVar, Union, get_args, get_origin

import msgspec
from pydantic import BaseModel

from events.model import Event

ModelT = TypeVar("ModelT", bound=BaseModel)
Convert: TypeAlias = Callable[[Any], Any]

encode: Final = msgspec.msgpack.Encoder().encode
decode: Final = msgspec.msgpack.Decoder(list[Any]).decode
_HEADER_FIELDS: Final = frozenset({"subject", "parts"})
_AS_THEY_ARE: Final = (str, int, bool, bytes)
# A frozen model's four slots, set without asking it: half the cost of object.__setattr__.
_set_values, _set_fields, _set_extra, _set_private = (
    vars(BaseModel)[slot].__set__
    for slot in ("__dict__", "__pydantic_fields_set__", "__pydantic_extra__", "__pydantic_private__")
)


class Shape(Generic[ModelT]):
    """A model class's stored form: an array of its fields in order, less what the header already says.

    Fields added later with a default are absent from shorter, older arrays only through another *version*: the
    array's length must match, so that a class edited in place fails instead of guessing.
    """

    def __init__(self, model: type[ModelT]) -> None:
        self.model = model
        skipped = _HEADER_FIELDS if issubclass(model, Event) else frozenset()
        self.names = tuple(name for name in model.model_fields if name not in skipped)
        converters = [_converters(model.model_fields[name].annotation) for name in self.names]
        self._into = [into for into, _ in converters]
        self._back = [back for _, back in converters]
        self._plain_into = not any(self._into)
        self._plain_back = not any(self._back)
        self._set = set(model.model_fields)
        self._get: Callable[[ModelT], tuple[Any, ...]]
        if len(self.names) > 1:
            self._get = attrgetter(*self.names)
        else:
            self._get = lambda value: tuple(getattr(value, name) for name in self.names)

    def pack(self, value: ModelT) -> tuple[Any, ...]:
        """Give the fields as values that msgpack knows."""
        fields = self._get(value)
        if self._plain_into:
            return fields
        return tuple(
            into(field) if into and field is not None else field for into, field in zip(self._into, fields, strict=True)
        )

    def unpack(self, fields: list[Any], known: Mapping[str, object] | None = None) -> ModelT:
        """Give the model; what was sealed was valid when it was sealed, so it is not validated again.

        ``known`` are the fields that the header holds. Raises ValueError when the array is of another length.
        """
        if len(fields) != len(self.names):
            raise ValueError(f"{self.model.__name__} has {len(self.names)} stored fields, not {len(fields)}")
        if not self._plain_back:
            fields = [
                back(field) if back and field is not None else field
                for back, field in zip(self._back, fields, strict=True)
            ]
        values = dict(zip(self.names, fields, strict=True))
        if known:
            values.update(known)
        return self.assemble(values)

    def assemble(self, values: dict[str, Any]) -> ModelT:
        """Give the model of values that are right already, one for each of its fields.

        What pydantic's model_construct does, at a fifth of its cost: this runs for every mark of a rebuild.
        """
        made = object.__new__(self.model)
        _set_values(made, values)
        _set_fields(made, self._set)
        _set_extra(made, None)
        _set_private(made, None)
        return made


_SHAPES: Final[dict[type[BaseModel], Shape[Any]]] = {}


def shape(model: type[ModelT]) -> Shape[ModelT]:
    """Give the stored form of a model class, made once."""
    found = _SHAPES.get(model)
    if found is None:
        found = _SHAPES[model] = Shape(model)
    return found


def _converters(annotation: Any) -> tuple[Convert | None, Convert | None]:
    """Give how a field of this type is written and read; None leaves the value as it is."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if hasattr(annotation, "__metadata__"):
        return _converters(annotation.__origin__)
    if origin in (Union, UnionType):
        inner = [argument for argument in arguments if argument is not NoneType]
        if len(inner) != 1:
            raise TypeError(f"{annotation} has no stored form: a union is of one type and None")
        return _converters(inner[0])
    if annotation is date:
        return date.isoformat, date.fromisoformat
    if annotation is datetime:
        return datetime.isoformat, datetime.fromisoformat
    if origin is Literal or annotation in _AS_THEY_ARE:
        return None, None
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return lambda value: value.value, annotation
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        nested = shape(annotation)
        return nested.pack, nested.unpack
    if origin is tuple and arguments[1:] == (Ellipsis,):
        into, back = _converters(arguments[0])
        return (
            (lambda values: [into(value) for value in values]) if into else list,
            (lambda values: tuple(back(value) for value in values)) if back else tuple,
        )
    if annotation == dict[str, int]:
        return lambda values: dict(sorted(values.items())), None
    raise TypeError(f"{annotation} has no stored form; see ledger/shape.py")
