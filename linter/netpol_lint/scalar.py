"""What Kubernetes reads in a plain YAML scalar: neither YAML 1.1 nor 1.2, but its own mixture.

The facts come from sigs.k8s.io/yaml v1.6 and the go-yaml v2 fork inside it (resolve.go, decode.go);
tests/data/scalars.json holds the worked table.
"""

from __future__ import annotations

import struct
from math import isinf

from netpol_lint.regex import regex

Value = None | bool | int | float | str
"""A JSON scalar."""

_WORDS: dict[str, bool | None] = {
    "": None,
    "~": None,
    **dict.fromkeys(("null", "Null", "NULL")),
    **dict.fromkeys(
        ("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True
    ),
    **dict.fromkeys(
        ("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False
    ),
}
EVIDENT = frozenset(map(chr, (*range(65, 91), *range(97, 123)))) - {word[:1] for word in _WORDS}
"""A plain scalar that begins with one of these letters is its own text, whatever follows."""
_ENDLESS = regex(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_INTEGER = regex(r"[-+]?(0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|0[0-7]*|[1-9][0-9]*)")
_FLOAT = regex(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_LONGEST_NUMBER = 4000
"""Python refuses to convert longer digit strings; no number of a policy is that long."""


class NotJson(ValueError):
    """The scalar reads as a value that JSON cannot hold, or that its tag does not allow."""


def resolve(text: str) -> Value:
    """The JSON value of an untagged plain scalar.

    Raises NotJson for infinities and not-a-number, which Kubernetes cannot convert.
    """
    if not text:
        return None
    first = text[0]
    if first in "yYnNtTfFoO~":
        return _WORDS.get(text, text)
    if first in "0123456789+-.":
        if _ENDLESS.fullmatch(text):
            raise NotJson(f"`{text}` is a number that json cannot hold")
        value = _number(text)
        return _as_json(value) if isinstance(value, float) else value
    return text


def _number(text: str) -> int | float | str:
    if len(text) > _LONGEST_NUMBER:
        return text
    if text[0] != ".":
        bare = text.replace("_", "")
        if _INTEGER.fullmatch(bare):
            whole = _integer(bare)
            if -(2**63) <= whole < 2**63 or (bare[0] not in "+-" and whole < 2**64):
                return whole
    else:
        bare = text
    if _FLOAT.fullmatch(bare):
        real = float(bare)
        if not isinf(real):
            return real
    return text


def _integer(text: str) -> int:
    digits = text.lstrip("+-")
    if digits[:2] in ("0x", "0X", "0o", "0O", "0b", "0B"):
        whole = int(digits, 0)
    elif digits[0] == "0":
        whole = int(digits, 8)
    else:
        whole = int(digits)
    return -whole if text[0] == "-" else whole


def _as_json(real: float) -> int | float:
    """Go writes an integral float below 1e21 without a point, and then the API reads an integer."""
    return int(real) if real.is_integer() and abs(real) < 1e21 else real


def resolve_tagged(text: str, tag: str) -> Value:
    """The JSON value of a scalar with an explicit tag such as `!!str` or `!color`.

    Raises NotJson where go-yaml refuses the pair of tag and text.
    """
    if tag == "!!binary":
        return _binary(text)
    if tag not in ("!!null", "!!bool", "!!int", "!!float"):
        return text
    value = resolve(text)
    fits = {
        "!!null": value is None,
        "!!bool": isinstance(value, bool),
        "!!int": isinstance(value, int) and not isinstance(value, bool),
        "!!float": isinstance(value, int | float) and not isinstance(value, bool),
    }
    if not fits[tag]:
        raise NotJson(f"`{text}` cannot be read as {tag}")
    return value


def _binary(text: str) -> str:
    import base64
    import binascii

    try:
        return base64.b64decode("".join(text.split()), validate=True).decode("utf-8", "replace")
    except binascii.Error as error:
        raise NotJson(f"`{text}` is not base64, as its tag says") from error


def is_plain_key(text: str) -> bool:
    """Whether a key is its text, with quotes or without: no number, no word, no merge."""
    return text not in _WORDS and text[0] not in "<0123456789+-."


def resolve_key(text: str) -> str:
    """The JSON object key that an untagged plain key becomes.

    Raises NotJson for null and for integers beyond 64 signed bits.
    """
    if not text or text[0] in "yYnNtTfFoO~":
        word = _WORDS.get(text, text)
        if word is None:
            raise NotJson("a null key cannot become json")
        return word if isinstance(word, str) else str(word).lower()
    if text[0] not in "0123456789+-.":
        return text
    if _ENDLESS.fullmatch(text):
        return text.lower().removeprefix("+")
    value = _number(text)
    if isinstance(value, float):
        return _float_key(value)
    if isinstance(value, int) and value >= 2**63:
        raise NotJson(f"the key `{text}` is too large for json")
    return str(value)


def _float_key(value: float) -> str:
    """Go's shortest `%g` of a 32-bit float (strconv.FormatFloat(value, 'g', -1, 32))."""
    try:
        packed = struct.pack("f", value)
    except OverflowError:
        return "-Inf" if value < 0 else "+Inf"
    narrow: float = struct.unpack("f", packed)[0]
    if narrow == 0:
        return "0"
    shortest = next(
        text
        for text in (f"{narrow:.{digits}e}" for digits in range(9))
        if struct.pack("f", float(text)) == packed
    )
    mantissa, _, exponent = shortest.partition("e")
    if -4 <= int(exponent) < 6:
        places = len(mantissa.partition(".")[2]) - int(exponent)
        return f"{float(shortest):.{max(0, places)}f}"
    return f"{mantissa}e{int(exponent):+03d}"
