"""What a document says about its entries."""

from aloop_models.core.reader import read_document

TEXT = "models:\n  a/b: {name: ' x ', timeout: 5, name: y}\n  c/d:\n  a/b:\n    seed: 1\ndefault: ~\n"


def test_texts_of_fields() -> None:
    first, last = (
        read_document(TEXT.replace("name: y", "note: ' z '")).entries[0].entry,
        read_document(TEXT).entries[0].entry,
    )
    assert [first.text(name) for name in ("name", "note", "timeout", "nope")] == ["x", "z", "", ""]
    assert last.text("name") == "y"
    assert [field.data for field in last.fields_in_force] == ["y", 5]
    assert [field.data for field in last.fields] == [" x ", 5, "y"]


def test_entries_at_an_offset() -> None:
    document = read_document(TEXT)
    found = {offset: document.entry_at(offset) for offset in range(len(TEXT) + 1)}
    spans = [placed.full_span for placed in document.entries]
    assert [TEXT[slice(*span)] for span in spans] == [TEXT[10:49], "c/d:", "a/b:\n    seed: 1"]
    for offset, placed in found.items():
        inside = [
            entry for entry, span in zip(document.entries, spans, strict=True) if span.start <= offset <= span.end
        ]
        assert placed == (inside[0] if inside else None)
    assert [document.last_entry_before(offset) for offset in (0, 9, 10)] == [None, None, document.entries[0]]


def test_the_effective_entry_and_default() -> None:
    document = read_document(TEXT)
    assert [*document.by_id] == ["a/b", "c/d"]
    assert document.by_id["a/b"] is document.entries[2]
    assert (document.default_id, document.is_blank) == (None, False)
    assert read_document("default: 5\n").default_id == "5"
    assert [read_document(text).is_blank for text in ("", "# c\n", "a", "a: 1", "[")] == [
        True,
        True,
        False,
        False,
        False,
    ]
