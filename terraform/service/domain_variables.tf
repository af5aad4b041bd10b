variable "domain_name" {
  description = "Domain name of the service, served by HTTPS. Null: the load balancer's own name, by HTTP (with `cdn`, CloudFront's, by HTTPS)."
  type        = string
  default     = null

  validation {
    condition     = var.domain_name == null || can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,63}$", var.domain_name))
    error_message = "domain_name must be a full name in lower case such as weather.example.org, without scheme or final dot."
  }
}

variable "zone_id" {
  description = "Route 53 zone that holds `domain_name`; needed with it."
  type        = string
  default     = null

  validation {
    condition     = (var.zone_id == null) == (var.domain_name == null)
    error_message = "zone_id and domain_name go together: give both or neither."
  }

  validation {
    condition     = var.zone_id == null || can(regex("^[A-Z0-9]{1,32}$", var.zone_id))
    error_message = "zone_id must be the id of a Route 53 zone, such as Z0123456789ABCDEFGHIJ."
  }
}
