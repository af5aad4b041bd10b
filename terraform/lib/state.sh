# shellcheck shell=bash disable=SC2034,SC2154 # shares variables with terraform/deploy
# The bucket with the state of both stacks. The script creates it, because a stack cannot keep its state in a bucket that it
# has yet to create.

initialized='' # the stacks that this run has initialized

bucket_exists() { aws_finds '(404)' s3api head-bucket --bucket "$bucket"; }

make_bucket() {
  say "state: s3://$bucket"
  if ! bucket_exists; then
    local location=()
    # S3 rejects its oldest region as a location constraint.
    [[ $region == us-east-1 ]] || location=(--create-bucket-configuration "LocationConstraint=$region")
    aws s3api create-bucket --bucket "$bucket" ${location[@]+"${location[@]}"} >/dev/null ||
      die "the state bucket was not created" "These credentials may not create buckets: use an administrator's."
  fi
  configure_bucket || die "the state bucket was not set up" "Correct what the error above names and run this again."
}

# Runs every time, so that a bucket left by an interrupted run is set up as well. S3 encrypts by default.
configure_bucket() {
  local arn=arn:$partition:s3:::$bucket
  aws s3api put-public-access-block --bucket "$bucket" --public-access-block-configuration \
    BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true &&
    aws s3api put-bucket-versioning --bucket "$bucket" --versioning-configuration Status=Enabled &&
    aws s3api put-bucket-tagging --bucket "$bucket" --tagging \
      "TagSet=[{Key=Project,Value=$name},{Key=Environment,Value=$environment},{Key=ManagedBy,Value=terraform/deploy}]" &&
    aws s3api put-bucket-lifecycle-configuration --bucket "$bucket" --lifecycle-configuration '{"Rules": [{
      "ID": "expire-old-versions", "Status": "Enabled", "Filter": {},
      "NoncurrentVersionExpiration": {"NoncurrentDays": 90},
      "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}
    }]}' >/dev/null &&
    aws s3api put-bucket-policy --bucket "$bucket" --policy '{"Version": "2012-10-17", "Statement": [{
      "Sid": "TlsOnly", "Effect": "Deny", "Principal": "*", "Action": "s3:*",
      "Resource": ["'"$arn"'", "'"$arn"'/*"],
      "Condition": {"Bool": {"aws:SecureTransport": "false"}}
    }]}'
}

# Deletes every version of every object, a thousand at a time, and then the bucket.
delete_bucket() {
  local kind
  for kind in Versions DeleteMarkers; do
    while list_versions "$kind" >"$work/versions.json" && [[ $(<"$work/versions.json") == *VersionId* ]]; do
      aws s3api delete-objects --bucket "$bucket" --delete "file://$work/versions.json" >/dev/null ||
        die "the state bucket was not emptied" "Correct what the error above names and run this again."
    done
  done
  aws s3api delete-bucket --bucket "$bucket" ||
    die "the state bucket was not deleted" "Correct what the error above names and run this again."
}

list_versions() { # Versions | DeleteMarkers
  aws s3api list-object-versions --bucket "$bucket" --max-items 1000 \
    --query "{Objects: $1[].{Key: Key, VersionId: VersionId}, Quiet: \`true\`}" --output json
}

state_exists() { aws_finds '(404)' s3api head-object --bucket "$bucket" --key "$1.tfstate"; } # STACK

# list_resources STACK: prints none where there is no state yet, which `terraform state list` treats as an error.
list_resources() {
  state_exists "$1" || return 0
  in_stack "$1" state list || die "the state of terraform/$1 cannot be read" "Nothing was changed. Look at the error above."
}

# init_stack STACK: connects Terraform to the stack's state, once in a run.
init_stack() {
  [[ " $initialized " != *" $1 "* ]] || return 0
  bucket_exists ||
    die "there is no $environment in account $account: no bucket $bucket" "Create it first: terraform/deploy --environment $environment"
  in_stack "$1" init -reconfigure -backend-config="bucket=$bucket" -backend-config="key=$1.tfstate" \
    -backend-config="region=$region" -backend-config=use_lockfile=true >"$work/init.log" 2>&1 || {
    cat "$work/init.log" >&2
    die "terraform init failed in terraform/$1" "Read the error above; the state is in s3://$bucket. Without a network, name a provider mirror in TF_CLI_CONFIG_FILE."
  }
  initialized+=" $1"
}
