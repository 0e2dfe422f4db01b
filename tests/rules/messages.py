"""messages.py SOURCE_ROOT: every message that the program has for a config or a command line is in a test, word for word.

A message is each text in a call that reports (both of a choice between two), and each text of two words and more in runner/config,
where tables of messages and parts of them stand too (but for the first text of a row: what libyaml says). Its parts between conversions must stand in this order in one text of
tests/: a golden file, a line of a script that is no comment, a string of C (adjacent ones joined; blanks and line ends count as
one, as reports wrap lines). Comments and the fuzzers' sources do not count.
"""
import pathlib
import re
import sys

FOLDERS = ["runner/config", "runner/build", "runner/cli", "runner/completion"]
ALL_TEXTS = "runner/config"
CALLS = re.compile(r"\b(problem_add|problem_hint|error_set|error_set_errno|error_hint|checker_add_mismatch)\(")
TOKENS = re.compile(r'"(?:[^"\\\n]|\\.)*"|/\*.*?\*/|//[^\n]*', re.S)
LITERALS = re.compile(r'(?:"(?:[^"\\\n]|\\.)*"\s*)+')
FIRST_OF_ROW = re.compile(r'\{"(?:[^"\\\n]|\\.)*",\s*(?=")')
CONVERSION = re.compile(r"%[-+ #0-9.*]*(?:zu|zd|lld|llu|ld|lu|[a-zA-Z%])")

# Not to be had in a test, and why.
UNREACHABLE = {
    "remove the \\0": "a report shows the backslash as it is; the message before it is tested",
    "cannot write '%s'": "a disk that is full: the runs' storage test has one, for checkpoints",
    "cannot write '%s': %s": "a disk that is full",
    "'%s' stays as it is": "not shown: its problems are",
    "cannot be read": "libyaml always says why",
    "cannot give '%s' the permissions that it had": "a file system without permissions",
    "not enough memory to read YAML": "libyaml without memory",
    "the fields of '%s' cannot be bound: %s": "what the check accepts can be bound: else the check is at fault",
}


def unescape(literals):
    joined = "".join(re.findall(r'"((?:[^"\\\n]|\\.)*)"', literals))
    return joined.replace('\\"', '"').replace("\\n", " ").replace("\\\\", "\\")


def squeeze(text):
    return re.sub(r"\s+", " ", text)


def without_comments(source):
    return TOKENS.sub(lambda token: token.group(0) if token.group(0)[0] == '"' else " ", source)


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


def literals_of(source):
    return [unescape(literals) for literals in LITERALS.findall(source)]


def messages_of(source):
    for call in CALLS.finditer(source):
        yield from literals_of(source[call.end() - 1 : end_of_call(source, call.end() - 1)])


def texts_of(path):
    """The texts of a test, squeezed."""
    text = path.read_text(errors="replace")
    if path.suffix in {".c", ".h"}:
        return [squeeze(literal) for literal in literals_of(without_comments(text))]
    if path.suffix == ".sh":
        lines = [line for line in text.split("\n") if not line.lstrip().startswith("#")]
        return [squeeze(line) for line in lines] + [squeeze("\n".join(lines))]
    return [squeeze(text)]


def corpus_of(root):
    texts = []
    for path in sorted((root / "tests").rglob("*")):
        if path.is_file() and path.suffix in {".c", ".h", ".sh", ".expected", ".txt"} and "fuzz" not in path.parts:
            texts += texts_of(path)
    return "\n".join(texts)


def parts_of(message):
    """What stands between the conversions; single letters and signs do not count."""
    return [part for part in (squeeze(part).strip() for part in CONVERSION.split(message)) if len(part) >= 3]


def is_tested(parts, corpus):
    return re.search(r"[^\n]{0,500}?".join(re.escape(part) for part in parts), corpus) is not None


def main():
    root = pathlib.Path(sys.argv[1])
    corpus = corpus_of(root)
    count = 0
    missing = []
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*.c")):
            source = without_comments(path.read_text())
            texts = set(messages_of(source))
            if folder == ALL_TEXTS:
                source = FIRST_OF_ROW.sub("{", source)
                texts |= {text for text in literals_of(source) if text.strip().count(" ") >= 1}
            for message in sorted(texts):
                parts = parts_of(message)
                if not parts or " " not in message.strip() or not re.search("[a-z]{2}", message):
                    continue  # all of it is put in by the caller, whose own words count
                count += 1
                if message not in UNREACHABLE and not is_tested(parts, corpus):
                    missing.append(f"{path.relative_to(root)}: '{message}' is in no test")
    print("\n".join(missing))
    print(count, "messages,", len(missing), "of them in no test")
    return 1 if missing else 0


sys.exit(main())
