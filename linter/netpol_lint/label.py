"""The grammar of labels and names: what Kubernetes lets a key, a value or a name look like.

Every `*_flaw` answers None for what is accepted, else one short reason without a subject. Lengths
are bytes, as in Go (apimachinery pkg/api/validate/content).
"""

from __future__ import annotations

import re
from functools import lru_cache

from netpol_lint.regex import regex
from netpol_lint.wording import quoted

LONGEST_NAME = 253
LONGEST_LABEL = 63

_SUBDOMAIN = r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*"
_WORD = r"[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?"
_KEY = regex(rf"(?:(?=[^/]{{1,253}}/){_SUBDOMAIN}/)?{_WORD}")
_VALUE = regex(rf"(?:{_WORD})?")
_DNS_LABEL = regex(r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?")
_DNS_SUBDOMAIN = regex(rf"(?=.{{1,253}}\Z){_SUBDOMAIN}")
_PORT_NAME = regex(r"(?=[^a-z]*[a-z])[a-z0-9](?:-?[a-z0-9]){0,14}")

_ODD_WORD_CHARACTER = regex(r"[^-A-Za-z0-9_.]")
_ODD_NAME_CHARACTER = regex(r"[^-a-z0-9.]")
_LETTERS_FOR_LOWER = {0x130: "i"}
"""Where Go's lower case, which is one character for one, differs from Python's."""
_GENERATED_BASE = 58
_SUFFIX = "xxxxx"


@lru_cache(maxsize=4096)
def value_flaw(value: str) -> str | None:
    """What is wrong with a label value."""
    return None if _VALUE.fullmatch(value) else _word_flaw(value)


@lru_cache(maxsize=4096)
def key_flaw(key: str) -> str | None:
    """What is wrong with a label key: a qualified name, `[prefix/]name`."""
    if _KEY.fullmatch(key):
        return None
    prefix, slash, word = key.partition("/")
    if not slash:
        prefix, word = "", key
    if not key:
        return "it is empty"
    if "/" in word:
        return "only one `/` may stand in it"
    if slash and not prefix:
        return "nothing stands before its `/`"
    if slash and (flaw := subdomain_flaw(prefix)) is not None:
        return f"in its prefix, {flaw}"
    return _word_flaw(word) if word else "nothing stands behind its `/`"


@lru_cache(maxsize=4096)
def annotation_key_flaw(key: str) -> str | None:
    """What is wrong with the key of an annotation: a label key in any case of letters."""
    if _KEY.fullmatch(key):
        return None
    return key_flaw(key.translate(_LETTERS_FOR_LOWER).lower())


def subdomain_flaw(name: str) -> str | None:
    """What is wrong with a DNS subdomain, such as the name of a policy."""
    if _DNS_SUBDOMAIN.fullmatch(name):
        return None
    if _bytes(name) > LONGEST_NAME:
        return f"it has {_bytes(name)} bytes, {LONGEST_NAME} are allowed"
    return _name_flaw(name)


@lru_cache(maxsize=1024)
def dns_label_flaw(name: str) -> str | None:
    """What is wrong with a DNS label, such as the name of a namespace."""
    if _DNS_LABEL.fullmatch(name):
        return None
    if _bytes(name) > LONGEST_LABEL:
        return f"it has {_bytes(name)} bytes, {LONGEST_LABEL} are allowed"
    if "." in name and _DNS_SUBDOMAIN.fullmatch(name):
        return "no dot may stand in it"
    return _name_flaw(name)


def generate_name_flaw(base: str, *, alone: bool) -> str | None:
    """What is wrong with a `generateName`; `alone` if no name is beside it, so that it is used."""
    masked = base
    if len(base) > 1 and base.endswith("-"):
        # The server looks at a changed end, since more will follow (maskTrailingDash).
        masked = base.encode(errors="surrogatepass")[:-2].decode(errors="replace") + "a"
    flaw = subdomain_flaw(masked)
    if flaw is None and ("/" in base or "%" in base):
        flaw = "neither `/` nor `%` may stand in it"
    if flaw is None and alone:
        flaw = subdomain_flaw(base[:_GENERATED_BASE] + _SUFFIX)
    return flaw


@lru_cache(maxsize=1024)
def port_name_flaw(name: str) -> str | None:
    """What is wrong with the name of a port (IANA service name)."""
    if len(name) <= 15 and _PORT_NAME.fullmatch(name):
        return None
    if not name:
        return "it is empty"
    if _bytes(name) > 15:
        return f"it has {_bytes(name)} bytes, a port name 15 at most"
    if name.lower() != name and name.isascii() and port_name_flaw(name.lower()) is None:
        return "a port name is lower case"
    odd = re.search(r"[^-a-z0-9]", name)
    if odd is not None:
        return f"no {_seen(odd[0])} may stand in a port name"
    if "--" in name:
        return "no two hyphens may follow each other"
    if name.startswith("-") or name.endswith("-"):
        return "a hyphen may not begin or end it"
    return "a port name needs a letter"


def _word_flaw(word: str) -> str:
    odd = _ODD_WORD_CHARACTER.search(word)
    if odd is not None:
        if odd[0] in "\r\n" and not word[odd.start() :].strip("\r\n"):
            return "it ends with a line break"
        return f"no {_seen(odd[0])} may stand in it"
    if len(word) > LONGEST_LABEL:
        return f"it has {len(word)} bytes, {LONGEST_LABEL} are allowed"
    side = "end" if word[0].isalnum() else "begin"
    return f"it must {side} with a letter or a digit"


def _name_flaw(name: str) -> str:
    if not name:
        return "it is empty"
    odd = _ODD_NAME_CHARACTER.search(name)
    if odd is not None:
        if "A" <= odd[0] <= "Z":
            return "it must be lower case"
        if odd[0] in "\r\n" and not name[odd.start() :].strip("\r\n"):
            return "it ends with a line break"
        return f"no {_seen(odd[0])} may stand in it"
    if name[0] in "-." or name[-1] in "-.":
        side = "begin" if name[0] in "-." else "end"
        return f"it must {side} with a letter or a digit"
    if ".." in name:
        return "no two dots may follow each other"
    return "no part may begin or end with a hyphen"


def _seen(character: str) -> str:
    return "blank" if character == " " else quoted(character, 12)


def _bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode(errors="surrogatepass"))
