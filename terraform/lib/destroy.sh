# shellcheck shell=bash disable=SC2034,SC2154 # shares variables with terraform/deploy
# Deletes everything of an environment, however incomplete it is. Needs an administrator's credentials.

destroy() {
  if ! bucket_exists; then
    echo "There is no bucket $bucket: nothing to delete."
    return
  fi
  confirm "This deletes $name in account $account, $region, with all images and its state." "$name"
  destroy_service
  destroy_bootstrap
  say "state: delete s3://$bucket"
  delete_bucket
  say "all deleted"
}

# A stack without resources is left alone: it may be one that was never applied.
destroy_service() {
  say "service: destroy"
  init_stack service
  local resources
  resources=$(list_resources service)
  disable_deletion_protection
  [[ -z $resources ]] || destroy_service_stack
  deregister_task_definitions
}

destroy_service_stack() {
  set_var_flags service
  # Terraform wants a value for every variable, although destroying uses none of these. The bootstrap stack, whose outputs
  # they are, may be incomplete.
  var_flags+=(
    -var "name=$name" -var "region=$region" -var "image=$repository:0000000"
    -var "execution_role_arn=arn:$partition:iam::$account:role/none" -var "task_role_arn=arn:$partition:iam::$account:role/none"
    -var deletion_protection=false
  )
  local logs='aws_s3_bucket.access_logs["logs"]'
  if [[ $resources == *"$logs"* ]]; then
    # The provider empties the bucket when it deletes it, if force_destroy is set in the state.
    var_flags+=(-var access_logs=true)
    in_stack service apply -auto-approve "$lock_wait" "${var_flags[@]}" -target "$logs" ||
      die "the access logs were not made deletable" "Correct what the error above names and run this again."
  fi
  in_stack service destroy -auto-approve "$lock_wait" "${var_flags[@]}" ||
    die "the service stack was not deleted" "Correct what the error above names and run this again: it continues where it stopped."
}

# Deletion protection is turned off by itself: applying the whole stack would first create what a failed deploy left out.
disable_deletion_protection() {
  aws_finds LoadBalancerNotFound elbv2 describe-load-balancers --names "$name" || return 0
  local arn
  arn=$(aws elbv2 describe-load-balancers --names "$name" --query 'LoadBalancers[0].LoadBalancerArn' --output text)
  aws elbv2 modify-load-balancer-attributes --load-balancer-arn "$arn" --attributes Key=deletion_protection.enabled,Value=false >/dev/null ||
    die "the load balancer's deletion protection was not turned off" "Correct what the error above names and run this again."
}

# Deploys keep them, so that ECS can roll back.
deregister_task_definitions() {
  local arn arns
  arns=$(aws ecs list-task-definitions --family-prefix "$name" --status ACTIVE --query 'taskDefinitionArns[]' --output text) ||
    die "the task definitions cannot be listed" "Correct what the error above names and run this again."
  for arn in $arns; do
    aws ecs deregister-task-definition --task-definition "$arn" >/dev/null ||
      die "task definition ${arn##*/} was not deregistered" "Correct what the error above names and run this again."
  done
}

destroy_bootstrap() {
  say "bootstrap: destroy"
  init_stack bootstrap
  local resources
  resources=$(list_resources bootstrap)
  [[ -n $resources ]] || return 0
  set_var_flags bootstrap
  var_flags+=(-var force_delete=true)
  local address=aws_ecr_repository.app
  if [[ $resources == *"$address"* ]]; then
    in_stack bootstrap apply -auto-approve "$lock_wait" "${var_flags[@]}" -target "$address" ||
      die "the repository was not made deletable" "Correct what the error above names and run this again."
  fi
  in_stack bootstrap destroy -auto-approve "$lock_wait" "${var_flags[@]}" ||
    die "the bootstrap stack was not deleted" "Correct what the error above names and run this again: it continues where it stopped."
}
