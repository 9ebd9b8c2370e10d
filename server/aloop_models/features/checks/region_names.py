"""The regions of AWS and the locations of Google Cloud, and which of them a text means."""

from __future__ import annotations

from aloop_models.core.lazy_re import lazy_re

# Only what these lists have is suggested; a newer region is accepted by its form.
_AWS = """
    af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1
    ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-7 ca-central-1 ca-west-1 cn-north-1
    cn-northwest-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3
    eusc-de-east-1 il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1 us-east-1 us-east-2 us-gov-east-1
    us-gov-west-1 us-west-1 us-west-2
"""
_GOOGLE = """
    africa-south1 asia-east1 asia-east2 asia-northeast1 asia-northeast2 asia-northeast3 asia-south1 asia-south2
    asia-southeast1 asia-southeast2 australia-southeast1 australia-southeast2 europe-central2 europe-north1
    europe-north2 europe-southwest1 europe-west1 europe-west10 europe-west12 europe-west2 europe-west3 europe-west4
    europe-west6 europe-west8 europe-west9 global me-central1 me-central2 me-west1 northamerica-northeast1
    northamerica-northeast2 northamerica-south1 southamerica-east1 southamerica-west1 us-central1 us-east1 us-east4
    us-east5 us-south1 us-west1 us-west2 us-west3 us-west4
"""
_ZONE = lazy_re(r"(?<=[0-9])[a-f]\Z")


def aws_region(value: str) -> str | None:
    """The region with the letters and digits of a text, which can be a zone or a path."""
    return _named(value, _AWS_BY_LETTERS)


def google_location(value: str) -> str | None:
    """The location with the letters and digits of a text, which can be a zone or a path."""
    return _named(value, _GOOGLE_BY_LETTERS)


def region_meant(field: str, value: str) -> str | None:
    """The region that a value of a field means, or None."""
    if field == "aws_region_name":
        return aws_region(value)
    return google_location(value) if field == "vertex_location" else None


def _named(value: str, by_letters: dict[str, str]) -> str | None:
    letters = "".join(filter(str.isalnum, value.casefold().rpartition("/")[2]))
    return by_letters.get(letters) or by_letters.get(_ZONE.sub("", letters))


_AWS_BY_LETTERS, _GOOGLE_BY_LETTERS = (
    {region.replace("-", ""): region for region in regions.split()} for regions in (_AWS, _GOOGLE)
)
