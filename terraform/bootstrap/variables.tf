variable "tags" {
  description = "Tags for every resource. Project, Environment, Stack and ManagedBy are set by the stacks."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "force_delete" {
  description = "Allows the repository to be deleted with its images. Set by `terraform/deploy --destroy` only."
  type        = bool
  default     = false
  nullable    = false
}

variable "github_repository" {
  description = "GitHub repository (owner/name) whose workflows may push images and deploy, by OIDC. Null: no workflow may, and the push role is for the account's own users."
  type        = string
  default     = null

  validation {
    condition     = var.github_repository == null || can(regex("^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$", var.github_repository))
    error_message = "github_repository must be owner/name."
  }
}

variable "github_branch" {
  description = "Branch whose workflow runs may push images. Who may deploy is decided by the rules of the GitHub environment, which must be restricted to this branch."
  type        = string
  default     = "main"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9._/-]+$", var.github_branch))
    error_message = "github_branch must be the name of one branch, without wildcards."
  }
}

variable "plan_pull_requests" {
  description = "Creates a role that may only read, with which pull requests from branches of `github_repository` plan the service stack. Whoever can push a branch can use it: it reads the state, but no secret of the program."
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = !var.plan_pull_requests || var.github_repository != null
    error_message = "plan_pull_requests needs github_repository."
  }
}

variable "github_oidc_provider_arn" {
  description = "ARN of the account's OIDC provider for GitHub if it has one already (an account can hold only one): needed by every environment but the first. Null: this stack creates it."
  type        = string
  default     = null

  validation {
    condition     = var.github_oidc_provider_arn == null || can(regex("^arn:[a-z-]+:iam::[0-9]{12}:oidc-provider/token\\.actions\\.githubusercontent\\.com$", var.github_oidc_provider_arn))
    error_message = "github_oidc_provider_arn must be the ARN of the OIDC provider token.actions.githubusercontent.com."
  }
}
