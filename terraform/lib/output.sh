# shellcheck shell=bash disable=SC2034,SC2154 # shares variables with terraform/deploy
# Messages and questions of terraform/deploy.

say() { printf '\n== %s\n' "$*"; }

# die SENTENCE HINT...
die() {
  printf '\ndeploy: %s\n' "$1" >&2
  shift
  (($# == 0)) || printf '        %s\n' "$@" >&2
  exit 1
}

# confirm QUESTION WORD: continues when the word is typed, or with --yes.
confirm() {
  [[ -z $yes ]] || return 0
  local answer=''
  read -r -p "$1 Type $2 to continue: " answer || true
  [[ $answer == "$2" ]] || die "nothing was changed" "Type $2, or pass --yes."
}

check_tools() {
  local tool
  for tool in "$@"; do
    command -v "$tool" >/dev/null || die "$tool is not installed" "Install $tool and run this again."
  done
}
