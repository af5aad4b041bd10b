# shellcheck shell=bash
# Shared by the deployment's test scripts: counting and tools. To be sourced.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
tools=${TEST_TOOLS:-$root/target/test-tools} # virtual environments, kept between runs and ignored by git
passed=0 failed=0 skipped=0
# Terraform and its AWS provider run hundreds of times for a second or two: collecting garbage less often saves an eighth of it.
export GOGC=400

pass() { passed=$((passed + 1)) && printf 'ok      %s\n' "$*"; }
fail() { failed=$((failed + 1)) && printf 'FAILED  %s\n' "$*"; }
skip() { skipped=$((skipped + 1)) && printf 'skipped %s\n' "$*"; }

# check NAME COMMAND...: passes when the command does; shows what it printed when it does not.
check() {
  local name=$1 output
  shift
  if output=$("$@" 2>&1); then
    pass "$name"
  else
    fail "$name"
    printf '        %s\n' "${output//$'\n'/$'\n        '}"
  fi
}

# Prints the counts as the last line, and exits.
finish() {
  if ((skipped)); then
    echo "$passed passed, $failed failed, $skipped skipped"
  else
    echo "$passed passed, $failed failed"
  fi
  ((failed == 0)) && exit 0
  exit 1
}

# have TOOL [DEBIAN_PACKAGE]: true when the tool is there, or could be installed.
have() {
  command -v "$1" >/dev/null && return
  ((EUID == 0)) && command -v apt-get >/dev/null || return
  apt-get install -qq -y --no-install-recommends "${2:-$1}" >/dev/null 2>&1 ||
    { apt-get update -qq && apt-get install -qq -y --no-install-recommends "${2:-$1}"; } >/dev/null 2>&1
  command -v "$1" >/dev/null
}

# have_packages NAME [FILE]: true when the virtual environment NAME holds the packages that FILE lists, which is
# tests/deploy/NAME.txt unless given.
have_packages() {
  local environment=$tools/$1 wanted=${2:-$root/tests/deploy/$1.txt}
  mkdir -p "$tools"
  (
    flock 9 # for another suite that needs it at the same time
    cmp --silent "$wanted" "$environment/installed.txt" && exit
    rm -rf "$environment"
    python3 -m venv "$environment" &&
      "$environment/bin/pip" install --quiet --disable-pip-version-check --requirement "$wanted" &&
      cp "$wanted" "$environment/installed.txt"
  ) 9>"$environment.lock"
}

# have_providers DIRECTORY: true when Terraform can get the providers of the stack there.
have_providers() { terraform -chdir="$1" init -backend=false -input=false -lockfile=readonly >/dev/null 2>&1; }

# run_pytest ARGUMENT...: runs Python tests with $PYTEST, by default that of the environment aws, and adds their counts.
run_pytest() {
  local log summary
  log=$(mktemp)
  PATH=$tools/aws/bin:$PATH PYTHONDONTWRITEBYTECODE=1 \
    "${PYTEST:-$tools/aws/bin/pytest}" -p no:cacheprovider --tb=short --verbose -rPs "$@" 2>&1 | tee "$log" || true
  summary=$(grep -E '^=+ .*(passed|failed|error|skipped)' "$log" | tail -n 1)
  rm "$log"
  [[ -n $summary ]] || fail "pytest printed no result"
  count() { grep -oE "[0-9]+ $1" <<<"$summary" | grep -oE '[0-9]+' || echo 0; }
  passed=$((passed + $(count passed)))
  failed=$((failed + $(count failed) + $(count error)))
  skipped=$((skipped + $(count skipped)))
}
