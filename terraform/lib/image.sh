# shellcheck shell=bash disable=SC2034,SC2154 # shares variables with terraform/deploy
# The image of a commit. Building and pushing needs the push role; reading needs the push or the deploy role.

choose_image() {
  [[ -z $published ]] || verify_published
  local given_tag=$tag
  tag=$(git -C "$root" rev-parse --verify --quiet "${given_tag:-HEAD}^{commit}") || tag=$given_tag
  [[ -n $tag ]] ||
    die "an image is named by its commit, and git knows none in $root" "Run this in a clone with at least one commit, or name an image with --tag."
  image=$repository:$tag
  checked_out=''
  [[ -n $given_tag ]] || checked_out=1
}

image_is_pushed() { aws_finds ImageNotFoundException ecr describe-images --repository-name "$name" --image-ids "imageTag=$tag"; }

# A release's image is taken only if its attestation says that the release workflow of the repository of that name built it,
# from a tag, on GitHub's machines. Sets `tag` to the commit that it was built from, and `published` to its digest: what
# is copied later is what was verified.
verify_published() {
  check_tools gh
  [[ $published =~ ^ghcr\.io/([a-z0-9-]+/[a-z0-9._-]+)(:[A-Za-z0-9._-]+|@sha256:[0-9a-f]{64})$ ]] ||
    die "--image takes an image of GitHub's registry by tag or digest, not $published" "For example: terraform/deploy --image ghcr.io/OWNER/NAME:1.2.3"
  local source=${BASH_REMATCH[1]} answer digest ref
  local fields='.statement.subject[0].digest.sha256, .signature.certificate.sourceRepositoryDigest, .signature.certificate.sourceRepositoryRef'
  answer=$(gh attestation verify "oci://$published" --repo "$source" --signer-workflow "$source/.github/workflows/release.yml" \
    --deny-self-hosted-runners --format json --jq ".[0].verificationResult | [$fields] | join(\" \")") ||
    die "$published is not attested by the release workflow of $source: it was not used" "Look at the error above. gh needs a login: gh auth login"
  read -r digest tag ref <<<"$answer"
  [[ $digest =~ ^[0-9a-f]{64}$ && $tag =~ ^[0-9a-f]{40}$ && $ref == refs/tags/v* ]] ||
    die "the attestation of $published names no digest, no commit or no version: it was not used" "It names: $answer"
  published=ghcr.io/$source@sha256:$digest
  say "release: $published, built by $source from commit $tag (${ref#refs/tags/})"
}

push_image() {
  say "image: $image"
  if image_is_pushed; then
    echo "It is in the repository already."
    return
  fi
  [[ -n $published ]] || check_commit
  engine=$(command -v docker || command -v podman) || die "neither docker nor podman is installed" "Install one of them and run this again."
  aws ecr get-login-password | "$engine" login --username AWS --password-stdin "${repository%%/*}" >/dev/null ||
    die "no login to ${repository%%/*}" "These credentials need ecr:GetAuthorizationToken: use the push role, or an administrator's."
  if [[ -n $published ]]; then copy_published; else build_image; fi
  "$engine" push "$image" ||
    die "the image was not pushed" "The repository takes each tag once; if it was refused, these credentials may not push: use the push role."
}

# The image is built from the commit, not from the folder. Without --tag the folder is what the user means, so its
# Dockerfile, and the files that .dockerignore lets through, must not differ from the commit.
check_commit() {
  git -C "$root" cat-file -e "$tag^{commit}" 2>/dev/null ||
    die "no image $tag in the repository, and git does not know that commit" "Fetch it, or choose another: terraform/deploy --images"
  [[ -n $checked_out ]] || return 0
  local line inputs=(Dockerfile .dockerignore) changed
  while IFS= read -r line; do
    [[ $line != '!'* ]] || inputs+=("${line#!}")
  done <"$root/.dockerignore"
  changed=$(git -C "$root" status --porcelain -- "${inputs[@]}")
  [[ -z $changed ]] ||
    die "what is here differs from commit $tag, so its image would not be what you see" "$changed" \
      "Commit it, or deploy the commit as it is: terraform/deploy --tag $tag"
}

build_image() {
  mkdir "$work/source"
  git -C "$root" archive "$tag" | tar -x -f - -C "$work/source"
  case $platform/$(uname -m) in
    */amd64/x86_64 | */amd64/amd64 | */arm64/arm64 | */arm64/aarch64) ;;
    *) echo "This machine has another processor than $platform, so the build is emulated, which is very slow. With the other architecture in service.tfvars it is not emulated." ;;
  esac
  "$engine" build --platform "$platform" --tag "$image" --label "org.opencontainers.image.revision=$tag" "$work/source" ||
    die "the image was not built" "Correct what the error above names and run this again."
  check_platform
}

copy_published() {
  "$engine" pull --platform "$platform" "$published" ||
    die "$published was not fetched" "If the package is private: $engine login ghcr.io"
  "$engine" tag "$published" "$image"
  check_platform
}

check_platform() {
  local built
  built=$("$engine" image inspect --format '{{.Os}}/{{.Architecture}}' "$image")
  [[ $built == "$platform" ]] ||
    die "the image was built for $built, the tasks are $platform: it was not pushed" "Let $engine build for $platform, or set architecture in terraform/environments/$environment/service.tfvars."
}

# An image for another processor starts and dies with "exec format error", task after task.
check_image() {
  image_is_pushed || die "there is no image $tag in the repository" "Push it first: terraform/deploy image. What is there: terraform/deploy --images"
  local manifest architecture=${platform#linux/} types=(
    application/vnd.oci.image.index.v1+json application/vnd.docker.distribution.manifest.list.v2+json
    application/vnd.oci.image.manifest.v1+json application/vnd.docker.distribution.manifest.v2+json
  )
  manifest=$(aws ecr batch-get-image --repository-name "$name" --image-ids "imageTag=$tag" \
    --accepted-media-types "${types[@]}" --query 'images[0].imageManifest' --output text) ||
    die "$image cannot be read" "These credentials need ecr:BatchGetImage."
  # An index names the processors itself; for a single image its configuration does.
  if [[ $manifest =~ \"config\"[^}]*\"digest\":\ *\"(sha256:[0-9a-f]+)\" ]]; then
    local url
    url=$(aws ecr get-download-url-for-layer --repository-name "$name" --layer-digest "${BASH_REMATCH[1]}" --query downloadUrl --output text) ||
      die "the configuration of $image cannot be read" "These credentials need ecr:GetDownloadUrlForLayer."
    manifest=$(curl -fsS --max-time 30 "$url") || die "the configuration of $image cannot be fetched" "Look at the error above: the network?"
  fi
  local wanted='"architecture": *"'$architecture'"'
  [[ $manifest =~ $wanted ]] ||
    die "the image of $tag is not for $platform, the platform of the tasks" \
      "Set architecture in terraform/environments/$environment/service.tfvars to what it was built for, or build another commit."
}

list_images() {
  aws ecr describe-images --repository-name "$name" --query 'sort_by(imageDetails, &imagePushedAt)[].[imagePushedAt, imageTags[0]]' --output text ||
    die "the repository cannot be read" "Is $environment deployed? These credentials need ecr:DescribeImages."
  init_stack service
  printf 'runs\t%s\n' "$(in_stack service output -raw image)"
}
