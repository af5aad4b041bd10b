variable "domain_name" {
  description = "Name the service answers to by HTTPS. Null: the load balancer's own name, by HTTP (by HTTPS with `cdn`)."
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

variable "cdn" {
  description = "Puts CloudFront in front: HTTPS without a domain, and reads that are fresh in its cache never reach the tasks. The load balancer then answers CloudFront only."
  type        = bool
  default     = false
  nullable    = false
}

variable "cdn_price_class" {
  description = "Where CloudFront answers from: PriceClass_100 (Europe, North America), PriceClass_200 (and most of Asia, Africa), PriceClass_All."
  type        = string
  default     = "PriceClass_100"
  nullable    = false

  validation {
    condition     = contains(["PriceClass_100", "PriceClass_200", "PriceClass_All"], var.cdn_price_class)
    error_message = "cdn_price_class must be PriceClass_100, PriceClass_200 or PriceClass_All."
  }
}

variable "waf" {
  description = "Puts a web application firewall before the public entrance: a rate limit for each address, AWS's common rules (which refuse requests without a User-Agent) and known bad inputs."
  type        = bool
  default     = false
  nullable    = false
}

variable "waf_requests_per_5_minutes" {
  description = "Requests that one address may send in five minutes before the firewall answers 403 in the service's place."
  type        = number
  default     = 2000
  nullable    = false

  validation {
    condition     = var.waf_requests_per_5_minutes >= 10 && var.waf_requests_per_5_minutes <= 2000000000
    error_message = "waf_requests_per_5_minutes must be from 10 to 2,000,000,000, the firewall's own bounds."
  }
}

variable "access_logs" {
  description = "Keeps the load balancer's access logs in a bucket. They hold the addresses of users."
  type        = bool
  default     = false
  nullable    = false
}

variable "access_log_days" {
  description = "Days after which an access log is deleted."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = var.access_log_days >= 1 && floor(var.access_log_days) == var.access_log_days
    error_message = "access_log_days must be a whole number of at least 1."
  }
}
