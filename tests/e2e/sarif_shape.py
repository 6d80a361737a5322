"""What SARIF 2.1.0 asks of a log, as far as lint writes one. INVAR_SARIF_SCHEMA names a copy of the published schema, which is checked too."""

import json
import os
from pathlib import Path

import jsonschema

TEXT = {"type": "object", "properties": {"text": {"type": "string", "minLength": 1}, "markdown": {"type": "string"}}, "required": ["text"], "additionalProperties": False}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
NUMBER = {"type": "integer", "minimum": 1}
REGION = {
    "type": "object", "additionalProperties": False, "required": ["startLine", "startColumn", "endLine", "endColumn"],
    "properties": {"startLine": NUMBER, "startColumn": NUMBER, "endLine": NUMBER, "endColumn": NUMBER},
}  # fmt: skip
ARTIFACT = {
    "type": "object", "additionalProperties": False, "required": ["uri", "uriBaseId"],
    "properties": {"uri": {"type": "string", "pattern": "^[A-Za-z0-9._~/%:-]+$"}, "uriBaseId": {"const": "%SRCROOT%"}},
}  # fmt: skip
PHYSICAL = {"type": "object", "required": ["artifactLocation", "region"], "properties": {"artifactLocation": ARTIFACT, "region": REGION}, "additionalProperties": False}
LOCATION = {"type": "object", "required": ["physicalLocation"], "properties": {"physicalLocation": PHYSICAL, "message": TEXT}, "additionalProperties": False}
REPLACEMENT = {
    "type": "object", "additionalProperties": False, "required": ["deletedRegion"],
    "properties": {"deletedRegion": REGION, "insertedContent": {"type": "object", "properties": {"text": {"type": "string"}}}},
}  # fmt: skip
CHANGE = {
    "type": "object", "additionalProperties": False, "required": ["artifactLocation", "replacements"],
    "properties": {"artifactLocation": ARTIFACT, "replacements": {"type": "array", "minItems": 1, "items": REPLACEMENT}},
}  # fmt: skip
FIX = {
    "type": "object", "additionalProperties": False, "required": ["artifactChanges"],
    "properties": {"description": TEXT, "artifactChanges": {"type": "array", "minItems": 1, "items": CHANGE}},
}  # fmt: skip
RESULT = {
    "type": "object", "additionalProperties": False, "required": ["ruleId", "ruleIndex", "level", "message", "locations", "partialFingerprints"],
    "properties": {
        "ruleId": {"type": "string", "pattern": "^INV[0-9]{3}$"}, "ruleIndex": {"type": "integer", "minimum": 0}, "level": LEVEL, "message": TEXT,
        "locations": {"type": "array", "minItems": 1, "maxItems": 1, "items": LOCATION}, "relatedLocations": {"type": "array", "items": LOCATION},
        "partialFingerprints": {"type": "object", "minProperties": 1, "additionalProperties": {"type": "string"}}, "fixes": {"type": "array", "uniqueItems": True, "items": FIX},
    },
}  # fmt: skip
RULE = {
    "type": "object", "additionalProperties": False, "required": ["id", "name", "shortDescription", "help", "defaultConfiguration"],
    "properties": {
        "id": {"type": "string"}, "name": {"type": "string"}, "shortDescription": TEXT, "help": TEXT,
        "defaultConfiguration": {"type": "object", "properties": {"level": LEVEL}, "additionalProperties": False},
    },
}  # fmt: skip
DRIVER = {
    "type": "object", "additionalProperties": False, "required": ["name", "rules"],
    "properties": {"name": {"const": "invar"}, "version": {"type": "string"}, "rules": {"type": "array", "uniqueItems": True, "items": RULE}},
}  # fmt: skip
RUN = {
    "type": "object", "additionalProperties": False, "required": ["tool", "results"],
    "properties": {
        "tool": {"type": "object", "required": ["driver"], "properties": {"driver": DRIVER}, "additionalProperties": False},
        "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
        "invocations": {"type": "array", "items": {"type": "object", "required": ["executionSuccessful"], "properties": {"executionSuccessful": {"type": "boolean"}}}},
        "results": {"type": "array", "items": RESULT},
    },
}  # fmt: skip
LOG = {
    "type": "object", "additionalProperties": False, "required": ["version", "runs"],
    "properties": {"$schema": {"type": "string"}, "version": {"const": "2.1.0"}, "runs": {"type": "array", "minItems": 1, "items": RUN}},
}  # fmt: skip


def check(log):
    """Raises when the log is not as SARIF wants it."""
    jsonschema.validate(log, LOG)
    published = os.environ.get("INVAR_SARIF_SCHEMA")
    if published:
        jsonschema.validate(log, json.loads(Path(published).read_text()))
    for run in log["runs"]:
        rules = run["tool"]["driver"]["rules"]
        for result in run["results"]:
            assert rules[result["ruleIndex"]]["id"] == result["ruleId"], result
