"""compare_mutants.py MUTANTS FOLDER VERDICTS COUNT: of a sample of the configs that the fuzzer makes, python3-jsonschema and
PyYAML say what the fuzzer's own validator says (tests/fuzz/json_schema.c, with scalars typed by YAML's core schema).

MUTANTS is tests/fuzz/mutants.c, VERDICTS is verdicts.c of the same registry. Exits 77 (skipped) where python3-jsonschema or
python3-yaml is missing.
"""
import json
import subprocess
import sys

try:
    import jsonschema
    import yaml

    from core_yaml import Core
except ImportError as error:
    print("skipped:", error)
    sys.exit(77)


def output_of(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout


def main():
    mutants, folder, verdicts, count = sys.argv[1:]
    validator = jsonschema.Draft7Validator(json.loads(output_of(verdicts, "--schema")))
    counts = {"compared": 0, "accepted": 0, "read by libyaml alone": 0, "different": 0}
    for line in output_of(mutants, "--print", "2", count, folder).split("\n")[:-1]:
        mutant = json.loads(line)
        try:
            config = yaml.load(mutant["yaml"], Core)
        except (yaml.YAMLError, ValueError):
            counts["read by libyaml alone"] += 1
            continue
        accepted = validator.is_valid({} if config is None else config)
        counts["compared"] += 1
        counts["accepted"] += accepted
        if accepted != mutant["core"]:
            counts["different"] += 1
            print(f"python3-jsonschema: {accepted}, json_schema.c: {mutant['core']}\n{mutant['yaml']}")
    print(counts)
    return 1 if counts["different"] > 0 or counts["compared"] * 10 < int(count) * 9 else 0


sys.exit(main())
