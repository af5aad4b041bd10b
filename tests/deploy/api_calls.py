"""The requests that IAM would evaluate for each call to the stand-in: action, resource, and context of conditions.

A call of the API is not always the action of its name (S3), nor the only one (a role is passed, tags are set at
creation). Ids that differ from run to run are written as ID, so that two recordings can be compared.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ACCOUNT = "123456789012"

# Services whose name in a request's signature is not the one in IAM's actions.
IAM_NAMES = {"monitoring": "cloudwatch"}

# S3's actions by method and the part of the query that says what is meant; "" is the bucket itself.
S3_BUCKET = {
    "acl": ("GetBucketAcl", "PutBucketAcl"),
    "accelerate": ("GetAccelerateConfiguration", "PutAccelerateConfiguration"),
    "cors": ("GetBucketCORS", "PutBucketCORS"),
    "encryption": ("GetEncryptionConfiguration", "PutEncryptionConfiguration"),
    "lifecycle": ("GetLifecycleConfiguration", "PutLifecycleConfiguration"),
    "location": ("GetBucketLocation", ""),
    "logging": ("GetBucketLogging", "PutBucketLogging"),
    "object-lock": ("GetBucketObjectLockConfiguration", "PutBucketObjectLockConfiguration"),
    "policy": ("GetBucketPolicy", "PutBucketPolicy"),
    "publicAccessBlock": ("GetBucketPublicAccessBlock", "PutBucketPublicAccessBlock"),
    "replication": ("GetReplicationConfiguration", "PutReplicationConfiguration"),
    "requestPayment": ("GetBucketRequestPayment", "PutBucketRequestPayment"),
    "tagging": ("GetBucketTagging", "PutBucketTagging"),
    "versioning": ("GetBucketVersioning", "PutBucketVersioning"),
    "versions": ("ListBucketVersions", ""),
    "website": ("GetBucketWebsite", "PutBucketWebsite"),
}

# EC2's resources: the prefix of an id, the kind in an ARN. Rules are not among them, since the stand-in does not keep
# their tags: their group stands for them.
EC2_KINDS = {
    "vpc": "vpc",
    "subnet": "subnet",
    "igw": "internet-gateway",
    "rtb": "route-table",
    "nat": "natgateway",
    "eipalloc": "elastic-ip",
    "sg": "security-group",
    "vpce": "vpc-endpoint",
}

# What a call creates, which has no id in the request yet.
EC2_CREATED = {
    "CreateVpc": "vpc",
    "CreateSubnet": "subnet",
    "CreateInternetGateway": "internet-gateway",
    "CreateRouteTable": "route-table",
    "AllocateAddress": "elastic-ip",
    "CreateNatGateway": "natgateway",
    "CreateSecurityGroup": "security-group",
    "CreateVpcEndpoint": "vpc-endpoint",
}

# The action that sets a new resource's tags, and the services that tell IAM which action created the resource.
TAGGING = {
    "acm": "acm:AddTagsToCertificate",
    "application-autoscaling": "application-autoscaling:TagResource",
    "cloudwatch": "cloudwatch:TagResource",
    "ec2": "ec2:CreateTags",
    "ecs": "ecs:TagResource",
    "elasticache": "elasticache:AddTagsToResource",
    "elasticloadbalancing": "elasticloadbalancing:AddTags",
    "logs": "logs:TagResource",
    "sns": "sns:TagResource",
    "wafv2": "wafv2:TagResource",
}
NAMED_WHEN_CREATED = {"acm": "certificate/ID"}
HAS_CREATE_ACTION = ("ec2", "ecs", "elasticloadbalancing")

TASK_ROLES = ("executionRoleArn", "taskRoleArn")
Call = dict[str, Any]


def arn(service: str, call: Call, rest: str, account: str = ACCOUNT) -> str:
    return f"arn:aws:{service}:{call['region']}:{account}:{rest}"


def flat(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Every text in a request's parameters, with the name of its field."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from flat(inner, str(key))
    elif isinstance(value, list):
        for inner in value:
            yield from flat(inner, name)
    elif value is not None:
        yield name, str(value)


def request_tags(params: Mapping[str, Any]) -> dict[str, str]:
    """The tags that a call sets, however its protocol spells them."""
    tags: dict[str, str] = {}
    for key, value in params.items():
        if found := re.match(r"(.*\bTags?(?:\.member)?\.\d+)\.Key$", key):
            tags[str(value)] = str(params.get(f"{found[1]}.Value", ""))
        elif key.lower() == "tags" and isinstance(value, Mapping):
            tags |= {str(name): str(text) for name, text in value.items()}
        elif key.lower() == "tags" and isinstance(value, list):
            tags |= {str(t.get("Key", t.get("key"))): str(t.get("Value", t.get("value"))) for t in value}
    return tags


def s3(call: Call) -> Iterator[tuple[str, str]]:
    bucket, _, key = call["path"].lstrip("/").partition("/")
    if not bucket:
        yield "s3:ListAllMyBuckets", "*"
    elif key:
        action = {"GET": "GetObject", "HEAD": "GetObject", "PUT": "PutObject", "DELETE": "DeleteObject"}[call["method"]]
        version = "Version" if "versionId" in call["query"] else ""
        yield f"s3:{action}{version}", f"arn:aws:s3:::{bucket}/{key}"
    elif call["method"] == "POST" and "delete" in call["query"]:
        yield "s3:DeleteObject", f"arn:aws:s3:::{bucket}/*"
    else:
        named = next((S3_BUCKET[name] for name in call["query"] if name in S3_BUCKET), None)
        whole = {"GET": "ListBucket", "HEAD": "ListBucket", "PUT": "CreateBucket", "DELETE": "DeleteBucket"}
        action = named[call["method"] not in ("GET", "HEAD")] if named else whole[call["method"]]
        yield f"s3:{action}", f"arn:aws:s3:::{bucket}"


def ec2(call: Call) -> Iterator[tuple[str, str]]:
    action, params = call["action"], call["params"]
    if action.startswith(("Describe", "Get")):
        yield f"ec2:{action}", "*"
        return
    if created := EC2_CREATED.get(action):
        yield f"ec2:{action}", arn("ec2", call, f"{created}/*")
    for _, text in flat(params):
        prefix = text.partition("-")[0]
        if prefix in EC2_KINDS and re.fullmatch(r"[a-z]+-[0-9a-f]+", text):
            yield f"ec2:{action}", arn("ec2", call, f"{EC2_KINDS[prefix]}/{text}")


def others(call: Call) -> Iterator[tuple[str, str]]:
    yield f"{call['service']}:{call['action']}", by_name(call)


def by_name(call: Call) -> str:
    """The ARN of the resource of a call; * where the action has none."""
    params, service = call["params"], call["service"]
    for name in ("ListenerArn", "LoadBalancerArn"):  # before the target groups and certificates that it is to have
        if name in params:
            return str(params[name])
    for name, text in flat(params):
        if text.startswith("arn:") and name.lower() not in ("value", "targetgrouparn.member"):
            return text
    match service:
        case "ecs":
            if "serviceName" in params or "service" in params or "services" in params:
                named = params.get("serviceName") or params.get("service") or params["services"][0]
                return arn("ecs", call, f"service/{params['cluster']}/{named}")
            if "family" in params:
                return arn("ecs", call, f"task-definition/{params['family']}:*")
            if "clusterName" in params or "clusters" in params:
                return arn("ecs", call, f"cluster/{params.get('clusterName') or params['clusters'][0]}")
        case "elasticache":
            if "ServerlessCacheName" in params:
                return arn("elasticache", call, f"serverlesscache:{params['ServerlessCacheName']}")
        case "logs":
            if "logGroupName" in params:
                return arn("logs", call, f"log-group:{params['logGroupName']}")
        case "sns":
            if "Name" in params:
                return arn("sns", call, params["Name"])
        case "cloudwatch":
            for name in ("DashboardName", "DashboardNames.member.1"):
                if name in params:
                    return f"arn:aws:cloudwatch::{ACCOUNT}:dashboard/{params[name]}"
            for name in ("AlarmName", "AlarmNames.member.1"):
                if name in params:
                    return arn("cloudwatch", call, f"alarm:{params[name]}")
        case "elasticloadbalancing":
            kind = {"CreateLoadBalancer": "loadbalancer/app", "CreateTargetGroup": "targetgroup"}.get(call["action"])
            if kind:
                return arn("elasticloadbalancing", call, f"{kind}/{params['Name']}/*")
        case "application-autoscaling":
            if not call["action"].startswith("Describe"):
                return arn("application-autoscaling", call, "scalable-target/ID")
        case "wafv2":
            if "Name" in params and "Scope" in params:
                scope = {"REGIONAL": "regional", "CLOUDFRONT": "global"}[params["Scope"]]
                return arn("wafv2", call, f"{scope}/webacl/{params['Name']}/{params.get('Id', 'ID')}")
        case "iam":
            if "RoleName" in params:
                return f"arn:aws:iam::{ACCOUNT}:role/{params['RoleName']}"
        case "ecr":
            if "repositoryName" in params:
                return arn("ecr", call, f"repository/{params['repositoryName']}")
        case "route53":
            if found := re.search(r"/hostedzone/(\w+)", call["path"]):
                return f"arn:aws:route53:::hostedzone/{found[1]}"
            if found := re.search(r"/change/(\w+)", call["path"]):
                return f"arn:aws:route53:::change/{found[1]}"
    return "*"


def requests(call: Call) -> Iterator[dict[str, Any]]:
    """Each action and resource that IAM evaluates for one call."""
    service = str(IAM_NAMES.get(call["service"], call["service"]))
    call["service"] = service
    if isinstance(call["params"].get("Action"), list):  # a form, whose fields may be repeated
        call["params"] = {name: values[0] for name, values in call["params"].items()}
    params = call["params"]
    new_tags = {f"aws:RequestTag/{name}": text for name, text in request_tags(params).items()}
    context: dict[str, str] = {"aws:RequestedRegion": call["region"]} | new_tags
    if service == "ecs" and call["action"] == "ListTasks":
        context["ecs:cluster"] = arn("ecs", call, f"cluster/{params['cluster']}")
    pairs = {"s3": s3, "ec2": ec2}.get(service, others)(call)
    for action, resource in pairs:
        if service == "application-autoscaling" and not new_tags:  # which names a target by its service, not by its ARN
            call["tags"][resource] = next((t for key, t in call["tags"].items() if ":scalable-target/" in key), {})
        existing = call["tags"].get(resource) or call["tags"].get(resource.rsplit("/", 1)[-1]) or {}
        of_resource = {f"aws:ResourceTag/{name}": text for name, text in existing.items()}
        yield {"action": action, "resource": resource, "context": context | of_resource}
        # Creating something with tags takes a second action, which is evaluated too.
        if new_tags and service in TAGGING and action != TAGGING[service] and not of_resource:
            if service in NAMED_WHEN_CREATED:
                resource = arn(service, call, NAMED_WHEN_CREATED[service])
            create_action = {f"{service}:CreateAction": call["action"]} if service in HAS_CREATE_ACTION else {}
            yield {"action": TAGGING[service], "resource": resource, "context": context | create_action}
    for name in TASK_ROLES:
        if service == "ecs" and name in params:
            passed = {"iam:PassedToService": "ecs-tasks.amazonaws.com", "aws:RequestedRegion": call["region"]}
            yield {"action": "iam:PassRole", "resource": params[name], "context": passed}


# Names that AWS generates, which are replaced so that the same call gives the same line each time.
GENERATED = re.compile(
    r"(?<=-)(?!123456789012)[0-9a-f]{8,17}(?![0-9a-f])|(?<=/)[0-9a-f]{16}(?![0-9a-f])"
    r"|(?<=[/:])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    r"|(?<=hostedzone/)\w+|(?<=change/)\w+|(?<=scalable-target/)\w+"
    r"|(?<=-lb-)\w{16,}|(?<=-tasks-)\w{16,}|(?<=-cache-)\w{16,}|(?<=targetgroup/weath-)\w+|(?<=task-definition/weather-app:)\d+"
)


def recorded_requests(log: Path, access_key: str, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """What was requested with one access key: each request once, sorted. `names` are replaced by the usual ones."""
    lines = set()
    for line in log.read_text().splitlines():
        call = json.loads(line)
        if call["access_key"] != access_key or call["action"] == "GetCallerIdentity":  # which needs no permission
            continue
        for request in requests(call):
            text = json.dumps(request, sort_keys=True)
            for unusual, usual in names.items():
                text = text.replace(unusual, usual)
            lines.add(GENERATED.sub("ID", text))
    return [json.loads(line) for line in sorted(lines)]
