"""messages.py SOURCE_ROOT: every message that the program has for a config or a command line is in a test, word for word.

A message is the format of a call that reports: its longest part between two conversions must stand in a file of tests/
(blanks and line ends count as one, as reports wrap lines; adjacent C strings count as joined).
"""
import pathlib
import re
import sys

FOLDERS = ["runner/config", "runner/build", "runner/cli", "runner/completion", "runner/sweep", "runner/runs"]
CALLS = re.compile(r"\b(problem_add|problem_hint|error_set|error_set_errno|error_hint|checker_add_mismatch)\(")
LITERALS = re.compile(r'(?:"(?:[^"\\\n]|\\.)*"\s*)+')
CONVERSION = re.compile(r"%[-+ #0-9.*]*(?:zu|zd|lld|llu|ld|lu|[a-zA-Z%])")

# Not to be had in a test, and why.
UNREACHABLE = {
    "' stays as it is": "the report of its problems is shown instead",
    "' the permissions that it had": "the file's owner changed in the same moment",
    "remove the \\0": "a report shows the backslash as it is; the message before it is tested",
    "cannot write '": "a disk that is full: the runs' storage test has one, for checkpoints",
    "cannot make a pipe": "a process without a file descriptor left",
    "not enough memory to read YAML": "libyaml without memory",
}


def unescape(literals):
    joined = "".join(re.findall(r'"((?:[^"\\\n]|\\.)*)"', literals))
    return joined.replace('\\"', '"').replace("\\n", " ").replace("\\\\", "\\")


def squeeze(text):
    return re.sub(r"\s+", " ", text)


def end_of_call(source, start):
    depth = 0
    in_string = False
    at = start
    while at < len(source):
        character = source[at]
        if in_string:
            at += character == "\\"
            in_string = character != '"'
        elif character == '"':
            in_string = True
        elif character in "()":
            depth += 1 if character == "(" else -1
            if depth == 0:
                return at
        at += 1
    return at


def messages_of(source):
    for call in CALLS.finditer(source):
        text = source[call.end() - 1 : end_of_call(source, call.end() - 1)]
        literals = LITERALS.search(text)
        if literals is not None:
            yield unescape(literals.group(0))


def corpus_of(root):
    texts = []
    for path in sorted((root / "tests").rglob("*")):
        if path.is_file() and path.suffix in {".c", ".h", ".sh", ".expected", ".txt"}:
            text = path.read_text(errors="replace")
            texts.append(squeeze(text))
            if path.suffix in {".c", ".h"}:
                texts.extend(squeeze(unescape(literals)) for literals in LITERALS.findall(text))
    return "\n".join(texts)


def longest_part(message):
    return max((squeeze(part) for part in CONVERSION.split(message)), key=len).strip()


def main():
    root = pathlib.Path(sys.argv[1])
    corpus = corpus_of(root)
    count = 0
    missing = []
    for folder in FOLDERS:
        for path in sorted((root / folder).glob("*.c")):
            for message in messages_of(path.read_text()):
                part = longest_part(message)
                if len(part) < 4:
                    continue  # all of it is put in by the caller, whose own words count
                count += 1
                if part not in corpus and part not in UNREACHABLE:
                    missing.append(f"{path.relative_to(root)}: '{message}' is in no test")
    print("\n".join(missing))
    print(count, "messages,", len(missing), "of them in no test")
    return 1 if missing else 0


sys.exit(main())
