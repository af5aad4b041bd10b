"""terraform/deploy on an empty account: what it prints, and what the account then holds."""

import json
import os
import re
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import API_KEY, GITHUB, REGION, Project

Client = Callable[..., Any]

# Every resource of the infrastructure that this one replaces, by its name here, and how many there are.
ORIGINAL = {
    "aws_vpc.main": 1,
    "aws_subnet.public": 2,
    "aws_subnet.private": 2,
    "aws_internet_gateway.main": 1,
    "aws_route_table.public": 1,
    "aws_route_table.private": 2,
    "aws_route.internet": 1,
    "aws_route.nat": 2,
    "aws_route_table_association.public": 2,
    "aws_route_table_association.private": 2,
    "aws_eip.nat": 1,
    "aws_nat_gateway.main": 1,
    "aws_security_group.load_balancer": 1,
    "aws_security_group.tasks": 1,
    "aws_lb.main": 1,
    "aws_lb_target_group.app": 1,
    "aws_lb_listener.http": 1,
    "aws_ecs_cluster.main": 1,
    "aws_ecs_task_definition.app": 1,
    "aws_ecs_service.app": 1,
    "aws_iam_role.execution": 1,
    "aws_iam_role.task": 1,
    "aws_ecr_repository.app": 1,
    "aws_iam_role.push": 1,
    "aws_iam_role_policy.push": 1,
}


@pytest.fixture(scope="session")
def network(deployed: SimpleNamespace, client: Client) -> SimpleNamespace:
    ec2 = client("ec2")
    vpc = ec2.describe_vpcs(Filters=[{"Name": "tag:Name", "Values": ["weather-app"]}])["Vpcs"][0]
    inside = [{"Name": "vpc-id", "Values": [vpc["VpcId"]]}]
    subnets = {tag(subnet, "Name"): subnet for subnet in ec2.describe_subnets(Filters=inside)["Subnets"]}
    tables = {tag(table, "Name"): table for table in ec2.describe_route_tables(Filters=inside)["RouteTables"]}
    groups = {tag(group, "Name"): group for group in ec2.describe_security_groups(Filters=inside)["SecurityGroups"]}
    return SimpleNamespace(ec2=ec2, vpc=vpc, inside=inside, subnets=subnets, tables=tables, groups=groups)


@pytest.fixture(scope="session")
def balancer(deployed: SimpleNamespace, client: Client) -> SimpleNamespace:
    elb = client("elbv2")
    lb = elb.describe_load_balancers(Names=["weather-app"])["LoadBalancers"][0]
    arn = {"LoadBalancerArn": lb["LoadBalancerArn"]}
    attributes = {a["Key"]: a["Value"] for a in elb.describe_load_balancer_attributes(**arn)["Attributes"]}
    return SimpleNamespace(
        lb=lb,
        attributes=attributes,
        listeners=elb.describe_listeners(**arn)["Listeners"],
        target_group=elb.describe_target_groups(**arn)["TargetGroups"][0],
    )


@pytest.fixture(scope="session")
def running(deployed: SimpleNamespace, client: Client) -> SimpleNamespace:
    ecs = client("ecs")
    service = ecs.describe_services(cluster="weather-app", services=["weather-app"])["services"][0]
    definition = ecs.describe_task_definition(taskDefinition=service["taskDefinition"])["taskDefinition"]
    container = definition["containerDefinitions"][0]
    environment = {v["name"]: v["value"] for v in container["environment"]}
    return SimpleNamespace(service=service, definition=definition, container=container, environment=environment)


def tag(resource: dict[str, Any], key: str) -> str | None:
    return next((t["Value"] for t in resource.get("Tags", []) if t["Key"] == key), None)


def routes(table: dict[str, Any]) -> dict[str, str]:
    """The targets of a route table, apart from the network itself."""
    return {
        route["DestinationCidrBlock"]: (route.get("NatGatewayId") or route["GatewayId"])[:3]
        for route in table["Routes"]
        if route.get("GatewayId") != "local" and "DestinationCidrBlock" in route
    }


def rules(group: dict[str, Any], direction: str) -> set[tuple[str, int, int, str]]:
    return {
        (rule["IpProtocol"], rule["FromPort"], rule["ToPort"], source)
        for rule in group[direction]
        for source in [r["CidrIp"] for r in rule["IpRanges"]] + [g["GroupId"] for g in rule["UserIdGroupPairs"]]
    }


