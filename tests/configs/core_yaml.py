"""core_yaml.py: YAML as its core schema reads it."""
import re

import yaml


class Core(yaml.SafeLoader):
    """YAML 1.2's core schema: PyYAML alone would read 1e-4 as a string and `no` as false. Keys are texts, as JSON's are."""

    def construct_object(self, node, deep=False):
        is_key = isinstance(node, yaml.ScalarNode) and getattr(node, "is_key", False) and node.tag.startswith("tag:yaml.org")
        return node.value if is_key else super().construct_object(node, deep)

    def construct_mapping(self, node, deep=False):
        if isinstance(node, yaml.MappingNode):
            self.flatten_mapping(node)
            for key, _ in node.value:
                key.is_key = True
        return super().construct_mapping(node, deep)


Core.yaml_implicit_resolvers = {}
for tag, pattern, first in [
    ("merge", r"<<", "<"),
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
]:
    Core.add_implicit_resolver("tag:yaml.org,2002:" + tag, re.compile("^(?:" + pattern + ")$"), list(first))
Core.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(loader.construct_scalar(node), 10))
Core.add_constructor("tag:yaml.org,2002:float", lambda loader, node: float(loader.construct_scalar(node)))
