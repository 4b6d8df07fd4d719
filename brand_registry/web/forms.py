"""What a brand's people fill in, field by field: from a brand's JSON to inputs, and back to it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from brand_registry.editing import Fields

_BETWEEN = re.compile(r"[,;\n]")
_SHORT = re.compile("[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form. `kind` says which input it is, and what of JSON it becomes:

    `text`, `long` (several lines of text), `date`, `check` (true), `choice` (of `choices`: value and label),
    `percent` (a share), `words` and `numbers` (a list, parted by commas), `lines` (a list, one a line),
    `pairs` (an object, a line `name: value` each), `price` (amount and currency).
    """

    name: str
    label: str
    kind: str = "text"
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    required: bool = False

    def inputs(self, fields: Fields) -> dict[str, str]:
        """What the inputs hold, by their names."""
        value = fields.get(self.name)
        if self.kind == "price":
            price = value or {}
            return {f"{self.name}.{part}": str(price.get(part, "")) for part in ("amount", "currency")}
        return {self.name: "" if value is None else self._text(value)}

    def value(self, typed: Mapping[str, str]) -> Any:  # noqa: PLR0911 - a table
        """What was typed as JSON; None where nothing was."""
        text = typed.get(self.name, "").strip()
        match self.kind:
            case "price":
                parts = {
                    part: typed.get(f"{self.name}.{part}", "").strip() for part in ("amount", "currency")
                }
                return parts if any(parts.values()) else None
            case "check":
                return True if text else None
            case "percent":
                bare = text.removesuffix("%").strip()
                return int(bare) / 100 if _SHORT.fullmatch(bare) else text or None
            case "words":
                return _parts(_BETWEEN.split(text))
            case "numbers":
                # What is no number stays as it is, and is told of by whoever checks it.
                numbers = _parts(_BETWEEN.split(text))
                return [int(part) if _SHORT.fullmatch(part) else part for part in numbers]
            case "lines":
                return _parts(text.splitlines())
            case "pairs":
                split = [line.partition(":") for line in text.splitlines() if line.strip()]
                return {name.strip(): value.strip() for name, _, value in split}
        return text or None

    def _text(self, value: Any) -> str:
        match self.kind:
            case "words" | "numbers":
                return ", ".join(map(str, value))
            case "lines":
                return "\n".join(map(str, value))
            case "pairs":
                return "\n".join(f"{name}: {one}" for name, one in value.items())
            case "check":
                return "on" if value else ""
            case "percent":
                return f"{value * 100:.0f} %" if isinstance(value, int | float) else str(value)
        return str(value)

    def error(self, said: Mapping[str, str]) -> str:
        """What is wrong with it, of what was said by places (`classes.1`); '' where nothing is."""
        return next((clause for place, clause in said.items() if self.owns(place)), "")

    def owns(self, place: str) -> bool:
        return place == self.name or place.startswith(f"{self.name}.")


def inputs_of(form: Sequence[Field], fields: Fields) -> dict[str, str]:
    """What all inputs of a form hold."""
    return {name: text for field in form for name, text in field.inputs(fields).items()}


def values_of(form: Sequence[Field], typed: Mapping[str, str]) -> Fields:
    """What was typed as a brand's JSON has it: every field of the form, None where nothing was typed."""
    return {field.name: field.value(typed) for field in form}


def unplaced(form: Sequence[Field], said: Mapping[str, str]) -> str:
    """What is wrong with the whole, as one text."""
    return "; ".join(
        f"{place} {clause}".strip() for place, clause in said.items() if not any(f.owns(place) for f in form)
    )


def differences(form: Sequence[Field], now: Fields, typed: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Label, what is there now and what was typed, of each field in which the two differ."""
    found = []
    for field in form:
        there, here = (
            ", ".join(filter(None, inputs.values()))
            for inputs in (field.inputs(now), field.inputs({field.name: field.value(typed)}))
        )
        if there != here:
            found.append((field.label, there, here))
    return found


def _parts(parts: Sequence[str]) -> list[str]:
    return [part.strip() for part in parts if part.strip()]