def test_one_run_leads_from_nothing_to_a_url(deployed: SimpleNamespace, project: Project) -> None:
    assert re.search(rf"== http://weather-app[^ ]+ runs {deployed.commit}", deployed.output), deployed.output[-2000:]
    log = project.log.read_text()
    url = project.terraform("service", "output", "-raw", "url")
    assert f"{url}/health" in log and f"{url}/api/weather" in log
    assert re.search(rf"^build .*--label org\.opencontainers\.image\.revision={deployed.commit}", log, re.M)
    assert "login --username AWS --password-stdin 123456789012.dkr.ecr.eu-west-2.amazonaws.com" in log


def test_the_plans_name_every_resource_of_the_original(deployed: SimpleNamespace) -> None:
    planned = Counter(re.findall(r"^  # ([a-z0-9_.]+)\S* will be created$", deployed.output, re.M))
    assert {name: planned[name] for name in ORIGINAL} == ORIGINAL


def test_the_plan_says_that_the_service_is_not_encrypted(deployed: SimpleNamespace) -> None:
    assert "The service answers by plain HTTP on port 80" in deployed.output


def test_the_state_of_both_stacks_is_in_the_bucket_and_nowhere_else(
    deployed: SimpleNamespace, project: Project, client: Client
) -> None:
    bucket = f"weather-app-state-123456789012-{REGION}"
    keys = {row["Key"] for row in client("s3").list_objects_v2(Bucket=bucket)["Contents"]}
    assert keys == {"bootstrap.tfstate", "service.tfstate"}
    assert not list((project.folder / "terraform").rglob("*.tfstate.backup"))
    assert not list((project.folder / "terraform").glob("*/terraform.tfstate"))


def test_the_state_bucket_is_private_versioned_and_read_by_tls_only(deployed: SimpleNamespace, client: Client) -> None:
    s3, bucket = client("s3"), f"weather-app-state-123456789012-{REGION}"
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    assert all(s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"].values())
    (statement,) = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])["Statement"]
    assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "s3:*")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert statement["Resource"] == [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]
    (rule,) = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    assert rule["NoncurrentVersionExpiration"]["NoncurrentDays"] == 90 and "Expiration" not in rule
    tags = {tag["Key"]: tag["Value"] for tag in s3.get_bucket_tagging(Bucket=bucket)["TagSet"]}
    assert tags["Project"] == "weather-app"


def test_the_network_is_the_original_s(network: SimpleNamespace) -> None:
    assert network.vpc["CidrBlock"] == "10.0.0.0/16"
    zones = {name: subnet["AvailabilityZone"] for name, subnet in network.subnets.items()}
    assert zones == {
        "weather-app-public-a": "eu-west-2a",
        "weather-app-public-b": "eu-west-2b",
        "weather-app-private-a": "eu-west-2a",
        "weather-app-private-b": "eu-west-2b",
    }
    assert not any(subnet["MapPublicIpOnLaunch"] for subnet in network.subnets.values())


def test_the_internet_gateway_is_attached(network: SimpleNamespace) -> None:
    gateways = network.ec2.describe_internet_gateways(
        Filters=[{"Name": "attachment.vpc-id", "Values": [network.vpc["VpcId"]]}]
    )["InternetGateways"]
    assert len(gateways) == 1


def test_public_subnets_leave_by_the_gateway_and_private_ones_by_the_nat(network: SimpleNamespace) -> None:
    assert routes(network.tables["weather-app-public"]) == {"0.0.0.0/0": "igw"}
    for zone in "ab":
        assert routes(network.tables[f"weather-app-private-{zone}"]) == {"0.0.0.0/0": "nat"}
    for kind, tables in {"public": ["public"] * 2, "private": ["private-a", "private-b"]}.items():
        for zone, table in zip("ab", tables, strict=True):
            subnet = network.subnets[f"weather-app-{kind}-{zone}"]["SubnetId"]
            assert subnet in {a.get("SubnetId") for a in network.tables[f"weather-app-{table}"]["Associations"]}


