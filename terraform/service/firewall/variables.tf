variable "name" {
  description = "Name of the firewall."
  type        = string
  nullable    = false
}

variable "scope" {
  description = "REGIONAL for a load balancer, CLOUDFRONT (with a provider in us-east-1) for a distribution."
  type        = string
  nullable    = false

  validation {
    condition     = contains(["REGIONAL", "CLOUDFRONT"], var.scope)
    error_message = "scope must be REGIONAL or CLOUDFRONT."
  }
}

variable "requests_per_5_minutes" {
  description = "Requests that one address may send in five minutes."
  type        = number
  nullable    = false
}
