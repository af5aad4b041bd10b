"""Check that every planned policy allows what its role needs and refuses what could do harm.

Usage: check_policies.py RESULTS_DIRECTORY

RESULTS_DIRECTORY has the output of `terraform test -json -verbose` for each test file. Prints a line for each check:
pass or fail, a tab, and what was checked. What the workflows' roles need was recorded when they ran (test_roles.py);
what CloudFront needs, which the stand-in for AWS does not support, is listed here.
"""

import json
import sys
from pathlib import Path
from typing import Any

from iam import Request, allows, denies

HERE = Path(__file__).resolve().parent
ACCOUNT, REGION, NAME = "123456789012", "eu-west-2", "weather-app"
GITHUB = "token.actions.githubusercontent.com"
GITHUB_PROVIDER = f"arn:aws:iam::{ACCOUNT}:oidc-provider/{GITHUB}"
State = dict[str, dict[str, Any]]

# The end of the token's subject that AWS accepts for each role. check_workflows.py checks the workflows against it.
SUBJECTS = {"push": "ref:refs/heads/main", "deploy": "environment:production", "plan": "pull_request"}


def arn(service: str, rest: str, region: str = REGION) -> str:
    return f"arn:aws:{service}:{region}:{ACCOUNT}:{rest}"


def states(log: Path) -> dict[str, State]:
    """The values of the resources that each run of a test file applied, by their address."""
    found: dict[str, State] = {}
    for line in log.read_text().splitlines():
        event = json.loads(line)
        if "test_state" in event:
            resources = event["test_state"].get("root_module", {}).get("resources", [])
            found[event["@testrun"]] = {
                r["address"]: r["values"] | {"needs": r.get("depends_on", [])} for r in resources
            }
    return found


class Report:
    """Prints what was checked, and whether it passed."""

    def check(self, name: str, passed: bool) -> None:
        print(f"{'pass' if passed else 'fail'}\tpolicies: {name}")

    def check_role(self, role: str, document: dict[str, Any], needed: list[Request], refused: list[Request]) -> None:
        """Check that a role with this policy may do what it needs, and nothing of what must be refused."""
        for request in needed:
            self.check(f"{role} may {request}", allows(document, request))
        for request in refused:
            self.check(f"{role} may not {request}", not allows(document, request))


def policy(state: State, address: str, key: str = "policy") -> dict[str, Any]:
    document: dict[str, Any] = json.loads(state[address][key])
    return document


# --- the tasks' roles ---------------------------------------------------------------------------------------------


def check_task_roles(report: Report, bootstrap: dict[str, State], service: dict[str, State]) -> None:
    state, tasks = bootstrap["with_secrets"], service["tasks"]
    document = policy(state, "aws_iam_role_policy.execution")
    repository = arn("ecr", f"repository/{state['aws_ecr_repository.app']['name']}")
    streams = arn("logs", f"log-group:{tasks['aws_cloudwatch_log_group.app']['name']}:log-stream:app/app/0123")
    secrets = [arn("ssm", f"parameter{v['name']}") for k, v in state.items() if k.startswith("aws_ssm_parameter.")]
    via_ssm = {"kms:ViaService": f"ssm.{REGION}.amazonaws.com"}
    needed = [
        Request("ecr:GetAuthorizationToken"),
        *(
            Request(f"ecr:{a}", repository)
            for a in ("BatchCheckLayerAvailability", "BatchGetImage", "GetDownloadUrlForLayer")
        ),
        *(Request(f"logs:{a}", streams) for a in ("CreateLogStream", "PutLogEvents")),
        *(Request("ssm:GetParameters", secret) for secret in secrets),
        Request("kms:Decrypt", arn("kms", "key/0123"), via_ssm),
    ]
    refused = [
        Request("ecr:PutImage", repository),
        Request("ecr:BatchGetImage", arn("ecr", "repository/another")),
        Request("logs:PutLogEvents", arn("logs", "log-group:/ecs/another:log-stream:app/app/0123")),
        Request("logs:CreateLogGroup", arn("logs", "log-group:/ecs/another")),
        Request("ssm:GetParameters", arn("ssm", "parameter/another/key")),
        Request("ssm:PutParameter", secrets[0]),
        Request("kms:Decrypt", arn("kms", "key/0123")),
        Request("s3:GetObject", f"arn:aws:s3:::{NAME}-state-{ACCOUNT}-{REGION}/service.tfstate"),
        Request("iam:PassRole", state["aws_iam_role.task"]["arn"]),
    ]
    report.check("four secrets are stored", len(secrets) == 4)
    report.check_role("the execution role", document, needed, refused)
    with_policy = [
        v["role"] for k, v in state.items() if k.startswith(("aws_iam_role_policy", "aws_iam_role_policy_attachment"))
    ]
    report.check("the program's own role has no policy", state["aws_iam_role.task"]["id"] not in with_policy)
    report.check("the execution policy is the execution role's", state["aws_iam_role.execution"]["id"] in with_policy)

    here = {"aws:SourceAccount": ACCOUNT, "aws:SourceArn": arn("ecs", f"task/{NAME}/0123")}
    there = {"aws:SourceAccount": "999999999999", "aws:SourceArn": f"arn:aws:ecs:{REGION}:999999999999:task/x/0123"}
    for role in ("execution", "task"):
        trust = policy(state, f"aws_iam_role.{role}", "assume_role_policy")
        ecs = Request("sts:AssumeRole", context=here, principal="ecs-tasks.amazonaws.com")
        report.check(f"ECS may assume the {role} role", allows(trust, ecs))
        for other in ("ec2.amazonaws.com", "lambda.amazonaws.com", f"arn:aws:iam::{ACCOUNT}:role/any"):
            report.check(
                f"{other} may not assume the {role} role",
                not allows(trust, Request("sts:AssumeRole", "*", here, other)),
            )
    trust = policy(state, "aws_iam_role.task", "assume_role_policy")
    stranger = Request("sts:AssumeRole", context=there, principal="ecs-tasks.amazonaws.com")
    report.check("another account's tasks may not assume the task role", not allows(trust, stranger))


