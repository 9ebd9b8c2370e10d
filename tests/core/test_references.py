"""Where a file names its entries."""

from aloop_models.core.reader import read_document
from aloop_models.core.references import fallbacks_of, references, roles_of


def test_roles_and_fallbacks() -> None:
    text = (
        "default: a/b\nroles:\n  fast: a/b\n  slow: 5\n  none:\nfallbacks: [a/c, a/b, a/c, 7, null]\nmodels:\n  a/b:\n"
    )
    document = read_document(text)
    assert roles_of(document) == {"fast": "a/b"}
    assert fallbacks_of(document) == ("a/c", "a/b")
    assert [(item.section, item.role and item.role.text, item.model_id) for item in references(document)] == [
        ("default", None, "a/b"),
        ("roles", "fast", "a/b"),
        ("roles", "slow", None),
        ("roles", "none", None),
        ("fallbacks", None, "a/c"),
        ("fallbacks", None, "a/b"),
        ("fallbacks", None, "a/c"),
        ("fallbacks", None, None),
        ("fallbacks", None, None),
    ]


def test_other_types_and_aliases() -> None:
    assert roles_of(read_document("roles: [a/b]\nfallbacks: {x: a/b}\n")) == {}
    assert fallbacks_of(read_document("roles: [a/b]\nfallbacks: {x: a/b}\n")) == ()
    aliased = read_document("x: &all [a/b, &c a/c]\nfallbacks: *all\nroles: {fast: *c}\n")
    assert (fallbacks_of(aliased), roles_of(aliased)) == (("a/b", "a/c"), {"fast": "a/c"})


def test_roles_are_read_once() -> None:
    document = read_document("models:\n  a/b:\nroles:\n  fast: a/b\n")
    assert roles_of(document) == {"fast": "a/b"}
    assert roles_of(document) is roles_of(document)
