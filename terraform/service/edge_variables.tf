variable "cdn" {
  description = "CloudFront in front of the load balancer. off: none. ready: CloudFront answers at its own name, the domain still leads to the load balancer. open: the domain leads to CloudFront, the load balancer still answers everyone. on: the load balancer answers CloudFront only. A domain in use must go one step at a time; then no step is an outage."
  type        = string
  default     = "off"
  nullable    = false

  validation {
    condition     = contains(["off", "ready", "open", "on"], var.cdn)
    error_message = "cdn must be off, ready, open or on."
  }
}

variable "cdn_price_class" {
  description = "Locations that CloudFront answers from: PriceClass_100 (Europe, North America), PriceClass_200 (also most of Asia and Africa) or PriceClass_All."
  type        = string
  default     = "PriceClass_100"
  nullable    = false

  validation {
    condition     = contains(["PriceClass_100", "PriceClass_200", "PriceClass_All"], var.cdn_price_class)
    error_message = "cdn_price_class must be PriceClass_100, PriceClass_200 or PriceClass_All."
  }
}

variable "waf" {
  description = "Adds a web application firewall: a rate limit for each address, AWS's common rules (which reject requests without a User-Agent) and its rules against known bad inputs."
  type        = bool
  default     = false
  nullable    = false
}

variable "waf_requests_per_5_minutes" {
  description = "Requests that one address may send in five minutes before the firewall answers 403."
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

variable "hsts_days" {
  description = "Days for which browsers that have visited the domain refuse plain HTTP for it (HSTS). Going back to HTTP locks them out for as long. 0: browsers forget it at their next visit."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = var.hsts_days >= 0 && floor(var.hsts_days) == var.hsts_days
    error_message = "hsts_days must be a whole number, 0 or more."
  }
}
