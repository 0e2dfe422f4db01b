"""compare_verdicts.py VERDICTS EXAMPLE_VERDICTS CONFIG_VERDICTS SOURCE_ROOT: our check and an independent JSON Schema
validator agree. The programs are tests/configs/verdicts.c with the real registry, the examples', and that of tests/configs.

1. Every key of the example components (tests/unit/build/example.h) is given every value of a pool.
2. Every file in configs, tests/configs/good and tests/configs/bad, but for those of BEYOND_JSON_SCHEMA. One with a base,
   a file in a component's place or a reference is compared as what it composes to, and where that is good, the schema
   must have nothing against the file itself.
3. Every committed schema is a valid draft-07 schema, and what it refers to exists. Every property has a description, for an
   editor to show; what is not required has a default (but for others' names), which the property's own schema accepts.

Exits 77 (skipped) where python3-jsonschema or python3-yaml is missing.
"""
import json
import pathlib
import re
import subprocess
import sys

try:
    import jsonschema
    import yaml

    from core_yaml import Core
except ImportError as error:
    print("skipped:", error)
    sys.exit(77)

# What JSON Schema cannot see, and why.
BEYOND_JSON_SCHEMA = {
    "colon_without_blank.yaml": "PyYAML reads what libyaml refuses",
    "components_too_deep.yaml": "a schema has no limit to depth",
    "duplicate_key.yaml": "the last one wins in a parsed document",
    "duplicate_key_in_flow_and_quotes.yaml": "the last one wins in a parsed document",
    "duplicate_key_in_list_item.yaml": "the last one wins in a parsed document",
    "duplicate_top_key.yaml": "the last one wins in a parsed document",
    "escaped_nul.yaml": "a string of JSON may hold the character 0",
    "integer_exponent.yaml": "1e1 is an integer to it",
    "integer_point.yaml": "8.0 is an integer to it",
    "line_separator.yaml": "a string of JSON may hold every character",
    "number_overflow.yaml": "what a number too large becomes is the parser's choice",
    "percent_directive.yaml": "PyYAML skips a directive that it does not know",
}

POOL = [
    0, 1, -1, 3, 5, 6, 10, 11, 0.5, -0.5, 1.5, 1e-5, 3000000000, -3000000000, "x", "left", "top-right", "LEFT", "null me",
    True, False, None, [], [1], [0], [6], [0.5], ["a"], [True], [None], [[1]], [1, "x"], {}, {"number": 1},
    "Empty", "Example", "Nothing", {"type": "Empty"}, {"type": "Nothing"}, {"type": "Empty", "x": 1}, {"type": "Example"},
    {"type": "Example", "flag": True}, {"flag": True}, ["Empty"], ["Example"], [{"type": "Empty"}, "Empty"],
    [{"type": "Empty", "x": 1}], [{"type": "Example", "flag": False, "number": 11}],
]


def pool_configs(schema):
    # Files that are not there are bad to us alone.
    keys = schema["definitions"]["Example"]["properties"]
    for key in [*keys, "unknown"]:
        for value in POOL:
            yield {"example": {**{"type": "Example", "flag": True}, key: value}}
    for key in [*schema["properties"].keys() - {"base"}, "unknown"]:
        for value in POOL:
            yield {**{"example": "Empty"}, key: value}
    yield {}
    yield []
    yield 1


def with_words_for_keys(config):
    """As JSON has it: every key is a string."""
    if isinstance(config, dict):
        return {str(key): with_words_for_keys(value) for key, value in config.items()}
    return [with_words_for_keys(item) for item in config] if isinstance(config, list) else config


def compare(name, config, ours, validator):
    try:
        config = with_words_for_keys(config)
    except RecursionError:
        pass  # an alias inside of what it stands for
    theirs = "good" if validator.is_valid(config) else "bad"
    if ours == theirs:
        return True
    reason = next((error.message for error in validator.iter_errors(config)), "")
    print(f"{name}: our check says {ours}, JSON Schema says {theirs}. {reason}")
    return False


def schema_of(program):
    return json.loads(subprocess.run([program, "--schema"], capture_output=True, check=True).stdout)


