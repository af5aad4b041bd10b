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

output "plan_role_arn" {
  description = "Role with which pull requests plan the service stack; null without plan_pull_requests."
  value       = one(aws_iam_role.plan[*].arn)
}

output "github" {
  description = "GitHub repository, environment and branch that may deploy, separated by spaces; empty without a GitHub repository. `terraform/deploy` compares GitHub's rules with them."
  value       = local.github ? "${var.github_repository} ${var.environment} ${var.github_branch}" : ""
}

output "service_variables" {
  description = "Values for variables of the service stack. None of them is a secret."
  value = {
    name                  = local.name
    environment           = var.environment
    region                = var.region
    execution_role_arn    = aws_iam_role.execution.arn
    task_role_arn         = aws_iam_role.task.arn
    secret_parameter_arns = { for setting, parameter in aws_ssm_parameter.secret : setting => parameter.arn }
  }
}
