# shellcheck shell=bash disable=SC2034,SC2154 # shares variables with terraform/deploy
# One environment: its variables, its names, its costs, and Terraform with these. Any role can run this.

# Each environment and stack has its own data folder, so that two deploys at the same time never use each other's state.
# They share the downloaded providers.
export TF_IN_AUTOMATION=1 TF_INPUT=0 TF_PLUGIN_CACHE_DIR=${TF_PLUGIN_CACHE_DIR:-$here/.terraform/providers} AWS_PAGER=''
lock_wait=-lock-timeout=20m # wait for another deploy to finish instead of failing

in_stack() { # STACK COMMAND...
  TF_DATA_DIR=$here/.terraform/$environment/$1 terraform -chdir="$here/$1" "${@:2}"
}

# set_var_flags FILE...: sets `var_flags` to the flags that pass this environment's variables to a stack.
set_var_flags() {
  var_flags=(-var "environment=$environment")
  local file
  for file in common "$@"; do
    [[ ! -e $folder/$file.tfvars ]] || var_flags+=(-var-file "$folder/$file.tfvars")
  done
}

estimate() { TF_DATA_DIR=$work/estimate/.terraform terraform -chdir="$work/estimate" "$@"; }

load_environment() {
  folder=$here/environments/$environment
  [[ $environment =~ ^[a-z][a-z0-9-]*$ && -d $folder ]] ||
    die "there is no environment $environment" "Create it: copy terraform/environments/production to terraform/environments/$environment and adapt its files."
  mkdir -p "$TF_PLUGIN_CACHE_DIR"
  cp -RL "$here/estimate" "$work/estimate"
  set_var_flags bootstrap service
  # Terraform warns of variables that only the stacks have: expected.
  estimate apply -auto-approve -compact-warnings "${var_flags[@]}" >"$work/estimate.log" 2>&1 || {
    cat "$work/estimate.log" >&2
    die "the variables of $environment cannot be used" "Correct what the error above names, in terraform/environments/$environment."
  }
  name=$(estimate output -raw name)
  region=$(estimate output -raw region)
  platform=$(estimate output -raw platform)
  export AWS_REGION=$region AWS_DEFAULT_REGION=$region
}

print_estimate() {
  say "estimate"
  estimate output -raw text
  echo
}

check_provider() {
  local missing
  missing=$(estimate output -raw missing)
  [[ -z $missing ]] || die "$environment has no weather provider" "Give $missing."
}

load_account() {
  local arn
  arn=$(aws sts get-caller-identity --query Arn --output text) ||
    die "AWS does not know these credentials" "Log in (aws sso login, or AWS_PROFILE=...) and run this again."
  IFS=: read -r _ partition _ _ account _ <<<"$arn"
  bucket=$name-state-$account-$region
  repository=$account.dkr.ecr.$region.amazonaws.com/$name
}

# aws_finds ABSENT COMMAND...: whether what the command reads exists. Only an error that contains ABSENT means that it does
# not; any other error, such as expired credentials or no network, ends the run: treating it as "does not exist" would create
# everything a second time.
aws_finds() {
  local absent=$1 error
  shift
  if error=$(aws "$@" 2>&1 >/dev/null); then return 0; fi
  [[ $error == *"$absent"* ]] && return 1
  printf '%s\n' "$error" >&2
  die "AWS did not say whether it exists: aws $1 $2" "Nothing was changed. Look at the error above: credentials, role, network."
}