# --- the workflows' roles -----------------------------------------------------------------------------------------


def recorded_requests(name: str) -> list[Request]:
    """What a role requested when it ran. GetCallerIdentity needs no permission."""
    calls = json.loads((HERE / f"{name}_calls.json").read_text())
    return [
        Request(call["action"], call["resource"], call["context"])
        for call in calls
        if call["action"] != "sts:GetCallerIdentity"
    ]


def cdn_requests() -> list[Request]:
    """What `cdn` and `waf` together request, by the provider's documentation."""
    virginia = {"aws:RequestedRegion": "us-east-1"}
    tag = {"aws:RequestTag/Project": NAME}
    ours = {"aws:ResourceTag/Project": NAME}
    certificate = f"arn:aws:acm:us-east-1:{ACCOUNT}:certificate/ID"
    distribution = f"arn:aws:cloudfront::{ACCOUNT}:distribution/ID"
    firewall = f"arn:aws:wafv2:us-east-1:{ACCOUNT}:global/webacl/{NAME}/ID"
    made: list[tuple[str, str, dict[str, str]]] = [
        (action, "*", {})
        for kind in ("CachePolicy", "OriginRequestPolicy", "ResponseHeadersPolicy")
        for action in (f"Create{kind}", f"Get{kind}", f"Update{kind}", f"Delete{kind}")
    ]
    return [
        *(Request(f"cloudfront:{action}", resource, virginia | more) for action, resource, more in made),
        Request("cloudfront:CreateDistribution", distribution, virginia | tag),
        Request("cloudfront:TagResource", distribution, virginia | tag),
        Request("cloudfront:GetDistribution", distribution, virginia | ours),
        Request("cloudfront:UpdateDistribution", distribution, virginia | ours),
        Request("cloudfront:DeleteDistribution", distribution, virginia | ours),
        Request("cloudfront:ListTagsForResource", distribution, virginia | ours),
        Request("acm:RequestCertificate", "*", virginia | tag),
        Request("acm:AddTagsToCertificate", certificate, virginia | tag),
        Request("acm:DescribeCertificate", certificate, virginia | ours),
        Request("acm:DeleteCertificate", certificate, virginia | ours),
        Request("wafv2:CreateWebACL", firewall, virginia | tag),
        Request("wafv2:TagResource", firewall, virginia | tag),
        Request("wafv2:GetWebACL", firewall, virginia),
        Request("wafv2:DeleteWebACL", firewall, virginia),
        Request("wafv2:CreateWebACL", f"arn:aws:wafv2:us-east-1:{ACCOUNT}:global/managedruleset/AWS/any", virginia),
        Request("wafv2:UpdateWebACL", f"arn:aws:wafv2:us-east-1:{ACCOUNT}:global/managedruleset/AWS/any", virginia),
        Request("ec2:DescribeManagedPrefixLists", "*", {"aws:RequestedRegion": REGION}),
        Request("ec2:GetManagedPrefixListEntries", "*", {"aws:RequestedRegion": REGION}),
    ]


