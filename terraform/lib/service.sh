# shellcheck shell=bash disable=SC2034,SC2154 # shares variables with terraform/deploy
# The service stack. Needs the deploy role or an administrator's credentials.

health_tries=${HEALTH_TRIES:-30} # 5 s apart: a new load balancer's name takes a minute to resolve

# set_service_var_flags IMAGE
set_service_var_flags() {
  in_stack bootstrap output -json service_variables >"$work/bootstrap.tfvars.json" ||
    die "the bootstrap stack is not complete: it has no output service_variables" "Apply it first: terraform/deploy bootstrap"
  set_var_flags service
  var_flags+=(-var-file "$work/bootstrap.tfvars.json" -var "image=$1")
}

init_stacks() {
  init_stack bootstrap
  init_stack service
}

# Shows the cost before the service is created for the first time.
ask_before_first_apply() {
  check_provider
  if bucket_exists; then
    init_stack service
    local resources
    resources=$(list_resources service)
    [[ -z $resources ]] || return 0
  fi
  print_estimate
  confirm "This creates $name in account $account." yes
}

plan_service() {
  check_provider
  say "service: plan"
  init_stacks
  set_service_var_flags "$image"
  in_stack service plan "$lock_wait" "${var_flags[@]}" ||
    die "the service cannot be planned" "Correct what the error above names, in terraform/environments/$environment."
}

apply_service() {
  say "service: $name in $region"
  init_stacks
  set_service_var_flags "$image"
  check_cdn_step
  check_image
  in_stack service apply -auto-approve "$lock_wait" "${var_flags[@]}" || {
    print_stopped_tasks
    die "the service stack was not applied" "Correct what the error above names and run this again: it continues where it stopped." \
      "If it waited for the service to become stable: the tasks' log is in aws logs tail /ecs/$name --region $region --since 30m"
  }
  check_deployment
  check_responses
}

# For a domain in use, each step of `cdn` keeps the old route working while the new one is created; two steps at once would not.
check_cdn_step() {
  local url last next steps=' off ready open on '
  last=$(in_stack service output -raw cdn 2>/dev/null) || return 0
  url=$(in_stack service output -raw url)
  [[ $url == https://* && $url != *.cloudfront.net ]] || return 0
  next=$(estimate output -raw cdn)
  [[ $next == "$last" || $steps == *" $last $next "* || $steps == *" $next $last "* ]] ||
    die "cdn cannot go from $last to $next at once: users of $url would get errors meanwhile" "Go one step at a time: off, ready, open, on, or back. See the runbook."
}

# ECS's reasons for the last stopped tasks: an image that cannot be pulled or a secret that cannot be read is in no log.
print_stopped_tasks() {
  local tasks=()
  read -r -a tasks < <(aws ecs list-tasks --cluster "$name" --desired-status STOPPED --query 'taskArns[:3]' --output text 2>/dev/null) || true
  [[ ${tasks[0]:-None} != None ]] || return 0
  say "stopped tasks"
  aws ecs describe-tasks --cluster "$name" --tasks ${tasks[@]+"${tasks[@]}"} --query 'tasks[].[stoppedReason, containers[0].reason]' --output text || true
}

# When new tasks do not become healthy, ECS rolls back by itself, and Terraform reports success.
check_deployment() {
  local wanted running primary="services[0].deployments[?status=='PRIMARY']|[0].taskDefinition"
  wanted=$(in_stack service output -raw task_definition_arn)
  running=$(aws ecs describe-services --cluster "$name" --services "$name" --query "$primary" --output text) ||
    die "the service was applied, but ECS does not say whether it runs the new tasks" "These credentials need ecs:DescribeServices; then run this again."
  [[ $running != "$wanted" ]] || return 0
  print_stopped_tasks
  die "ECS rolled the service back to ${running##*/}: tasks of ${wanted##*/} did not become healthy" \
    "Users are served by the old version. The new one's log: aws logs tail /ecs/$name --region $region --since 30m" \
    "Then deploy a corrected commit, or make Terraform agree with what runs: terraform/deploy --tag OLD service"
}

check_responses() {
  local url try
  url=$(in_stack service output -raw url)
  say "requesting $url"
  for ((try = 1; ; try++)); do
    [[ $(curl -fsS --max-time 10 "$url/health" 2>/dev/null) != OK ]] || break
    ((try < health_tries)) ||
      die "$url/health does not answer OK" "A new domain or distribution can take longer: try again in some minutes." \
        "If the tasks are at fault: aws logs tail /ecs/$name --region $region --since 30m"
    sleep 5
  done
  curl -fsS --max-time 20 "$url/api/weather" ||
    die "$url is healthy, but returns no weather" "No provider answers it: see $url/api/status for the state of each."
  say "$url runs $tag"
}
