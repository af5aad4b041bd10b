"""An evaluator of IAM policies, for the forms that the policies here use.

Follows AWS's evaluation logic for one account: an explicit deny wins; otherwise some statement must allow the request.
Operators and forms that no policy here uses raise an error.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Values = str | list[str]


@dataclass(frozen=True)
class Request:
    """An action on a resource. `context` has the keys that conditions can test."""

    action: str
    resource: str = "*"
    context: Mapping[str, Values] = field(default_factory=dict)
    principal: str = ""

    def __str__(self) -> str:
        context = ", ".join(f"{key}={value}" for key, value in sorted(self.context.items()))
        return f"{self.action} on {self.resource}" + (f" ({context})" if context else "")


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def matches(pattern: str, text: str, ignore_case: bool = False) -> bool:
    """IAM's wildcards: * for any characters, ? for one."""
    form = "".join(".*" if c == "*" else "." if c == "?" else re.escape(c) for c in pattern)
    return re.fullmatch(form, text, re.DOTALL | (re.IGNORECASE if ignore_case else 0)) is not None


def arn_matches(pattern: str, text: str) -> bool:
    """ARNs are compared part by part: a wildcard does not match across the first five colons."""
    wanted, given = pattern.split(":", 5), text.split(":", 5)
    return len(wanted) == len(given) and all(matches(w, g) for w, g in zip(wanted, given, strict=True))


POSITIVE: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": lambda wanted, given: wanted == given,
    "StringEqualsIgnoreCase": lambda wanted, given: wanted.lower() == given.lower(),
    "StringLike": matches,
    "ArnEquals": arn_matches,
    "ArnLike": arn_matches,
    "Bool": lambda wanted, given: wanted.lower() == given.lower(),
}
NEGATIVE = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
}


def condition_met(operator: str, wanted: list[str], given: list[str] | None) -> bool:
    """Evaluate one condition key. `given` is None if the request does not have the key."""
    quantifier, _, name = operator.rpartition(":")
    if_exists = name.endswith("IfExists")
    name = name.removesuffix("IfExists")
    if name == "Null":
        return (given is None) == (wanted[0].lower() == "true")
    if given is None:
        return if_exists or name in NEGATIVE or quantifier == "ForAllValues"
    if name in NEGATIVE:
        test = POSITIVE[NEGATIVE[name]]
        each = [not any(test(w, g) for w in wanted) for g in given]
    elif name in POSITIVE:
        each = [any(POSITIVE[name](w, g) for w in wanted) for g in given]
    else:
        raise ValueError(f"condition operator {operator} is not supported")
    if quantifier in ("", "ForAllValues"):
        return all(each)
    if quantifier == "ForAnyValue":
        return any(each)
    raise ValueError(f"condition operator {operator} is not supported")


def applies(statement: Mapping[str, Any], request: Request) -> bool:
    unknown = set(statement) - {"Sid", "Effect", "Action", "NotAction", "Resource", "Principal", "Condition"}
    if unknown:
        raise ValueError(f"{sorted(unknown)} in a statement is not supported")
    if "NotAction" in statement:
        if any(matches(pattern, request.action, ignore_case=True) for pattern in as_list(statement["NotAction"])):
            return False
    elif not any(matches(pattern, request.action, ignore_case=True) for pattern in as_list(statement["Action"])):
        return False
    if not any(matches(pattern, request.resource) for pattern in as_list(statement.get("Resource", "*"))):
        return False
    if "Principal" in statement and not is_principal(statement["Principal"], request.principal):
        return False
    context = {key.lower(): as_list(value) for key, value in request.context.items()}
    return all(
        condition_met(operator, [str(value) for value in as_list(wanted)], context.get(key.lower()))
        for operator, keys in statement.get("Condition", {}).items()
        for key, wanted in keys.items()
    )


def is_principal(wanted: Any, given: str) -> bool:
    if wanted == "*":
        return True
    names = [name for kind in wanted.values() for name in as_list(kind)]
    account_root = re.fullmatch(r"(arn:aws:iam::\d+:)(?:user|role)/.+", given)
    return given in names or "*" in names or bool(account_root and f"{account_root[1]}root" in names)


def allows(document: Mapping[str, Any], request: Request) -> bool:
    effects = {s["Effect"] for s in as_list(document["Statement"]) if applies(s, request)}
    return effects == {"Allow"}


def denies(document: Mapping[str, Any], request: Request) -> bool:
    return any(s["Effect"] == "Deny" and applies(s, request) for s in as_list(document["Statement"]))