def cache_requests() -> list[Request]:
    """What ElastiCache requests in the caller's name for `shared_cache`, by AWS's own policy for it."""
    endpoint = arn("ec2", "vpc-endpoint/vpce-ID")
    here = {"aws:RequestedRegion": REGION}
    service = {"ec2:VpceServiceName": f"com.amazonaws.elasticache.serverless.{REGION}.vpce-svc-ID"}
    made = {"ec2:CreateAction": "CreateVpcEndpoint", "aws:RequestTag/AmazonElastiCacheManaged": "true"}
    inside = here | {"aws:ResourceTag/Project": NAME}
    return [
        Request("ec2:CreateVpcEndpoint", endpoint, here | service),
        *(
            Request("ec2:CreateVpcEndpoint", arn("ec2", f"{kind}/ID"), inside)
            for kind in ("vpc", "subnet", "security-group")
        ),
        Request("ec2:CreateTags", endpoint, here | made),
    ]


# Services whose first use in an account creates a role, which the stand-in for AWS does not do.
SERVICES_WITH_A_ROLE = ("ecs", "ecs.application-autoscaling", "elasticache", "elasticloadbalancing", "wafv2")


def service_linked_roles() -> list[Request]:
    return [
        Request(
            "iam:CreateServiceLinkedRole",
            f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/{service}.amazonaws.com/any",
            {"iam:AWSServiceName": f"{service}.amazonaws.com"},
        )
        for service in SERVICES_WITH_A_ROLE
    ]


def harmful_requests() -> list[Request]:
    """Requests by which a stolen deploy role could do harm."""
    here = {"aws:RequestedRegion": REGION}
    other = here | {"aws:ResourceTag/Project": "another"}
    roles = {
        name: f"arn:aws:iam::{ACCOUNT}:role/{NAME}-{name}" for name in ("ecs-execution", "ecs-task", "deploy", "push")
    }
    tasks = {"iam:PassedToService": "ecs-tasks.amazonaws.com"}
    bucket = f"arn:aws:s3:::{NAME}-state-{ACCOUNT}-{REGION}"
    requested: list[tuple[str, str, dict[str, str]]] = [
        ("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/administrator", tasks),
        ("iam:PassRole", roles["deploy"], tasks),
        ("iam:PassRole", roles["ecs-execution"], {"iam:PassedToService": "lambda.amazonaws.com"}),
        ("iam:PassRole", roles["ecs-execution"], {"iam:PassedToService": "ec2.amazonaws.com"}),
        *(
            (f"iam:{a}", roles[r], {})
            for r in roles
            for a in ("PutRolePolicy", "AttachRolePolicy", "UpdateAssumeRolePolicy", "CreateRole")
        ),
        ("iam:CreateUser", f"arn:aws:iam::{ACCOUNT}:user/new", {}),
        (
            "iam:CreateServiceLinkedRole",
            f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/x",
            {"iam:AWSServiceName": "x.amazonaws.com"},
        ),
        ("sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/administrator", {}),
        ("ssm:GetParameter", arn("ssm", f"parameter/{NAME}/openweathermap-api-key"), here),
        ("ssm:GetParameters", arn("ssm", f"parameter/{NAME}/openweathermap-api-key"), here),
        ("kms:Decrypt", arn("kms", "key/0123"), here),
        (
            "ec2:CreateVpcEndpoint",
            arn("ec2", "vpc-endpoint/*"),
            here | {"ec2:VpceServiceName": f"com.amazonaws.{REGION}.ssm"},
        ),
        ("elasticache:DeleteServerlessCache", arn("elasticache", "serverlesscache:another"), here),
        ("elasticache:CreateUser", arn("elasticache", "user:any"), here),
        ("ecs:RunTask", arn("ecs", f"task-definition/{NAME}:1"), here),
        ("ecs:ExecuteCommand", arn("ecs", f"task/{NAME}/0123"), here),
        ("ecs:UpdateService", arn("ecs", "service/another/another"), here),
        ("ecs:DeleteCluster", arn("ecs", "cluster/another"), here),
        ("ecs:ListTasks", "*", here | {"ecs:cluster": arn("ecs", "cluster/another")}),
        ("ec2:RunInstances", arn("ec2", "instance/*"), here | {"aws:RequestTag/Project": NAME}),
        ("ec2:DeleteVpc", arn("ec2", "vpc/vpc-0"), other),
        ("ec2:DeleteVpc", arn("ec2", "vpc/vpc-0"), here),
        ("ec2:AuthorizeSecurityGroupIngress", arn("ec2", "security-group/sg-0"), other),
        ("ec2:CreateTags", arn("ec2", "vpc/vpc-0"), other | {"aws:RequestTag/Project": NAME}),
        ("ec2:CreateVpc", arn("ec2", "vpc/*"), here),
        (
            "ec2:DeleteVpc",
            arn("ec2", "vpc/vpc-0", "ap-south-1"),
            {"aws:RequestedRegion": "ap-south-1", "aws:ResourceTag/Project": NAME},
        ),
        ("elasticloadbalancing:DeleteLoadBalancer", arn("elasticloadbalancing", "loadbalancer/app/another/0"), other),
        ("elasticloadbalancing:DeleteTargetGroup", arn("elasticloadbalancing", "targetgroup/other-1/0"), other),
        ("logs:DeleteLogGroup", arn("logs", "log-group:/ecs/another"), here),
        ("sns:DeleteTopic", arn("sns", "another-alarms"), here),
        ("cloudwatch:DeleteAlarms", arn("cloudwatch", "alarm:another-errors"), here),
        ("acm:DeleteCertificate", arn("acm", "certificate/0"), other),
        (
            "cloudfront:DeleteDistribution",
            f"arn:aws:cloudfront::{ACCOUNT}:distribution/X",
            {"aws:ResourceTag/Project": "another"},
        ),
        ("route53:ChangeResourceRecordSets", "arn:aws:route53:::hostedzone/ZANOTHER", {}),
        ("route53:DeleteHostedZone", "arn:aws:route53:::hostedzone/ID", {}),
        ("s3:GetObject", "arn:aws:s3:::another/key", {}),
        ("s3:PutObject", f"{bucket}/bootstrap.tfstate", {}),
        ("s3:DeleteBucket", bucket, {}),
        ("s3:PutBucketPolicy", bucket, {}),
        ("s3:DeleteObjectVersion", f"{bucket}/service.tfstate", {}),
        ("ecr:PutImage", arn("ecr", f"repository/{NAME}"), here),
        ("ecr:DeleteRepository", arn("ecr", f"repository/{NAME}"), here),
    ]
    return [Request(action, resource, context) for action, resource, context in requested]


