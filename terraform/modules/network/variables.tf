variable "name" {
  description = "Prefix of every resource's name, such as carillon-production."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,22}[a-z0-9]$", var.name))
    error_message = "name is 3 to 24 lower-case letters, digits and hyphens, and begins with a letter."
  }
}

variable "cidr" {
  description = "Addresses of the network. A /16 to /20: three tiers are cut from it, a sixteenth each per zone."
  type        = string
  default     = "10.40.0.0/16"

  validation {
    condition     = can(cidrhost(var.cidr, 0)) && try(tonumber(split("/", var.cidr)[1]) >= 16 && tonumber(split("/", var.cidr)[1]) <= 20, false)
    error_message = "cidr is an IPv4 network of /16 to /20."
  }
}

variable "availability_zones" {
  description = "Zones to spread over, two to four. A load balancer and a standby database need two."
  type        = list(string)

  validation {
    condition     = length(distinct(var.availability_zones)) == length(var.availability_zones) && length(var.availability_zones) >= 2 && length(var.availability_zones) <= 4
    error_message = "availability_zones names two to four different zones."
  }
}

variable "nat" {
  description = "How tasks reach what has no endpoint of ours (an issuer's JWKS): per_zone (one gateway a zone, a lost zone takes no other with it) or single (cheaper)."
  type        = string
  default     = "per_zone"

  validation {
    condition     = contains(["per_zone", "single"], var.nat)
    error_message = "nat is per_zone or single."
  }
}

variable "interface_endpoints" {
  description = "AWS services that tasks reach without leaving the network, by the last part of their endpoint names. Empty saves their hourly price and sends the traffic through NAT."
  type        = set(string)
  default     = ["ecr.api", "ecr.dkr", "logs", "secretsmanager", "sqs"]
}

variable "log_retention_days" {
  description = "How long the flow logs are kept, in days."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400], var.log_retention_days)
    error_message = "log_retention_days is a retention that CloudWatch Logs knows: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365 or 400."
  }
}

variable "kms_key_arn" {
  description = "Key that encrypts the flow logs."
  type        = string
}
