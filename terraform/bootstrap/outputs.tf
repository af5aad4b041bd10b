output "state_bucket" {
  description = "Bucket that holds the state of both stacks."
  value       = aws_s3_bucket.state.bucket
}

output "repository_url" {
  description = "Repository to push images to."
  value       = aws_ecr_repository.app.repository_url
}

output "push_role_arn" {
  description = "Role that may push images."
  value       = aws_iam_role.push.arn
}

output "deploy_role_arn" {
  description = "Role that may apply the service stack; null without a GitHub repository."
  value       = one(aws_iam_role.deploy[*].arn)
}

output "service_variables" {
  description = "What the service stack must know of this one, as values of its variables. No secret is among them."
  value = {
    name                                 = var.name
    region                               = var.region
    openweathermap_api_key_parameter_arn = one(aws_ssm_parameter.openweathermap_api_key[*].arn)
    permissions_boundary_arn             = aws_iam_policy.task_boundary.arn
  }
}
