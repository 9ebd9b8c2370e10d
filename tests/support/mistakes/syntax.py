"""Mistakes that make models.yaml invalid YAML, or a text of the fields of an entry."""

# ruff: noqa: E501
# A message is one line.

from support.mistake import KO, Fixed, Mistake, Problem, entry, error, in_entry, in_file, set_key, unsafe, warning

DEFAULT = "default: openai/gpt-4o\n"
KEY = f"    api_key: {KO}\n"
ENTRY = f"models:\n  openai/gpt-4o:\n{KEY}"

COMMENT = "'{}' does not start a comment in YAML. Use '#'."
FIELDS = {
    "api_key": "my-own-key-with-letters-9",
    "api_base": "https://gw.example.com/v1",
    "timeout": 60,
    "reasoning_effort": "high",
}


def both(key: str, underlined: str, advice: str, *fixes: Fixed) -> Problem:
    """The problem of a key with a value and lines below it."""
    return error("yaml-syntax", underlined, f"'{key}' has a value and lines below it. {advice}", *fixes)


def remove(before: str, after: str) -> Fixed:
    return unsafe("Remove the value", before, after)


def same_line(second: str, first: str, underlined: str, *fixes: Fixed) -> Problem:
    """The problem of two keys on one line."""
    message = f"'{second}' is on the same line as '{first}'. Move it to the next line."
    return error("yaml-syntax", underlined, message, *fixes)


def next_line(before: str, after: str) -> Fixed:
    return unsafe("Move it to the next line", before, after)


def equals(underlined: str, *pieces: str) -> Problem:
    """The problem of a line with `=` between a name and its value."""
    message = "'=' instead of a colon. Write 'name: value'."
    return error("yaml-syntax", underlined, message, unsafe("Replace '=' with a colon", *pieces))


def one_text(prefix: str, name: str, underlined: str, *fixes: Fixed) -> Problem:
    """The problem of fields that are one text for YAML, the first of which has this name."""
    problem = f"{prefix}'{name}' is not followed by a colon and a space."
    return error("wrong-type", underlined, f"{problem} Write '{name}: value' on its own line below the ID.", *fixes)


def to_field(*pieces: str) -> Fixed:
    return unsafe("Change to a field", *pieces)


def not_yaml(what: str, underlined: str, *fixes: Fixed) -> Problem:
    """The problem of a line that is not YAML and can be removed."""
    return error("yaml-syntax", underlined, f"{what} is not YAML. Remove this line.", *fixes)


def conflict(underlined: str) -> Problem:
    """The problem of the markers of a conflict, at the first one."""
    message = "A conflict marker of git is not YAML. Keep one of the two versions, and remove the markers."
    return error("yaml-syntax", underlined, message)


def comment(mark: str, underlined: str, *fixes: Fixed) -> Problem:
    """The problem of a comment of another language."""
    return error("yaml-syntax", underlined, COMMENT.format(mark), *fixes)


def use_hash(mark: str, *pieces: str) -> Fixed:
    return unsafe(f"Replace '{mark}' with '#'", *pieces)


def comment_out(*pieces: str) -> Fixed:
    return unsafe("Comment out this line", *pieces)


def remove_line(line: str) -> Fixed:
    return unsafe("Remove this line", line, "")


