variable "name" {
  description = "Name of the service and first part of every resource's name; the same in both stacks."
  type        = string
  default     = "weather-app"
  nullable    = false

  validation {
    # A load balancer's name may have 32 characters, and the service's alarms and roles add to this one.
    condition     = can(regex("^[a-z][a-z0-9-]{1,18}[a-z0-9]$", var.name))
    error_message = "name must be 3 to 20 lower-case letters, digits and hyphens, starting with a letter and not ending with a hyphen."
  }
}

variable "region" {
  description = "AWS region of everything that has one."
  type        = string
  default     = "eu-west-2"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region must be a region code such as eu-west-2."
  }
}

variable "tags" {
  description = "Tags for every resource, beside Project, Stack and ManagedBy."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "max_retries" {
  description = "How often the provider repeats a failing AWS call before it gives up."
  type        = number
  default     = 25
  nullable    = false

  validation {
    condition     = var.max_retries >= 0 && var.max_retries <= 100 && floor(var.max_retries) == var.max_retries
    error_message = "max_retries must be a whole number from 0 to 100."
  }
}

variable "force_delete" {
  description = "Lets `terraform destroy` delete the state bucket and the repository with everything in them. Set by `terraform/deploy --destroy` only."
  type        = bool
  default     = false
  nullable    = false
}

variable "images_kept" {
  description = "How many tagged images the repository keeps; a rollback reaches as far back."
  type        = number
  default     = 20
  nullable    = false

  validation {
    condition     = var.images_kept >= 2 && floor(var.images_kept) == var.images_kept
    error_message = "images_kept must be a whole number of at least 2: the running image and the one to go back to."
  }
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
  description = "Branch whose workflow runs may push images. Deploying asks for the GitHub environment `production` instead, which has rules of its own."
  type        = string
  default     = "main"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9._/-]+$", var.github_branch))
    error_message = "github_branch must be the name of one branch, without wildcards."
  }
}

variable "github_oidc_provider_arn" {
  description = "ARN of the account's OIDC provider for GitHub, where it has one already (an account can hold only one). Null: this stack makes it."
  type        = string
  default     = null

  validation {
    condition     = var.github_oidc_provider_arn == null || can(regex("^arn:[a-z-]+:iam::[0-9]{12}:oidc-provider/token\\.actions\\.githubusercontent\\.com$", var.github_oidc_provider_arn))
    error_message = "github_oidc_provider_arn must be the ARN of the OIDC provider token.actions.githubusercontent.com."
  }
}

variable "openweathermap_api_key_version" {
  description = "Version of the OpenWeatherMap key. 0: no key is stored. Any other number stores the key once; raise it to store another."
  type        = number
  default     = 0
  nullable    = false

  validation {
    condition     = var.openweathermap_api_key_version >= 0 && floor(var.openweathermap_api_key_version) == var.openweathermap_api_key_version
    error_message = "openweathermap_api_key_version must be a whole number, 0 or more."
  }
}

variable "openweathermap_api_key" {
  description = "The OpenWeatherMap key, by TF_VAR_openweathermap_api_key. Ephemeral: it is in no state and no plan. Needed only by the apply that stores a new version."
  type        = string
  default     = null
  ephemeral   = true
  sensitive   = true

  validation {
    condition     = var.openweathermap_api_key == null || can(regex("^[0-9A-Za-z]{16,64}$", var.openweathermap_api_key))
    error_message = "openweathermap_api_key must be 16 to 64 letters and digits, without spaces or quotes."
  }
}
