"""What a SARIF 2.1.0 log of `check` has to be: the objects of the standard that it uses, and what GitHub requires.

Every object is closed: a property that is not listed here is an error, as in the schema of the standard. `REQUIRED` has
what the standard or GitHub's code scanning requires, or shows in an alert.
"""

from __future__ import annotations

from typing import Any

import jsonschema

LEVEL = {"enum": ["none", "note", "warning", "error"]}
ABSOLUTE = {"type": "string", "pattern": r"^[a-z][a-z0-9+.-]*:/"}
TEXT = {"type": "string", "minLength": 1}


def closed(required: dict[str, Any], **optional: Any) -> dict[str, Any]:
    """An object with these properties and no others."""
    properties = required | optional
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def listed(items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "array", "items": items, **more}


# GitHub cuts or refuses longer texts: 255 characters of a name, 1024 of a description.
MESSAGE = closed({"text": TEXT}, markdown=TEXT)
DESCRIPTION = closed({"text": TEXT | {"maxLength": 1024}}, markdown=TEXT)
REGION = closed(
    {name: {"type": "integer", "minimum": 1} for name in ("startLine", "startColumn", "endLine", "endColumn")}
)
ARTIFACT = {
    "anyOf": [
        closed({"uri": {"type": "string", "pattern": r"^(?![a-z]+:|/|\.\./)[!-~]+$"}, "uriBaseId": TEXT}),
        closed({"uri": {"type": "string", "pattern": r"^file:///[!-~]+$"}}),
    ]
}
LOCATION = closed({"physicalLocation": closed({"artifactLocation": ARTIFACT, "region": REGION})})
RULE = closed(
    {
        "id": TEXT,
        "name": {"type": "string", "pattern": "^([A-Z][a-z]*)+$", "maxLength": 255},
        "shortDescription": DESCRIPTION,
        "fullDescription": DESCRIPTION,
        "help": closed({"text": TEXT, "markdown": TEXT}),
        "helpUri": ABSOLUTE,
        "defaultConfiguration": closed({"level": LEVEL}),
        "properties": closed(
            {
                "tags": listed(TEXT, uniqueItems=True, maxItems=10),
                "problem.severity": {"enum": ["error", "warning", "recommendation"]},
            }
        ),
    }
)
RESULT = closed(
    {
        "ruleId": TEXT,
        "level": LEVEL,
        "message": MESSAGE,
        "locations": listed(LOCATION, minItems=1, maxItems=1),
        "partialFingerprints": {
            "type": "object",
            "minProperties": 1,
            # The standard's form: a name and a version.
            "patternProperties": {r"^[A-Za-z]+/v\d+$": {"type": "string", "pattern": "^[0-9a-f]{64}$"}},
            "additionalProperties": False,
        },
        "suppressions": listed(closed({"kind": {"const": "inSource"}}), maxItems=1),
    },
    ruleIndex={"type": "integer", "minimum": 0},
)
DRIVER = closed(
    {
        "name": TEXT,
        "version": TEXT,
        "semanticVersion": {"type": "string", "pattern": r"^\d+\.\d+\.\d+([-+].+)?$"},
        "informationUri": ABSOLUTE,
        "rules": listed(RULE, uniqueItems=True),
    }
)
RUN = closed(
    {
        "tool": closed({"driver": DRIVER}),
        "columnKind": {"enum": ["unicodeCodePoints"]},
        "invocations": listed(closed({"executionSuccessful": {"type": "boolean"}}), minItems=1),
        "results": listed(RESULT),
    },
    originalUriBaseIds={
        "type": "object",
        # The URI of a folder ends with a slash.
        "additionalProperties": closed({"uri": {"type": "string", "pattern": "^file:///(.*/)?$"}}),
    },
)
LOG = closed(
    {
        "$schema": {"const": "https://json.schemastore.org/sarif-2.1.0.json"},
        "version": {"const": "2.1.0"},
        "runs": listed(RUN, minItems=1, maxItems=1),
    }
)


def check_sarif(log: Any) -> None:
    """Assert that a log is valid and that its parts agree with each other."""
    errors = jsonschema.Draft202012Validator(LOG).iter_errors(log)
    assert [(list(error.path), error.message) for error in errors] == []
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    for names in ([rule["id"] for rule in rules], [rule["name"] for rule in rules]):
        assert len(set(names)) == len(names)
    prints = [tuple(result["partialFingerprints"].items()) for result in run["results"]]
    assert len(set(prints)) == len(prints)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        place = result["locations"][0]["physicalLocation"]
        base = place["artifactLocation"].get("uriBaseId")
        assert base is None or base in run.get("originalUriBaseIds", {base: None})
        region = place["region"]
        assert (region["startLine"], region["startColumn"]) <= (region["endLine"], region["endColumn"])