def check_workflow_roles(report: Report, bootstrap: dict[str, State]) -> None:
    state = bootstrap["the_deploy_role"]
    zone = "arn:aws:route53:::hostedzone/Z0123456789ABCDEFGHIJ"
    deploy = policy(state, "aws_iam_role_policy.deploy[0]")
    # The zone of the recording has another id.
    needed = [
        Request(r.action, zone if ":hostedzone/" in r.resource else r.resource, r.context)
        for r in recorded_requests("deploy_role")
    ]
    report.check("the recording of the deploy role is not empty", len(needed) > 150)
    lock = f"arn:aws:s3:::{NAME}-state-{ACCOUNT}-{REGION}/service.tfstate.tflock"
    needed += [Request(f"s3:{action}", lock, {}) for action in ("GetObject", "PutObject", "DeleteObject")]
    report.check_role(
        "the deploy role",
        deploy,
        [*needed, *cdn_requests(), *cache_requests(), *service_linked_roles()],
        harmful_requests(),
    )

    push = policy(state, "aws_iam_role_policy.push")
    repository = arn("ecr", f"repository/{state['aws_ecr_repository.app']['name']}")
    # A container engine speaks the registry's own protocol, which the stand-in does not support.
    pushing = [
        Request("ecr:GetAuthorizationToken"),
        *(
            Request(f"ecr:{action}", repository)
            for action in (
                "BatchCheckLayerAvailability",
                "InitiateLayerUpload",
                "UploadLayerPart",
                "CompleteLayerUpload",
            )
        ),
        *(Request(f"ecr:{action}", repository) for action in ("PutImage", "BatchGetImage", "GetDownloadUrlForLayer")),
    ]
    # The stand-in's put-image takes the place of the engine's push. S3's refusal only means "no bucket" to this role.
    requested = [r for r in recorded_requests("push_role") if not r.action.startswith("s3:")]
    harm = [
        Request("ecr:DeleteRepository", repository),
        Request("ecr:BatchDeleteImage", repository),
        Request("ecr:SetRepositoryPolicy", repository),
        Request("ecr:PutImageTagMutability", repository),
        Request("ecr:PutImage", arn("ecr", "repository/another")),
        Request("s3:GetObject", f"arn:aws:s3:::{NAME}-state-{ACCOUNT}-{REGION}/service.tfstate"),
        Request("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/{NAME}-ecs-execution"),
    ]
    report.check_role("the push role", push, [*pushing, *requested], harm)


