variable "name" {
  description = "Prefix of every resource's name, such as carillon-production; also the service's name in metrics."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,22}[a-z0-9]$", var.name))
    error_message = "name is 3 to 24 lower-case letters, digits and hyphens, and begins with a letter."
  }
}

variable "environment" {
  description = "dev, staging or production; production refuses to be watched by nobody."
  type        = string

  validation {
    condition     = contains(["dev", "staging", "production"], var.environment)
    error_message = "environment is dev, staging or production."
  }
}

variable "kms_key_arn" {
  description = "Encrypts the topic."
  type        = string
}

variable "emails" {
  description = "Who is told of alarms and of the budget."
  type        = list(string)

  validation {
    condition     = alltrue([for email in var.emails : can(regex("^[^@ ]+@[^@ ]+\\.[^@ ]+$", email))])
    error_message = "emails are addresses."
  }

  validation {
    condition     = var.environment != "production" || length(var.emails) > 0
    error_message = "Somebody hears production's alarms: emails is not empty there."
  }
}

variable "metrics_namespace" {
  description = "CloudWatch namespace of the product's own metrics."
  type        = string
  default     = "Carillon"
}

variable "connections_per_task" {
  description = "What scaling aims at; the alarm is half as much again."
  type        = number
}

variable "min_tasks" {
  description = "Fewest tasks: fewer is an alarm."
  type        = number
}

variable "balancer_dimension" {
  description = "The balancer in CloudWatch's words."
  type        = string
}

variable "target_group_dimension" {
  description = "The target group in CloudWatch's words."
  type        = string
}

variable "firewall_name" {
  description = "The firewall in CloudWatch's words."
  type        = string
}

variable "database" {
  description = "The database: its identifier, and what its thresholds follow from."
  type = object({
    identifier      = string
    storage_gib     = number
    max_connections = number
  })
}

variable "ingress_queue_name" {
  description = "The queue of messages that become events; null for none."
  type        = string
  default     = null
}

variable "archive" {
  description = "Whether old events are archived; then a failing archive is an alarm."
  type        = bool
  default     = false
}

variable "monthly_budget_usd" {
  description = "What the account may cost a month; told at 80 % spent and at 100 % foreseen."
  type        = number

  validation {
    condition     = var.monthly_budget_usd > 0
    error_message = "monthly_budget_usd is above 0."
  }
}
