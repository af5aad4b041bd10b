# shellcheck shell=bash disable=SC2034,SC2154 # shares variables with terraform/deploy
# The bootstrap stack: repository, secrets, roles. Needs an administrator's credentials.

apply_bootstrap() {
  make_bucket
  say "bootstrap: repository, secrets, roles"
  init_stack bootstrap
  set_var_flags bootstrap
  in_stack bootstrap apply -auto-approve "$lock_wait" "${var_flags[@]}" ||
    die "the bootstrap stack was not applied" "Correct what the error above names and run this again: it continues where it stopped." \
      "If SSM refused a secret's value: set its TF_VAR_ variable on every run that raises its version."
  check_github
}

plan_bootstrap() {
  say "bootstrap: plan"
  set_var_flags bootstrap
  if bucket_exists; then
    init_stack bootstrap
    in_stack bootstrap plan "$lock_wait" "${var_flags[@]}" || die_bootstrap_plan
  else
    # Plans against an empty state in a temporary folder.
    cp -RL "$here/bootstrap" "$work/bootstrap"
    printf 'terraform {\n  backend "local" {}\n}\n' >"$work/bootstrap/backend_override.tf"
    local empty=(env "TF_DATA_DIR=$work/bootstrap/.terraform" terraform -chdir="$work/bootstrap")
    "${empty[@]}" init >/dev/null || die_bootstrap_plan
    "${empty[@]}" plan "${var_flags[@]}" || die_bootstrap_plan
    echo
    echo "There is no bucket $bucket yet: the first run creates it. The service can be planned after that."
  fi
}

die_bootstrap_plan() {
  die "the bootstrap stack cannot be planned" "Correct what the error above names, in terraform/environments/$environment/bootstrap.tfvars."
}

# AWS trusts every job of the GitHub environment. Only a rule in GitHub can limit such jobs to one branch.
check_github() {
  local github github_repository github_environment branch policy branches
  github=$(in_stack bootstrap output -raw github)
  [[ -n $github ]] || return 0
  read -r github_repository github_environment branch <<<"$github"
  local api=repos/$github_repository/environments/$github_environment
  local fix=(
    "Restrict the environment to $branch:"
    "  gh api -X PUT $api -F 'deployment_branch_policy[protected_branches]=false' -F 'deployment_branch_policy[custom_branch_policies]=true'"
    "  gh api -X POST $api/deployment-branch-policies -f name=$branch"
  )
  if ! policy=$(gh api "$api" --jq '.deployment_branch_policy.custom_branch_policies' 2>/dev/null); then
    printf '\nCould not ask GitHub who may deploy (no gh, no login, or no environment %s in %s).\n' "$github_environment" "$github_repository"
    printf '%s\n' "${fix[@]}"
    return 0
  fi
  branches=$(gh api "$api/deployment-branch-policies" --jq '.branch_policies[].name' 2>/dev/null) || branches=''
  [[ $policy == true && $branches == "$branch" ]] ||
    die "more than the branch $branch of $github_repository may deploy: its environment $github_environment is not restricted to it" "${fix[@]}" \
      "and take other branches out of its rules. Then run this again."
}