def test_one_nat_gateway_with_an_elastic_ip_is_in_a_public_subnet(network: SimpleNamespace) -> None:
    gateways = network.ec2.describe_nat_gateways(Filters=network.inside)["NatGateways"]
    assert [gateway["SubnetId"] for gateway in gateways] == [network.subnets["weather-app-public-a"]["SubnetId"]]
    addresses = network.ec2.describe_addresses(Filters=[{"Name": "tag:Name", "Values": ["weather-app-nat-a"]}])[
        "Addresses"
    ]
    assert [a["AllocationId"] for a in addresses] == [gateways[0]["NatGatewayAddresses"][0]["AllocationId"]]


def test_image_layers_come_through_the_s3_endpoint(network: SimpleNamespace) -> None:
    endpoint = network.ec2.describe_vpc_endpoints(Filters=network.inside)["VpcEndpoints"][0]
    assert (endpoint["VpcEndpointType"], endpoint["ServiceName"]) == ("Gateway", f"com.amazonaws.{REGION}.s3")
    named = {name: table["RouteTableId"] for name, table in network.tables.items() if name}
    assert set(endpoint["RouteTableIds"]) == set(named.values()) and len(named) == 3


def test_users_reach_the_load_balancer_on_80_and_443_and_it_reaches_the_tasks_on_5000(network: SimpleNamespace) -> None:
    lb, tasks = network.groups["weather-app-load-balancer"], network.groups["weather-app-tasks"]
    assert rules(lb, "IpPermissions") == {("tcp", 80, 80, "0.0.0.0/0"), ("tcp", 443, 443, "0.0.0.0/0")}
    assert rules(lb, "IpPermissionsEgress") == {("tcp", 5000, 5000, tasks["GroupId"])}
    assert rules(tasks, "IpPermissions") == {("tcp", 5000, 5000, lb["GroupId"])}
    assert rules(tasks, "IpPermissionsEgress") == {("tcp", 443, 443, "0.0.0.0/0")}


def test_the_default_security_group_lets_nothing_through(network: SimpleNamespace) -> None:
    default = network.groups["weather-app-unused"]
    assert (default["GroupName"], default["IpPermissions"], default["IpPermissionsEgress"]) == ("default", [], [])


def test_the_load_balancer_is_public_and_in_the_public_subnets(
    balancer: SimpleNamespace, network: SimpleNamespace
) -> None:
    assert balancer.lb["Type"] == "application" and balancer.lb.get("Scheme") != "internal"
    public = {network.subnets[f"weather-app-public-{zone}"]["SubnetId"] for zone in "ab"}
    assert {zone["SubnetId"] for zone in balancer.lb["AvailabilityZones"]} == public
    assert balancer.lb["SecurityGroups"] == [network.groups["weather-app-load-balancer"]["GroupId"]]


def test_the_load_balancer_drops_what_is_malformed_and_is_guarded_against_deletion(balancer: SimpleNamespace) -> None:
    assert balancer.attributes["routing.http.drop_invalid_header_fields.enabled"] == "true"
    assert balancer.attributes["routing.http.desync_mitigation_mode"] == "strictest"
    assert balancer.attributes["deletion_protection.enabled"] == "true"
    assert balancer.attributes["access_logs.s3.enabled"] == "false"


def test_the_listener_on_80_forwards_to_the_target_group(balancer: SimpleNamespace) -> None:
    (listener,) = balancer.listeners
    (action,) = listener["DefaultActions"]
    assert (listener["Port"], listener["Protocol"], action["Type"]) == (80, "HTTP", "forward")
    assert balancer.target_group["TargetGroupArn"] in json.dumps(action)


def test_the_target_group_checks_health_as_the_original_did(balancer: SimpleNamespace) -> None:
    wanted = {
        "TargetType": "ip",
        "Protocol": "HTTP",
        "Port": 5000,
        "HealthCheckPath": "/health",
        "HealthCheckIntervalSeconds": 30,
        "HealthyThresholdCount": 3,
        "UnhealthyThresholdCount": 3,
    }
    assert {key: balancer.target_group[key] for key in wanted} == wanted


def test_two_tasks_run_in_the_private_subnets_without_public_addresses(
    running: SimpleNamespace, network: SimpleNamespace
) -> None:
    assert (running.service["desiredCount"], running.service["launchType"]) == (2, "FARGATE")
    place = running.service["networkConfiguration"]["awsvpcConfiguration"]
    assert set(place["subnets"]) == {network.subnets[f"weather-app-private-{zone}"]["SubnetId"] for zone in "ab"}
    assert place["assignPublicIp"] == "DISABLED"
    assert place["securityGroups"] == [network.groups["weather-app-tasks"]["GroupId"]]


