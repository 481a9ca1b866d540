"""Where networks that fetch media by themselves find them: a folder the web server serves, or a bucket."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from config.values import Keyword, OpenWeb, SecretName, SomeDuration, Words

if TYPE_CHECKING:
    from config.problems import Problems

_KEEP, _LEAST = timedelta(days=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicSettings:
    """One place. Either `folder` is set, or `bucket` with the names of two secrets."""

    address: str
    folder: Path | None = None
    bucket: str = ""
    endpoint: str = ""
    region: str = ""
    prefix: str = ""
    key_id: str = ""
    key: str = ""
    keep: timedelta = _KEEP


def _long(value: timedelta) -> timedelta:
    if value < _LEAST:
        raise ValueError("must be 1h or more: a network may take so long to fetch a file")
    return value


class PublicBlock(BaseModel):
    """A place for files that anybody can fetch who knows their names, which nobody can guess."""

    model_config = ConfigDict(extra="forbid")

    address: OpenWeb = Field(description="where they are seen, such as https://media.courier.example/social")
    folder: Words | None = Field(None, description="a folder the newsroom's web server serves at this address")
    bucket: Words | None = Field(None, description="or a bucket of S3-compatible storage (needs jarshy[s3])")
    endpoint: OpenWeb | None = Field(None, description="where the storage is spoken to; left out: Amazon's")
    region: Words | None = Field(None, description="the bucket's region, where its storage has regions")
    prefix: Words | None = Field(None, description="what the names of all our files in the bucket begin with")
    key_id: SecretName | None = Field(None, description="the name of the secret with the access key's id")
    key: SecretName | None = Field(None, description="the name of the secret with the access key itself")
    keep: Annotated[SomeDuration, AfterValidator(_long)] = Field(
        _KEEP, description="how long files stay after they were last needed, 1h or more; left out: 1d"
    )

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.folder is None) == (self.bucket is None):
            raise ValueError("must name either a folder or a bucket")
        if (self.bucket is None) != (self.key_id is None) or (self.bucket is None) != (self.key is None):
            raise ValueError("must have key_id and key (the names of secrets) if it is a bucket, and only then")
        return self


class MediaBlock(BaseModel):
    """What is done with pictures and films."""

    model_config = ConfigDict(extra="forbid")

    public: PublicBlock | None = Field(None, description="where networks fetch them that do so by themselves")
    barred: list[Keyword] = Field(
        [],
        description="whose pictures never leave: words that may stand in a credit, a caption or the picture's file; "
        "* at the end: any ending",
    )


def public(block: PublicBlock | None, home: Path) -> PublicSettings | None:
    """Make of the settings the place they name."""
    if block is None:
        return None
    said = block.model_dump(exclude_none=True)
    said["address"] = block.address.rstrip("/")
    return PublicSettings(**said | ({"folder": home / block.folder} if block.folder else {}))


def check_public(values: Mapping[str, Any], problems: "Problems") -> None:
    """Find what no network would fetch from; `values` may have any shape."""
    media, listed = values.get("media"), values.get("allow_hosts")
    block = media.get("public") if isinstance(media, dict) else None
    address = block.get("address") if isinstance(block, dict) else None
    if not isinstance(address, str):
        return
    try:
        parts = urlsplit(address)
    except ValueError:  # the layout has said what is wrong with it
        return
    allowed = {str(one).lower() for one in listed} if isinstance(listed, list) else set()
    if parts.query or parts.fragment:
        problems.add(("media", "public", "address"), "must be an address without ? and #: names are put behind it")
    # Whoever allows a host to be private knows that it is one: a network in the house, or a test.
    elif parts.scheme == "http" and parts.netloc.lower() not in allowed:
        problems.add(("media", "public", "address"), "must begin with https://: networks fetch from nowhere else")
