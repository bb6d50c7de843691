"""The section [lake] of tyle.toml: a lake that several machines share. Connects to nothing."""

import re
from collections.abc import Iterator

from flows.settings.secrets import Secret
from flows.settings.section import Section
from flows.settings.sources import S3Server

_BUCKET = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,62})((?:/[\w.=-]+)*)/?", re.ASCII)

_BUCKET_FORM = "viết s3://bucket/thư-mục, chỉ gồm chữ không dấu, số, . _ = -"


class S3Settings(S3Server):
    """The S3 server of all `s3://` places."""

    label = "lake.s3"


class LakeSettings(Section):
    """`catalog`: a PostgreSQL URI, which holds a password; `data`: s3://bucket/prefix, or a folder all machines share.

    Without them, catalog and data are files in the workspace.
    """

    catalog: Secret | None = None
    data: str | None = None
    s3: S3Settings | None = None

    @property
    def is_shared(self) -> bool:
        """Whether several machines may use this lake."""
        return self.catalog is not None

    def faults(self, landing: str | None) -> Iterator[tuple[tuple[str, str], str]]:
        """Section and key, and why other machines could not use the lake with this setting."""
        places = {("lake", "data"): self.data, ("landing", "place"): landing}
        for setting, place in places.items():
            if self.is_shared and place is None:
                yield setting, "kho dùng chung ([lake] catalog) cần một nơi mà mọi máy đều tới được"
            if not self.is_shared and place is not None:
                yield setting, "chỉ dùng cùng [lake] catalog"
            if place and place.startswith("s3:"):
                if not _BUCKET.fullmatch(place):
                    yield setting, _BUCKET_FORM
                if self.s3 is None:
                    yield setting, "thiếu [lake.s3] endpoint"


def bucket_of(place: str) -> tuple[str, str]:
    """Bucket and prefix of an `s3://` place. Raises ValueError."""
    found = _BUCKET.fullmatch(place)
    if not found:
        raise ValueError(f"lake.data, landing.place: {_BUCKET_FORM}")
    return found[1], found[2].strip("/")
