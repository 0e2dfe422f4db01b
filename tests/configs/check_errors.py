"""check_errors.py LRUN SOURCE_ROOT: what lrun --error-format=json says of every bad config, and of every bad command line of
command_lines.txt, is as docs/error.schema.json says: at least one problem, in the order of their places, each place in its file.

Exits 77 (skipped) where python3-jsonschema is missing.
"""
import json
import pathlib
import shlex
import subprocess
import sys

try:
    import jsonschema
except ImportError as error:
    print("skipped:", error)
    sys.exit(77)


def problems_of(lrun, folder, arguments):
    """The exit status, and the lines that are JSON."""
    command = [lrun, "config", "show", *arguments, "--error-format=json"]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    lines = done.stderr.decode("utf-8").splitlines()
    return done.returncode, [json.loads(line) for line in lines if line.startswith("{")]


def place_is_in_file(folder, problem):
    if problem["file"] is None or problem["line"] is None:
        return True
    lines = (folder / problem["file"]).read_bytes().replace(b"\r\n", b"\n").split(b"\n")
    line = lines[problem["line"] - 1] if problem["line"] <= len(lines) else None
    return line is not None and problem["column"] <= len(line) + 1


def is_in_order(problems):
    """Files first, each from its top to its end, then the command line, then nowhere. A note follows what it is about."""
    kinds = []
    places = {}
    for problem in problems:
        if problem["severity"] == "note":
            continue
        kinds.append(1 if problem["argument"] is not None else 2 if problem["file"] is None else 0)
        if kinds[-1] == 0:
            places.setdefault(problem["file"], []).append((problem["line"] or 0, problem["column"] or 0))
    return kinds == sorted(kinds) and all(each == sorted(each) for each in places.values())


def faults_of(folder, validator, status, problems):
    if status != 2:
        yield f"exit status {status}, wanted 2"
    if not problems:
        yield "no problem"
    for problem in problems:
        for error in validator.iter_errors(problem):
            yield f"{error.message} in {problem}"
        if not place_is_in_file(folder, problem):
            yield f"a place outside of the file: {problem}"
    if not is_in_order(problems):
        yield "problems out of order"


def main():
    lrun, root = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
    folder = root / "tests/configs"
    schema = json.loads((root / "docs/error.schema.json").read_text())
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    cases = [[f"bad/{path.name}"] for path in sorted((folder / "bad").glob("*.yaml"))]
    configs = len(cases)
    lines = (folder / "command_lines.txt").read_text().split("\n$ ")[1:]
    cases += [shlex.split(line.split("\n")[0]) for line in lines if "error:" in line]
    faults = 0
    for arguments in cases:
        status, problems = problems_of(lrun, folder, arguments)
        for fault in faults_of(folder, validator, status, problems):
            faults += 1
            print(arguments, fault)
    print(configs, "bad configs,", len(cases) - configs, "bad command lines,", faults, "faults")
    return 1 if faults > 0 or configs < 150 or len(cases) - configs < 60 else 0


sys.exit(main())
