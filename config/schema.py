"""Describes jarshy.yaml as JSON Schema, made from the models that check it: editors complete and explain keys by it."""

from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import timedelta
from typing import Any

from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import CoreSchema
from pydantic_core.core_schema import WithDefaultSchema

from bot.media.slides import Theme
from bot.model import Channel, Keep, Policy, Source
from config.cards import CardsBlock
from config.layout import AccountBlock, ChannelBlock, DefaultsBlock, KeepBlock, Layout, SourceBlock
from config.networks import Network, Networks

FILE = "jarshy.schema.json"
MODELINE = f"# yaml-language-server: $schema={FILE}\n"
"""The first line of a settings file: it tells editors of code where the schema lies."""

Schema = dict[str, Any]
# Each network has its own.
_BY_NETWORK = ("form", "max_per_day")


def schema(networks: Networks) -> Schema:
    """Describe the whole file, with the keys of each network at its accounts and of all of them at channels."""
    made = Layout.model_json_schema(schema_generator=_Bare)
    blocks = made["$defs"]
    known = ((SourceBlock, Source), (DefaultsBlock, Channel, Source, Policy), (KeepBlock, Keep), (CardsBlock, Theme))
    for block, *words in known:
        _add_defaults(blocks[block.__name__], *words)
    parts = {name: _part(name, each, blocks) for name, each in networks.items()}
    account, channel = blocks[AccountBlock.__name__], blocks[ChannelBlock.__name__]
    for named in ("sources", "accounts", "channels"):
        made["properties"][named]["additionalProperties"] = False
    if networks:
        blocks[AccountBlock.__name__] = {"anyOf": [_account(account, name, *part) for name, part in parts.items()]}
        theirs = {name: settings["properties"] for name, (settings, _) in parts.items()}
        channel["properties"] = _together(theirs) | channel["properties"]
        channel["additionalProperties"] = False
    return {"$schema": "http://json-schema.org/draft-07/schema#", "title": "jarshy.yaml", **made}


class _Bare(GenerateJsonSchema):
    """Without titles, which only repeat the keys, and without defaults that say "not set"."""

    def field_title_should_be_set(self, schema: CoreSchema) -> bool:
        return False

    def default_schema(self, schema: WithDefaultSchema) -> Schema:
        made = super().default_schema(schema)
        return {key: value for key, value in made.items() if key != "default" or isinstance(value, str | int)}

    def model_schema(self, schema: Any) -> Schema:
        return {key: value for key, value in super().model_schema(schema).items() if key != "title"}


def _part(name: str, network: Network, blocks: Schema) -> tuple[Schema, Schema]:
    """Describe a network's settings and credentials, with what they refer to among the `blocks`."""
    where = f"#/$defs/{name}.{{model}}"
    made = [each.model_json_schema(schema_generator=_Bare, ref_template=where) for each in network[:2]]
    for each in made:
        blocks |= {f"{name}.{key}": value for key, value in each.pop("$defs", {}).items()}
        each.setdefault("properties", {})
    return _loosened(made[0]), made[1]


def _loosened(settings: Schema) -> Schema:
    """Take numbers for texts: whoever writes a chat's number without quotes means the same."""
    for one in settings["properties"].values():
        if one.get("type") == "string" and "enum" not in one:
            one["type"] = ["string", "integer"]
    return settings


def _account(ours: Schema, name: str, settings: Schema, credentials: Schema) -> Schema:
    secret = ours["properties"]["credentials"]["additionalProperties"]
    secrets = {
        key: secret
        | {"description": f"the NAME of a secret; what it holds: {one.get('description', f'the {key} of {name}')}"}
        | {"examples": [f"{name}_{key}".upper().replace("-", "_")]}
        for key, one in credentials["properties"].items()
    }
    own = {
        "network": ours["properties"]["network"] | {"const": name},
        "app": ours["properties"]["app"],
        "credentials": credentials | {"properties": secrets, "additionalProperties": False},
    }
    needed = ["network", *(["credentials"] if credentials.get("required") else [])]
    properties = settings["properties"] | own
    return {"type": "object", "properties": properties, "required": needed, "additionalProperties": False}


def _together(theirs: Mapping[str, Schema]) -> Schema:
    """Put the networks' keys side by side; each says whose it is."""
    found: dict[str, list[tuple[str, Schema]]] = {}
    for name, properties in theirs.items():
        for key, one in properties.items():
            found.setdefault(key, []).append((name, one))
    return {key: _one(named) for key, named in found.items()}


def _one(named: list[tuple[str, Schema]]) -> Schema:
    said = "; ".join(f"{name}: {one.get('description', 'a key of its own')}" for name, one in named)
    if len(named) == 1:
        return named[0][1] | {"description": said}
    return {"anyOf": [one for _, one in named], "description": said}


def _add_defaults(block: Schema, *words: type[Channel | Source | Policy | Keep | Theme]) -> None:
    for each in (one for model in words for one in fields(model)):
        is_ours = each.name in block["properties"] and each.name not in _BY_NETWORK
        if is_ours and each.default is not MISSING and isinstance(each.default, timedelta | str | int) and each.default:
            block["properties"][each.name]["default"] = _spelled(each.default)


def _spelled(value: timedelta | str | int) -> str | int:
    if not isinstance(value, timedelta):
        return value
    seconds = int(value.total_seconds())
    steps = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))
    # People say 60s and 24h, and from there on 2m and 2d.
    return next((f"{seconds // step}{sign}" for sign, step in steps if not seconds % step and seconds > step), "1s")