READS = ("Describe", "Get", "List")

# What the script and the container engine read, and a plan does not.
NOT_PLANNED = {
    "ecr:BatchGetImage",
    "ecr:DescribeImages",
    "ecr:GetAuthorizationToken",
    "ecr:GetDownloadUrlForLayer",
    "ecs:DescribeTasks",
    "ecs:ListTasks",
}


def check_plan_role(report: Report, bootstrap: dict[str, State]) -> None:
    """The plan role may read what the deploy role was recorded reading, and change nothing that it changed."""
    document = policy(bootstrap["the_plan_role"], "aws_iam_role_policy.plan[0]")
    calls = [r for r in recorded_requests("deploy_role") if not r.resource.endswith(".tflock")]
    reading = [r for r in calls if r.action.split(":")[1].startswith(READS)]
    needed = [r for r in reading if r.action not in NOT_PLANNED]
    report.check(
        "the recording has calls that read and calls that change", len(needed) > 50 < len(calls) - len(reading)
    )
    stream = arn("logs", f"log-group:/ecs/{NAME}:log-stream:app/app/0123")
    secrets = [
        *(Request(f"logs:{action}", stream) for action in ("GetLogEvents", "FilterLogEvents")),
        Request("s3:GetObject", f"arn:aws:s3:::{NAME}-logs-{ACCOUNT}-{REGION}/AWSLogs/x.gz"),
        Request("s3:PutObject", f"arn:aws:s3:::{NAME}-state-{ACCOUNT}-{REGION}/service.tfstate.tflock"),
    ]
    changing = [r for r in calls if r not in reading]
    report.check_role("the plan role", document, needed, [*changing, *harmful_requests(), *secrets])


def check_trusts(report: Report, bootstrap: dict[str, State]) -> None:
    state = bootstrap["the_deploy_role"]
    trusts = {
        role: policy(bootstrap[run], address, "assume_role_policy")
        for role, run, address in (
            ("push", "the_deploy_role", "aws_iam_role.push"),
            ("deploy", "the_deploy_role", "aws_iam_role.deploy[0]"),
            ("plan", "the_plan_role", "aws_iam_role.plan[0]"),
        )
    }
    subjects = {role: f"repo:someone/weather:{job}" for role, job in SUBJECTS.items()}
    strangers = [
        "repo:someone/weather:ref:refs/heads/other",
        "repo:someone/weather:ref:refs/heads/main2",
        "repo:someone/weather:environment:staging",
        "repo:someone/weather-2:ref:refs/heads/main",
        "repo:another/weather:ref:refs/heads/main",
        "repo:another/weather:environment:production",
        "repo:another/weather:pull_request",
    ]

    def may(role: str, subject: str, audience: str = "sts.amazonaws.com", principal: str = GITHUB_PROVIDER) -> bool:
        context = {f"{GITHUB}:sub": subject, f"{GITHUB}:aud": audience}
        return allows(trusts[role], Request("sts:AssumeRoleWithWebIdentity", "*", context, principal))

    for role, subject in subjects.items():
        report.check(f"{subject} may assume the {role} role", may(role, subject))
        report.check(
            f"a token for another audience may not assume the {role} role", not may(role, subject, "https://github.com")
        )
        another = f"arn:aws:iam::{ACCOUNT}:oidc-provider/another"
        report.check(
            f"another provider's token may not assume the {role} role", not may(role, subject, principal=another)
        )
        for stranger in [*strangers, *(s for r, s in subjects.items() if r != role)]:
            report.check(f"{stranger} may not assume the {role} role", not may(role, stranger))
    provider = state["aws_iam_openid_connect_provider.github[0]"]
    report.check(
        "the OIDC provider accepts tokens for the audience of the trusts",
        provider["client_id_list"] == ["sts.amazonaws.com"],
    )
    report.check("the OIDC provider is GitHub", provider["url"] == f"https://{GITHUB}")

    without = policy(bootstrap["defaults"], "aws_iam_role.push", "assume_role_policy")
    for account, wanted in ((ACCOUNT, True), ("999999999999", False)):
        user = Request("sts:AssumeRole", "*", {}, f"arn:aws:iam::{account}:user/somebody")
        report.check(
            f"without GitHub a user of account {account} may{'' if wanted else ' not'} assume the push role",
            allows(without, user) is wanted,
        )


