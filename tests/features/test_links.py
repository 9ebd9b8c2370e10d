"""Document links."""

from aloop_models.features.links import links
from support.snapshots import snapshot


def render(text: str) -> list[tuple[str, str, str]]:
    return [(text[slice(*link.span)], link.target, link.tooltip) for link in links(snapshot(text))]


PAGE = "https://example.com/a"


def test_an_id_is_not_underlined():
    assert render('models:\n  openai/gpt-4o:\n  nobody/x:\n  plain:\n  "openai/x": {}\n') == []


def test_addresses_in_comments():
    text = (
        f"# See {PAGE}, or ({PAGE}).\nmodels:\n  a/b: # <{PAGE}>\n    api_base: {PAGE}\n    name: 'x # {PAGE}'\n"
        f"    timeout: 5\t# {PAGE}?x=1#y\r\n"
    )
    assert render(text) == [
        (PAGE, PAGE, "Open the link"),
        (PAGE, PAGE, "Open the link"),
        (PAGE, PAGE, "Open the link"),
        (f"{PAGE}?x=1#y", f"{PAGE}?x=1#y", "Open the link"),
    ]


def test_addresses_with_secrets_are_no_links():
    key = "sk-proj-AbCdEfGhIjKlMnOpQrStUvWx0123456789AbCdEfGh"
    assert render(f"# https://me:hunter2@example.com/ https://example.com/?key={key} https:// ftp://x\n") == []