def test_the_service_is_tied_to_the_target_group(running: SimpleNamespace, balancer: SimpleNamespace) -> None:
    (tied,) = running.service["loadBalancers"]
    assert tied["targetGroupArn"] == balancer.target_group["TargetGroupArn"]
    assert (tied["containerName"], tied["containerPort"]) == ("app", 5000)


def test_a_failed_deploy_rolls_back_by_itself(running: SimpleNamespace) -> None:
    deployment = running.service["deploymentConfiguration"]
    assert deployment["deploymentCircuitBreaker"] == {"enable": True, "rollback": True}
    assert (deployment["minimumHealthyPercent"], deployment["maximumPercent"]) == (100, 200)
    assert running.service["healthCheckGracePeriodSeconds"] == 60


def test_the_task_is_a_fargate_task_of_the_smallest_size(running: SimpleNamespace) -> None:
    definition = running.definition
    assert definition["requiresCompatibilities"] == ["FARGATE"] and definition["networkMode"] == "awsvpc"
    assert (definition["cpu"], definition["memory"]) == ("256", "512")
    assert definition["runtimePlatform"]["cpuArchitecture"] == "X86_64"
    assert definition["executionRoleArn"].endswith(":role/weather-app-ecs-execution")
    assert definition["taskRoleArn"].endswith(":role/weather-app-ecs-task")


def test_the_container_has_only_the_rights_it_needs(running: SimpleNamespace) -> None:
    assert running.container["user"] == "10001:10001"
    assert running.container["readonlyRootFilesystem"] is True
    assert running.container["linuxParameters"]["capabilities"]["drop"] == ["ALL"]
    assert not running.service.get("enableExecuteCommand")


def test_the_environment_shares_the_account_s_limit_among_the_most_tasks(running: SimpleNamespace) -> None:
    assert running.environment["OPENWEATHERMAP_PER_MINUTE"] == "10"  # 60 for 6 tasks
    assert running.environment["TRUSTED_PROXIES"] == "1"
    assert running.environment["MET_NORWAY_CONTACT"] == "ops@example.org"
    assert "PROVIDERS" not in running.environment and "OPENWEATHERMAP_API_KEY" not in running.environment