# --- buckets, and the order of resources -----------------------------------------------------------------------------


def check_access_logs(report: Report, service: dict[str, State]) -> None:
    state = service["with_access_logs"]
    document = policy(state, 'aws_s3_bucket_policy.access_logs["logs"]')
    bucket = state['aws_s3_bucket.access_logs["logs"]']["arn"]
    logs = f"{bucket}/AWSLogs/{ACCOUNT}/elasticloadbalancing/x.gz"
    ours = {"aws:SourceArn": arn("elasticloadbalancing", f"loadbalancer/app/{NAME}/0"), "aws:SecureTransport": "true"}
    theirs = {
        "aws:SourceArn": f"arn:aws:elasticloadbalancing:{REGION}:999999999999:loadbalancer/app/x/0",
        "aws:SecureTransport": "true",
    }
    delivery = "logdelivery.elasticloadbalancing.amazonaws.com"
    report.check(
        "load balancers of this account may write access logs",
        allows(document, Request("s3:PutObject", logs, ours, delivery)),
    )
    report.check(
        "load balancers of another account may not write them",
        not allows(document, Request("s3:PutObject", logs, theirs, delivery)),
    )
    report.check(
        "load balancers may not read them", not allows(document, Request("s3:GetObject", logs, ours, delivery))
    )
    reader = f"arn:aws:iam::{ACCOUNT}:role/any"
    plain = {"aws:SecureTransport": "false"}
    report.check("access logs are not read without TLS", denies(document, Request("s3:GetObject", logs, plain, reader)))
    report.check(
        "access logs are not public",
        not allows(document, Request("s3:GetObject", logs, {"aws:SecureTransport": "true"}, "*")),
    )


# What would fail in AWS, always or sometimes, if it were created at the same time or in another order.
ORDER = {
    "aws_ecs_service.app": [
        "aws_lb_listener.http",
        "aws_lb_listener.https",
        "aws_lb_listener_rule.from_cdn",
        "aws_route.internet",
        "aws_route.nat",
        "aws_vpc_endpoint.s3",
        "aws_vpc_security_group_egress_rule.tasks_to_https",
        "aws_vpc_security_group_egress_rule.tasks_to_own_valkey",
        "aws_vpc_security_group_egress_rule.tasks_to_shared_cache",
        "aws_vpc_security_group_ingress_rule.shared_cache_from_tasks",
        "aws_vpc_security_group_ingress_rule.tasks_from_load_balancer",
        "aws_vpc_security_group_egress_rule.load_balancer_to_tasks",
    ],
    "aws_nat_gateway.main": ["aws_route.internet", "aws_internet_gateway.main"],
    "aws_eip.nat": ["aws_internet_gateway.main"],
    "aws_lb.main": ["aws_s3_bucket_policy.access_logs", "aws_route.internet"],
    "aws_s3_bucket_policy.access_logs": ["aws_s3_bucket_public_access_block.access_logs"],
    "aws_lb_listener.https": ["aws_acm_certificate_validation.app"],
    "aws_cloudfront_distribution.main": ["aws_acm_certificate_validation.cdn"],
    "aws_acm_certificate_validation.app": ["aws_route53_record.validation"],
    "aws_acm_certificate_validation.cdn": ["aws_route53_record.validation"],
}


def check_order(report: Report, service: dict[str, dict[str, State]]) -> None:
    for address, needs in ORDER.items():
        for needed in needs:
            waits = [
                any(needed in values["needs"] for name, values in state.items() if name.split("[")[0] == address)
                for runs in service.values()
                for state in runs.values()
                if {address, needed} <= {name.split("[")[0] for name in state}
            ]
            report.check(f"{address} waits for {needed} wherever there are both", bool(waits) and all(waits))


def main() -> None:
    results = Path(sys.argv[1])
    logs = {
        path.name.removesuffix(".tftest.hcl.json"): states(path) for path in sorted(results.glob("*.tftest.hcl.json"))
    }
    bootstrap = logs["bootstrap-bootstrap"]
    service = {name: runs for name, runs in logs.items() if name.startswith("service-")}
    report = Report()
    check_task_roles(report, bootstrap, service["service-tasks"])
    check_workflow_roles(report, bootstrap)
    check_plan_role(report, bootstrap)
    check_trusts(report, bootstrap)
    check_access_logs(report, service["service-edge"])
    check_order(report, service)


if __name__ == "__main__":
    main()
