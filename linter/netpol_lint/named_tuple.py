"""Named tuples whose classes cost next to nothing until the first tuple is made.

A run over one file defines more than a hundred such classes and makes tuples of a third of them.
`typing.NamedTuple` checks the annotations and compiles a constructor for each class, which all in
all takes twice as long as starting Python does. To a type checker this one is the same.

The constructor is compiled from the names of the fields, as theirs is: one that takes whatever
it is given makes each tuple a quarter slower, and a policy is made of hundreds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing import NamedTuple as NamedTuple
else:
    from collections import _tuplegetter  # what fields of named tuples are there, too

    class _Definition(type):
        """Turns the annotated names of a class statement into the fields of a tuple."""

        def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> type:
            fields = tuple(body.get("__annotations__", ()))
            body["_field_defaults"] = {each: body[each] for each in fields if each in body}
            body.update((each, _tuplegetter(index, None)) for index, each in enumerate(fields))
            body["_fields"] = body["__match_args__"] = fields
            body["__slots__"] = ()
            body["__new__"] = _make_first
            return super().__new__(cls, name, bases, body)

    def _make_first(cls: type, /, *values: Any, **named: Any) -> tuple[Any, ...]:
        """Stands for the constructor until it is called, and puts the real one in its place."""
        names = "".join(f"{each}, " for each in cls._fields)
        code = f"lambda _cls, {names}: _new(_cls, ({names}))"
        constructor = eval(code, {"_new": tuple.__new__, "__builtins__": {}})  # noqa: S307  # names of our own fields
        constructor.__name__, constructor.__qualname__ = "__new__", f"{cls.__qualname__}.__new__"
        constructor.__defaults__ = tuple(cls._field_defaults.values())
        cls.__new__ = staticmethod(constructor)
        return constructor(cls, *values, **named)

    class NamedTuple(tuple, metaclass=_Definition):
        """The base of all such classes."""

        def __repr__(self) -> str:
            shown = (f"{name}={value!r}" for name, value in self._asdict().items())
            return f"{type(self).__name__}({', '.join(shown)})"

        def __getnewargs__(self) -> tuple[Any, ...]:
            return tuple(self)

        def _asdict(self) -> dict[str, Any]:
            return dict(zip(self._fields, self, strict=True))

        def _replace(self, **named: Any) -> NamedTuple:
            changed: NamedTuple = tuple.__new__(type(self), map(named.pop, self._fields, self))
            if named:
                raise TypeError(f"{type(self).__name__} has no {', '.join(named)}")
            return changed