def test_the_cluster_log_group_scaling_and_alarms_exist(deployed: SimpleNamespace, client: Client) -> None:
    assert client("ecs").describe_clusters(clusters=["weather-app"])["clusters"][0]["status"] == "ACTIVE"
    (group,) = client("logs").describe_log_groups(logGroupNamePrefix="/ecs/weather-app")["logGroups"]
    assert group["retentionInDays"] == 30
    scaling = client("application-autoscaling")
    (target,) = scaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"]
    assert (target["MinCapacity"], target["MaxCapacity"]) == (2, 6)
    assert len(scaling.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"]) == 1
    alarms = client("cloudwatch").describe_alarms(AlarmNamePrefix="weather-app-")["MetricAlarms"]
    named = {
        a["AlarmName"].removeprefix("weather-app-") for a in alarms if not a["AlarmName"].startswith("TargetTracking")
    }
    assert named == {"errors-of-tasks", "errors-of-load-balancer", "unhealthy-tasks", "slow-answers", "running-tasks"}


def test_the_repository_is_private_immutable_and_scans_on_push(deployed: SimpleNamespace, client: Client) -> None:
    ecr = client("ecr")
    (repository,) = ecr.describe_repositories(repositoryNames=["weather-app"])["repositories"]
    assert repository["imageTagMutability"] == "IMMUTABLE"
    assert repository["imageScanningConfiguration"]["scanOnPush"] is True
    policy = json.loads(ecr.get_lifecycle_policy(repositoryName="weather-app")["lifecyclePolicyText"])
    limits = [(r["selection"]["tagStatus"], r["selection"]["countNumber"]) for r in policy["rules"]]
    assert limits == [("tagged", 1), ("untagged", 7), ("any", 20)]
    assert policy["rules"][0]["selection"]["tagPrefixList"] == [deployed.commit]


def test_each_role_may_do_its_own_work_only(deployed: SimpleNamespace, client: Client) -> None:
    iam = client("iam")

    def actions(role: str) -> set[str]:
        documents = [
            iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
            for name in iam.list_role_policies(RoleName=role)["PolicyNames"]
        ]
        listed = [statement["Action"] for document in documents for statement in document["Statement"]]
        return {a.split(":")[0] for actions in listed for a in ([actions] if isinstance(actions, str) else actions)}

    assert actions("weather-app-ecs-execution") == {"ecr", "kms", "logs", "ssm"}
    assert actions("weather-app-ecs-task") == set()
    assert actions("weather-app-push") == {"ecr"}


def test_resources_carry_the_project_s_tags(network: SimpleNamespace, running: SimpleNamespace) -> None:
    assert (tag(network.vpc, "Project"), tag(network.vpc, "ManagedBy")) == ("weather-app", "terraform")
    assert running.service["propagateTags"] == "SERVICE" and running.service["enableECSManagedTags"] is True


def test_the_key_is_in_the_parameter_and_the_task_knows_its_name_only(running: SimpleNamespace, client: Client) -> None:
    parameter = client("ssm").get_parameter(Name="/weather-app/openweathermap-api-key", WithDecryption=True)[
        "Parameter"
    ]
    assert (parameter["Type"], parameter["Value"]) == ("SecureString", API_KEY)
    assert running.container["secrets"] == [{"name": "OPENWEATHERMAP_API_KEY", "valueFrom": parameter["ARN"]}]


def test_the_key_is_in_no_state_plan_output_or_file(
    deployed: SimpleNamespace, project: Project, client: Client
) -> None:
    bucket = f"weather-app-state-123456789012-{REGION}"
    s3 = client("s3")
    versions = s3.list_object_versions(Bucket=bucket)["Versions"]
    texts = [
        s3.get_object(Bucket=bucket, Key=v["Key"], VersionId=v["VersionId"])["Body"].read().decode() for v in versions
    ]
    assert len(texts) >= 2 and "aws_ssm_parameter" in "".join(texts)
    project.terraform(
        "bootstrap",
        "plan",
        "-out=key.tfplan",
        "-var",
        f"openweathermap_api_key={API_KEY}",
        "-var=openweathermap_api_key_version=2",
    )
    plan = project.terraform("bootstrap", "show", "-json", "key.tfplan")
    assert "value_wo" in plan
    files = [path for path in project.folder.rglob("*") if path.is_file() and ".terraform/providers" not in str(path)]
    texts += [path.read_bytes().decode(errors="replace") for path in files]
    texts += [deployed.output, project.log.read_text(), plan]
    assert not [text for text in texts if API_KEY in text]
    (project.folder / "terraform/bootstrap/key.tfplan").unlink()


def test_a_second_plan_changes_nothing_and_needs_no_key(deployed: SimpleNamespace, project: Project) -> None:
    assert project.deploy("--plan").count("No changes.") == 2


def test_a_new_image_replaces_the_task_definition_and_moves_the_service(
    redeployed: SimpleNamespace, client: Client
) -> None:
    changed = set(re.findall(r"^  # (\S+) (?:will|must) be (\S+)", redeployed.output, re.M))
    assert changed == {
        ("aws_ecs_task_definition.app", "replaced"),
        ("aws_ecs_service.app", "updated"),
        ("aws_ecr_lifecycle_policy.app", "replaced"),  # what runs is kept
    }
    ecs = client("ecs")
    service = ecs.describe_services(cluster="weather-app", services=["weather-app"])["services"][0]
    definition = ecs.describe_task_definition(taskDefinition=service["taskDefinition"])["taskDefinition"]
    assert definition["containerDefinitions"][0]["image"].endswith(f":{redeployed.commit}")
    # ECS cannot go back to a revision that was deregistered.
    active = ecs.list_task_definitions(familyPrefix="weather-app", status="ACTIVE")["taskDefinitionArns"]
    assert [arn for arn in active if arn.endswith(":task-definition/weather-app:1")]


def test_an_older_tag_runs_again_without_a_build(
    deployed: SimpleNamespace, redeployed: SimpleNamespace, project: Project
) -> None:
    builds = project.log.read_text().count("build --tag")
    output = project.deploy("--tag", deployed.commit)
    assert "It is in the repository already." in output and f"runs {deployed.commit}" in output
    assert project.log.read_text().count("build --tag") == builds


def test_an_image_for_another_processor_is_refused_before_anything_changes(
    deployed: SimpleNamespace, project: Project
) -> None:
    output = project.fails_to_deploy("--tag", deployed.commit, "service", STAND_IN_ARCHITECTURE="arm64")
    assert f"the image of {deployed.commit} is not for linux/amd64" in output
    assert "Terraform will perform" not in output


def test_a_release_is_copied_by_the_digest_that_was_verified(
    deployed: SimpleNamespace, project: Project, tmp_path: Path
) -> None:
    digest, commit = "ab" * 32, "cd" * 20
    gh = tmp_path / "gh"
    gh.write_text(f"#!/usr/bin/env bash\necho {digest} {commit} refs/tags/v1.2.0\n")
    gh.chmod(0o755)
    path = f"{tmp_path}:{project.environment['PATH']}"
    before = project.log.read_text()
    project.deploy("--image", "ghcr.io/someone/weather:1.2.0", "image", PATH=path)
    done = project.log.read_text().removeprefix(before).splitlines()
    ours = f"123456789012.dkr.ecr.eu-west-2.amazonaws.com/weather-app:{commit}"
    release = f"ghcr.io/someone/weather@sha256:{digest}"
    wanted = [f"pull --platform linux/amd64 {release}", f"tag {release} {ours}", f"push {ours}"]
    assert [line for line in done if line.startswith(("pull", "tag", "push", "build"))] == wanted
    # What is in the repository is run like any other image.
    assert f"runs {commit}" in project.deploy("--image", "ghcr.io/someone/weather:1.2.0", "service", PATH=path)
    assert project.deploy("--tag", deployed.commit, "service")
    other = project.fails_to_deploy(
        "--image", "ghcr.io/someone/weather:1.2.0", "service", PATH=path, STAND_IN_ARCHITECTURE="arm64"
    )
    assert "is not for linux/amd64" in other


def test_uncommitted_changes_and_unknown_tags_are_refused(deployed: SimpleNamespace, project: Project) -> None:
    project.commit("not deployed")
    (project.folder / "Dockerfile").write_text("FROM scratch\n# not committed\n")
    assert "differs from commit" in project.fails_to_deploy("image")
    project.git("checkout", "--quiet", "--", "Dockerfile")
    (project.folder / "web").mkdir()
    (project.folder / "web/new.js").write_text("// goes into the image, and is in no commit")
    assert "?? web/" in project.fails_to_deploy("image")
    shutil.rmtree(project.folder / "web")
    assert "no image 0000000 in the repository" in project.fails_to_deploy("--tag", "0000000", "image")


def test_a_rolled_back_deploy_is_not_called_a_success(
    deployed: SimpleNamespace, project: Project, tmp_path: Path
) -> None:
    # ECS's rollback, simulated by the next call that reads the service.
    aws = tmp_path / "aws"
    real = next(p for f in os.environ["PATH"].split(":") if (p := Path(f) / "aws").exists())
    aws.write_text(f"""#!/usr/bin/env bash
if [[ "$*" == *describe-services* ]]; then
  '{real}' ecs update-service --cluster weather-app --service weather-app --task-definition weather-app:1 >/dev/null
fi
exec '{real}' "$@"
""")
    aws.chmod(0o755)
    project.commit("third")
    output = project.fails_to_deploy(PATH=f"{tmp_path}:{project.environment['PATH']}")
    assert re.search(
        r"ECS rolled the service back to weather-app:1: tasks of weather-app:\d+ did not become healthy", output
    )


def test_a_new_key_is_stored_once_by_its_version(deployed: SimpleNamespace, project: Project, client: Client) -> None:
    rotated = API_KEY[::-1]
    project.settings("bootstrap", f"{GITHUB}openweathermap_api_key_version = 2\n")
    project.deploy("bootstrap", TF_VAR_openweathermap_api_key=rotated)
    project.deploy("bootstrap")  # the next one, without a key, leaves it alone
    parameter = client("ssm").get_parameter(Name="/weather-app/openweathermap-api-key", WithDecryption=True)[
        "Parameter"
    ]
    assert (parameter["Value"], parameter["Version"]) == (rotated, 2)