def compare_pool(program):
    schema = schema_of(program)
    validator = jsonschema.Draft7Validator(schema)
    configs = list(pool_configs(schema))
    lines = "".join(json.dumps(config) + "\n" for config in configs)
    verdicts = subprocess.run([program], input=lines, capture_output=True, text=True, check=True).stdout.split()
    assert len(verdicts) == len(configs), (len(verdicts), len(configs))
    print(len(configs), "configs from the pool,", verdicts.count("good"), "good")
    return all([compare(json.dumps(config), config, ours, validator) for config, ours in zip(configs, verdicts)])


def is_composed(text, config):
    has_base = isinstance(config, dict) and "base" in config
    return has_base or "${" in text or re.search(r"[:-] *[^ #]+\.yaml", text) is not None


def compare_composed(name, program, path, config, ours, validator):
    """A config that is more than its own text: see 2. above."""
    composed = subprocess.run([program, "--compose", path], capture_output=True, text=True, check=True).stdout
    if composed == "":
        return compare(name, {}, ours, validator)  # cannot be composed: bad to both
    good = compare(name, yaml.load(composed, Core), ours, validator)
    if ours == "good" and not validator.is_valid(config):
        print(f"{name}: good, but an editor would complain about it by itself")
        return False
    return good


def compare_files(program, root, folders):
    validator = jsonschema.Draft7Validator(schema_of(program))
    good = True
    paths = [path for folder in folders for path in sorted((root / folder).glob("**/*.yaml"))]
    compared = 0
    for path in paths:
        if path.name in BEYOND_JSON_SCHEMA:
            continue
        try:
            config = yaml.load(path.read_bytes(), Core)
        except (yaml.YAMLError, ValueError):
            continue  # no YAML to either
        compared += 1
        ours = subprocess.run([program, path], capture_output=True, text=True, check=True).stdout.strip()
        name = path.relative_to(root)
        if is_composed(path.read_text(errors="replace"), config):
            good = compare_composed(name, program, path, config, ours, validator) and good
        else:
            good = compare(name, {} if config is None else config, ours, validator) and good
    print(compared, "of", len(paths), "files compared in", *folders)
    return good


def references(schema):
    if isinstance(schema, dict):
        if "$ref" in schema:
            yield schema["$ref"]
        for value in schema.values():
            yield from references(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from references(value)


def leads_somewhere(schema, names):
    for name in names:
        schema = schema.get(name)
        if schema is None:
            return False
    return True


def faults_of_properties(name, schema, definitions):
    required = [*schema.get("required", []), *schema.get("else", {}).get("required", [])]
    for key, property in schema.get("properties", {}).items():
        if not property.get("description", "").strip():
            yield f"{name}: {key} has no description"
        is_optional = key not in required and key not in {"type", "base"} and not property.get("deprecated")
        if is_optional and "default" not in property:
            yield f"{name}: {key} is not required, and has no default"
        whole = {**property, "definitions": definitions}
        if "default" in property and not jsonschema.Draft7Validator(whole).is_valid(property["default"]):
            yield f"{name}: {key} does not accept its own default"


def check_properties(root):
    config = json.loads((root / "schemas/lrun.schema.json").read_text())
    definitions = config["definitions"]
    faults = [*faults_of_properties("lrun", config, definitions)]
    for name, schema in definitions.items():
        if name.endswith("_part"):
            continue  # refers to the properties of the whole
        faults += faults_of_properties(name, schema, definitions)
        if not schema.get("description", "").strip():
            faults.append(f"{name} has no description")
    print(*faults, sep="\n")
    return not faults


def check_committed(root):
    good = True
    definitions = json.loads((root / "schemas/lrun.schema.json").read_text())["definitions"]
    for path in sorted((root / "schemas").glob("*.schema.json")):
        schema = json.loads(path.read_text())
        jsonschema.Draft7Validator.check_schema(schema)
        for reference in references(schema):
            if not leads_somewhere(definitions, reference.split("#/definitions/")[1].split("/")):
                print(path.name, "refers to", reference, "which is not there")
                good = False
    return good


def main():
    program, example_program, config_program = sys.argv[1:4]
    root = pathlib.Path(sys.argv[4])
    results = [
        compare_pool(example_program),
        compare_files(program, root, ["configs"]),
        compare_files(config_program, root, ["tests/configs/good", "tests/configs/bad"]),
        check_committed(root),
        check_properties(root),
    ]
    sys.exit(0 if all(results) else 1)


main()