MISTAKES: dict[str, list[Mistake]] = {
    "a value and lines below it": [
        *(
            in_file(
                f"models:\n  openai/gpt-4o: {empty}\n{KEY}{DEFAULT}",
                both("openai/gpt-4o", empty, "Remove the value.", remove(f": {empty}", ":")),
            )
            for empty in ("null", "~", "{}", "[]", '""')
        ),
        in_file(
            f"models:\n  openai/gpt-4o: GPT # mine\n{KEY}{DEFAULT}",
            both(
                "openai/gpt-4o",
                "GPT",
                "Write the value as a field below the ID.",
                unsafe("Move the value to name", ": GPT", ":\n    name: GPT"),
            ),
        ),
        in_file(
            "models:\r\n  ollama/llama3.1:8b: 'Llama'\r\n      num_ctx: 8192\r\ndefault: ollama/llama3.1:8b\r\n",
            both(
                "ollama/llama3.1:8b",
                "'Llama'",
                "Write the value as a field below the ID.",
                unsafe("Move the value to name", ": 'Llama'", ":\r\n      name: 'Llama'"),
            ),
        ),
        in_file(
            f"models:\n  openai/gpt-4o: {KO}\n    timeout: 5\n{DEFAULT}",
            both(
                "openai/gpt-4o",
                KO,
                "Write the value as a field below the ID.",
                unsafe("Move the value to api_key", f": {KO}", f":\n{KEY.rstrip()}"),
            ),
        ),
        in_file(
            f"models:\n  openai/gpt-4o: {{timeout: 5}}\n{KEY}{DEFAULT}",
            both("openai/gpt-4o", "{timeout: 5}", "Write the value as a field below the ID."),
        ),
        in_file(
            f"models:\n  openai/gpt-4o: GPT\n    name: GPT-4o\n{KEY}{DEFAULT}",
            both("openai/gpt-4o", "GPT", "Remove the value.", remove(": GPT\n", ":\n")),
        ),
        *(
            in_file(
                f"models: {empty} # mine\n  openai/gpt-4o:\n{KEY}{DEFAULT}",
                both("models", empty, "Remove the value.", remove(f"models: {empty}", "models:")),
            )
            for empty in ("null", "~", "{}", "[]", "x")
        ),
        in_file(
            f"{ENTRY}{DEFAULT}roles: x\n  fast: openai/gpt-4o\n",
            both("roles", "x", "Remove the value.", remove("roles: x", "roles:")),
        ),
        *(
            in_file(
                f"models:\n  ollama/llama3.1:\n\ndefault: {default} # mine\n  openai/gpt-4o:\n{KEY}roles: {{}}\n",
                both(
                    "default",
                    default,
                    "Move the lines under models.",
                    unsafe(
                        "Move the lines under models",
                        f"default: {default} # mine\n",
                        "",
                        "roles",
                        f"default: {default} # mine\nroles",
                    ),
                ),
            )
            for default in ("null", "ollama/llama3.1", "'openai/gpt-4o'")
        ),
        in_file(
            f"models:\r\n  # ollama/llama3.1:\r\n\r\ndefault: null\r\n\r\n  openai/gpt-4o:\r\n{KEY.rstrip()}",
            both(
                "default",
                "null",
                "Move the lines under models.",
                unsafe("Move the lines under models", "default: null\r\n", "", KO, f"{KO}\r\ndefault: null"),
            ),
        ),
        in_file(
            f"models:\n  ollama/llama3.1:\nroles: {{}}\ndefault: null\n  openai/gpt-4o:\n{KEY}",
            both("default", "null", "Move the lines under models."),
        ),
        in_file(
            "models:\n  ollama/llama3.1:\n    api_base: http://localhost:11434/a\n      timeout: 5\ndefault: ollama/llama3.1\n",
            error(
                "yaml-syntax",
                "timeout: 5",
                "The indentation does not match any line above. Align the line with the fields or IDs above.",
                unsafe("Indent by 4 spaces", "      timeout", "    timeout"),
            ),
        ),
        in_file(
            "models:\n  ollama/llama3.1:8b\n    timeout: 5\ndefault: ollama/llama3.1:8b\n",
            error(
                "yaml-syntax",
                "ollama/llama3.1:8b",
                "Missing colon at the end of the line. Write 'provider/model:' or 'name: value'.",
                unsafe("Add a colon", "8b\n    ", "8b:\n    "),
            ),
        ),
    ],
    "two keys on one line": [
        in_file(
            f"models:\n  openai/gpt-4o: api_key: {KO} # mine\n{DEFAULT}",
            same_line("api_key", "openai/gpt-4o", f"api_key: {KO}", next_line("4o: api_key", "4o:\n    api_key")),
        ),
        in_file(
            f"models:\r\n  'openai/gpt-4o#work': api_key: {KO}\r\n      timeout: 5\r\ndefault: openai/gpt-4o#work\r\n",
            same_line(
                "api_key", "openai/gpt-4o#work", f"api_key: {KO}", next_line("': api_key", "':\r\n      api_key")
            ),
        ),
        in_file(
            "models:\n  ollama/llama3.1:8b: num_ctx: 8192\ndefault: ollama/llama3.1:8b\n",
            same_line("num_ctx", "ollama/llama3.1:8b", "num_ctx: 8192", next_line("8b: num_ctx", "8b:\n    num_ctx")),
        ),
        in_file(
            f"models: openai/gpt-4o:\n{KEY}{DEFAULT}",
            same_line("openai/gpt-4o", "models", "openai/gpt-4o:", next_line("models: ", "models:\n  ")),
        ),
        in_file(
            f"{ENTRY}{DEFAULT}roles: fast: openai/gpt-4o\n    slow: openai/gpt-4o\n",
            same_line("fast", "roles", "fast: openai/gpt-4o", next_line("roles: fast", "roles:\n    fast")),
        ),
        in_file(
            f"models:\n  openai/gpt-4o: api_key: {KO}, timeout: 5\n{DEFAULT}",
            same_line("api_key", "openai/gpt-4o", f"api_key: {KO}, timeout: 5"),
        ),
    ],
    "= instead of a colon": [
        in_file(
            "models:\n  ollama/llama3.1:\ndefault = ollama/llama3.1\n",
            equals("default = ollama/llama3.1", "default =", "default:"),
        ),
        in_file(f"models =\n  openai/gpt-4o:\n{KEY}{DEFAULT}", equals("models =", "models =", "models:")),
        in_file(f"{ENTRY}    timeout => 60\n{DEFAULT}", equals("timeout => 60", "timeout =>", "timeout:")),
        in_file(f"{ENTRY}    timeout=60 # mine\n{DEFAULT}", equals("timeout=60", "timeout=", "timeout: ")),
        in_file(
            f"models:\n  openai/gpt-4o:\n    name: GPT\n    api_key = '{KO}'\n    timeout=60\n{DEFAULT}",
            equals(f"api_key = '{KO}'", "api_key =", "api_key:", "timeout=", "timeout: "),
        ),
        in_file(
            f"models:\n  openai/gpt-4o:\n    name: GPT\n    export OPENAI_API_KEY={KO}\n{DEFAULT}",
            equals(f"export OPENAI_API_KEY={KO}", "export OPENAI_API_KEY=", "api_key: "),
        ),
    ],
    "fields that are one text": [
        *(
            in_entry(
                "openai/gpt-4o",
                f"api_key{separator}{KO}",
                one_text(
                    "",
                    "api_key",
                    f"api_key{separator}{KO}",
                    to_field(f"api_key{separator}{KO}", f"{{api_key: {KO}}}"),
                ),
            )
            for separator in (":", " ", "=", " = ", " => ")
        ),
        in_file(
            entry("openai/gpt-4o", f"api_key = '{KO}'", "api_base = https://gw.example.com/v1", "timeout 60"),
            one_text(
                "openai/gpt-4o: ",
                "api_key",
                f"api_key = '{KO}'\n    api_base = https://gw.example.com/v1\n    timeout 60",
                unsafe(
                    "Change to fields",
                    "    api_key = ",
                    "    {api_key: ",
                    f"'{KO}'\n",
                    f"'{KO}',\n",
                    "api_base = https://gw.example.com/v1",
                    "api_base: https://gw.example.com/v1,",
                    "timeout 60",
                    "timeout: 60}",
                ),
            ),
        ),
        in_file(
            f"models:\n  openai/gpt-4o: api_key {KO} # mine\n{DEFAULT}",
            one_text(
                "openai/gpt-4o: ",
                "api_key",
                f"api_key {KO}",
                to_field(f"api_key {KO}", f"{{api_key: {KO}}}"),
            ),
        ),
        in_entry("ollama/llama3.1", "name my # 1", one_text("", "name", "name my", to_field("name my", "{name: my}"))),
        *(
            in_file(
                entry("ollama/llama3.1", "timeout 5", second),
                one_text("ollama/llama3.1: ", "timeout", f"timeout 5\n    {second}"),
            )
            for second in ("timeout 6", "what 6")
        ),
        in_entry("ollama/llama3.1", "stop a, b", one_text("", "stop", "stop a, b")),
        in_entry("ollama/llama3.1", "timeout", one_text("", "timeout", "timeout")),
    ],
    "conflict markers of git": [
        in_file(
            f"models:\n<<<<<<< HEAD\n  openai/gpt-4o:\n{KEY}=======\n  ollama/llama3.1:\n>>>>>>> branch\n{DEFAULT}",
            conflict("<<<<<<< HEAD"),
        ),
        in_file(
            f"{ENTRY}<<<<<<< HEAD\n    timeout: 5\n||||||| base\n=======\n    timeout: 9\n>>>>>>> branch\n{DEFAULT}",
            conflict("<<<<<<< HEAD"),
        ),
        in_file(f"{ENTRY}>>>>>>> branch\n{DEFAULT}", conflict(">>>>>>> branch")),
    ],
    "a code fence of Markdown, HTML and a shell command": [
        in_file(
            f"```yaml\n{ENTRY}{DEFAULT}```\n",
            error(
                "yaml-syntax",
                "```yaml",
                "A code fence of Markdown is not YAML. Remove 2 lines.",
                unsafe("Remove 2 lines", "```yaml\n", "", "```\n", ""),
            ),
        ),
        in_file(
            f"{ENTRY}{DEFAULT}```\n",
            not_yaml("A code fence of Markdown", "```", remove_line("```\n")),
        ),
        in_file(
            f"~~~ yaml\n{ENTRY}{DEFAULT}",
            not_yaml("A code fence of Markdown", "~~~ yaml", remove_line("~~~ yaml\n")),
        ),
        in_file(
            f'<pre class="yaml"><code>\n{ENTRY}{DEFAULT}',
            not_yaml("An HTML tag", '<pre class="yaml"><code>', remove_line('<pre class="yaml"><code>\n')),
        ),
        in_file(
            f"$ cd work\n$ cat models.yaml\n{ENTRY}{DEFAULT}",
            error(
                "yaml-syntax",
                "$ cd work",
                "A shell command is not YAML. Remove 2 lines.",
                unsafe("Comment out 2 lines", "$ cd", "# $ cd", "$ cat", "# $ cat"),
            ),
        ),
        in_file(
            f"cat > models.yaml <<'EOF'\n{ENTRY}{DEFAULT}",
            not_yaml("A shell command", "cat > models.yaml <<'EOF'", comment_out("cat >", "# cat >")),
        ),
        in_file(f"{ENTRY}{DEFAULT}EOF\n", not_yaml("A shell command", "EOF", comment_out("EOF", "# EOF"))),
    ],
    "a comment of another language": [
        in_file(
            f"// my\n//models\n{ENTRY}{DEFAULT}",
            comment("//", "// my", use_hash("//", "// my\n//", "# my\n#")),
        ),
        in_file(
            f"{ENTRY}  // local\n  ollama/llama3.1:\n{DEFAULT}",
            comment("//", "// local", use_hash("//", "// local", "# local")),
        ),
        in_file(f"; my models\n{ENTRY}{DEFAULT}", comment(";", "; my models", use_hash(";", "; my", "# my"))),
        in_file(
            f"-- my models\r\n{ENTRY}{DEFAULT}".replace("\n", "\r\n").replace("\r\r", "\r"),
            comment("--", "-- my models", use_hash("--", "-- my", "# my")),
        ),
        in_file(
            f"/* my models */\n{ENTRY}{DEFAULT}",
            comment("/*", "/* my models */", comment_out("/* my", "# /* my")),
        ),
        in_file(
            f"/*\n * my models\n */\n{ENTRY}{DEFAULT}",
            comment("/*", "/*", unsafe("Comment out 3 lines", "/*\n * my", "# /*\n # * my", " */", " # */")),
        ),
        in_file(
            f"<!-- my\nmodels -->\n{ENTRY}{DEFAULT}",
            comment("<!--", "<!-- my", unsafe("Comment out 2 lines", "<!-- my\nmodels", "# <!-- my\n# models")),
        ),
        in_file(
            f'{{\n  // my models\n  "models": {{\n    "openai/gpt-4o": {{"api_key": "{KO}"}} // work\n  }},\n'
            '  "default": "openai/gpt-4o"\n}\n',
            comment("//", "// my models", use_hash("//", "//", "#")),
        ),
    ],
    "a comment of another language between brackets": [
        in_file(
            f"models: {{\n  // local\n  openai/gpt-4o: {{api_key: {KO}}}, // https://x.y\n}}\n{DEFAULT}",
            comment("//", "// local", use_hash("//", "// local", "# local", "// https", "# https")),
        ),
        in_file(
            f'{{\n  "models": {{\n    "openai/gpt-4o": {{\n      "api_key": "{KO}",//mine\n      "timeout": 5 // sec\n'
            '    }\n  },\n  "default": "openai/gpt-4o"\n}\n',
            comment("//", "//mine", use_hash("//", ",//", ", #", " // ", " # ")),
        ),
    ],
    "a comment of another language after an ID or a section": [
        in_file(
            f"models:\n  openai/gpt-4o: // mine\n{KEY}{DEFAULT}",
            comment("//", "// mine", use_hash("//", "// mine", "# mine")),
        ),
        in_file(
            f"models: /* mine */\n  openai/gpt-4o:\n{KEY}{DEFAULT}",
            comment("/*", "/* mine */", use_hash("/*", "/* mine", "# mine")),
        ),
    ],
    "a comment of another language after a value": [
        *(
            in_file(
                entry(
                    "openai/my-model",
                    *(
                        f"{name}: {value}{f' {mark} mine' if name == commented else ''}"
                        for name, value in FIELDS.items()
                    ),
                ),
                error(
                    rule,
                    f"{mark} mine",
                    f"openai/my-model: {COMMENT.format(mark)}",
                    use_hash(mark, f" {mark} mine", " # mine"),
                ),
            )
            for commented, rule in (
                ("timeout", "wrong-type"),
                ("reasoning_effort", "wrong-type"),
                ("api_base", "invalid-api-base"),
            )
            for mark in ("//", ";", "--", "/*")
        ),
        in_file(
            entry("openai/gpt-4o", f"api_key: {KO} // mine"),
            warning(
                "malformed-api-key",
                "// mine",
                f"openai/gpt-4o: {COMMENT.format('//')}",
                use_hash("//", "// mine", "# mine"),
                set_key(f"{KO} // mine", "openai/gpt-4o"),
            ),
        ),
        in_file(
            f"models:\n  openai/gpt-4o: {{api_key: {KO}, timeout: 60 // mine}}\n{DEFAULT}",
            error(
                "wrong-type",
                "60 // mine",
                "openai/gpt-4o: timeout must be a number of seconds, not text. Write, for example, 600.",
                unsafe("Change to 600 (10 minutes)", "60 // mine", "600"),
            ),
        ),
        in_file(
            f"{ENTRY}default: openai/gpt-4o -- mine\n",
            warning(
                "undefined-default",
                "-- mine",
                f"default: {COMMENT.format('--')}",
                use_hash("--", "-- mine", "# mine"),
            ),
        ),
        in_entry("ollama/llama3.1", "name: Llama // mine"),
    ],
    "a line that is a comment in another language, with a colon": [
        in_file(
            entry("openai/gpt-4o", "// timeout: 5", f"api_key: {KO}"),
            warning("unknown-field", "// timeout", f"openai/gpt-4o: {COMMENT.format('//')}", use_hash("//", "//", "#")),
        ),
        in_file(
            entry("openai/gpt-4o", f"api_key: {KO}", "-- extra_headers:\n  a: b"),
            warning("unknown-field", "-- extra_headers", f"openai/gpt-4o: {COMMENT.format('--')}"),
        ),
        in_file(
            f"models:\n  // openai/gpt-5.6:\n  //   api_key: {KO}\n  openai/gpt-4o:\n{KEY}{DEFAULT}",
            error("invalid-model-id", "// openai/gpt-5.6", f"// openai/gpt-5.6: {COMMENT.format('//')}"),
            error("invalid-model-id", "//   api_key", f"//   api_key: {COMMENT.format('//')}"),
        ),
        in_file(
            f"; version: 1\n{ENTRY}{DEFAULT}",
            warning("unknown-field", "; version", COMMENT.format(";"), comment_out("; version", "# ; version")),
        ),
    ],
    "a line that is not 'name: value'": [
        in_file(
            f"{ENTRY}{DEFAULT}Done.\n",
            error(
                "yaml-syntax",
                "Done.",
                "Missing colon at the end of the line. Write 'provider/model:' or 'name: value'.",
            ),
        ),
        in_file(
            f"models:\n  openai/gpt-4o:\n    timeout: 5\n    {KO}\n{DEFAULT}",
            error(
                "yaml-syntax",
                KO,
                "The API key has no field name. Write it as the value of api_key.",
                unsafe("Add the field name api_key", KO, f"api_key: {KO}"),
            ),
        ),
        in_file(
            f"{ENTRY}    name: my\u2028work\n{DEFAULT}",
            error(
                "yaml-syntax",
                "\u2028",
                "YAML reads U+2028 (line separator) as a line break. Replace it with a space.",
                unsafe("Replace the character with a space", "my\u2028work", "my work"),
            ),
        ),
    ],
}
