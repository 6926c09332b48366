"""Mappings whose values are rows of bytes somewhere else, read and decoded when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Protocol, TypeVar

import msgspec

__all__ = ["Held", "Table", "Tables", "Whole"]

Value = TypeVar("Value")

_MOST = 4_096
"""Values of a table that are kept decoded; then it begins again."""

_SHARE = 16
"""Of so many rows one is asked for by itself; who asks for more of them reads all at once."""


class Tables(Protocol):
    """Rows of bytes by the name of their table and their key; raises `Damaged` where they cannot be read."""

    def get(self, table: str, key: bytes) -> bytes | None:
        """Return a row, `None` where there is none."""

    def keys(self, table: str) -> Iterator[bytes]:
        """Yield the keys of a table in the order in which they were stored."""

    def rows(self, table: str) -> Iterable[tuple[bytes, bytes]]:
        """Return the keys and rows of a table, in any order."""

    def count(self, table: str) -> int:
        """Return how many rows a table has."""

    def rest(self) -> None:
        """Let go of what can be read again."""


class Held:
    """Tables in memory."""

    def __init__(self, tables: Iterable[tuple[str, Iterable[tuple[bytes, bytes]]]]) -> None:
        """Hold tables, each with its keys and rows."""
        self._tables = {name: dict(rows) for name, rows in tables}

    def get(self, table: str, key: bytes) -> bytes | None:
        """Return a row, `None` where there is none."""
        return self._tables[table].get(key)

    def keys(self, table: str) -> Iterator[bytes]:
        """Yield the keys of a table."""
        return iter(self._tables[table])

    def rows(self, table: str) -> Iterable[tuple[bytes, bytes]]:
        """Return the keys and rows of a table."""
        return self._tables[table].items()

    def count(self, table: str) -> int:
        """Return how many rows a table has."""
        return len(self._tables[table])

    def rest(self) -> None:
        """Do nothing: it cannot be read again."""


class Table(Mapping[Any, Value]):
    """A table of rows whose values are made when they are asked for; `given` ones stand in the place of stored ones.

    `decoded` are those that were asked for.
    """

    def __init__(
        self, tables: Tables, name: str, decoder: msgspec.msgpack.Decoder[Any], given: Mapping[Any, Value] | None = None
    ) -> None:
        """Read the table of that name."""
        self._tables = tables
        self._name = name
        self._decoder = decoder
        self._given = given or {}
        self._asked = 0
        self._rows: dict[bytes, bytes] | None = None
        self.decoded: dict[Any, Value] = dict(self._given)

    def _make(self, _key: Any, row: bytes) -> Value:  # noqa: ANN401 - text, or a key of a bucket
        value: Value = self._decoder.decode(row)
        return value

    @staticmethod
    def _packed(key: Any) -> bytes:  # noqa: ANN401 - as above
        return str.encode(key)

    @staticmethod
    def _unpacked(key: bytes) -> Any:  # noqa: ANN401 - as above
        return key.decode()

    def get(self, key: Any, default: Any = None) -> Any:  # noqa: ANN401 - as `Mapping` has it
        """Return a value; many keys that are asked for have none."""
        made = self.decoded
        if key in made:
            return made[key]
        row = self._row(key)
        if row is None:
            return default
        if len(made) >= _MOST + len(self._given):
            self._forget()
            made = self.decoded
        value = made[key] = self._make(key, row)
        return value

    def _row(self, key: Any) -> bytes | None:  # noqa: ANN401 - as above
        if self._rows is None:
            self._asked += 1
            if self._asked * _SHARE <= self._tables.count(self._name):
                return self._tables.get(self._name, self._packed(key))
            self._rows = dict(self._tables.rows(self._name))
        return self._rows.get(self._packed(key))

    def __getitem__(self, key: Any) -> Value:  # noqa: ANN401 - as above
        """Return a value; raises `KeyError`."""
        value: Value | None = self.get(key)
        if value is None:
            raise KeyError(key)
        return value

    def __contains__(self, key: object) -> bool:
        """Whether there is such a key."""
        return key in self.decoded or self._row(key) is not None

    def __iter__(self) -> Iterator[Any]:
        """Yield all keys."""
        return map(self._unpacked, self._tables.keys(self._name))

    def __len__(self) -> int:
        """Return how many there are."""
        return self._tables.count(self._name)

    def rest(self) -> None:
        """Let go of all but what was given."""
        self._forget()
        self._asked, self._rows = 0, None

    def _forget(self) -> None:
        self.decoded = dict(self._given)

    def take(self, before: Mapping[Any, Value], changed: Iterable[Any]) -> None:
        """Take over what another has decoded, but for what has changed."""
        if isinstance(before, Table):
            self.decoded = {**before.decoded, **self._given}
        for key in changed:
            if key not in self._given:
                self.decoded.pop(key, None)


class Whole(Mapping[str, Value]):
    """A mapping that is needed as a whole, and read when it is needed."""

    def __init__(self, read: Callable[[], Mapping[str, Value]]) -> None:
        """Call `read` when anything is asked."""
        self._read = read
        self._there: Mapping[str, Value] | None = None

    @property
    def _values(self) -> Mapping[str, Value]:
        if self._there is None:
            self._there = self._read()
        return self._there

    def __getitem__(self, key: str) -> Value:
        """Return a value; raises `KeyError`."""
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        """Yield all keys."""
        return iter(self._values)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._values)

    def rest(self) -> None:
        """Let go of all of it."""
        self._there = None
