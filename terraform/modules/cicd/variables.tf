variable "name" {
  description = "Prefix of every resource's name, such as carillon-production."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,22}[a-z0-9]$", var.name))
    error_message = "name is 3 to 24 lower-case letters, digits and hyphens, and begins with a letter."
  }
}

variable "environment" {
  description = "dev, staging or production; the deploy role answers to jobs of this environment only."
  type        = string

  validation {
    condition     = contains(["dev", "staging", "production"], var.environment)
    error_message = "environment is dev, staging or production."
  }
}

variable "kms_key_arn" {
  description = "Encrypts images."
  type        = string
}

variable "repository" {
  description = "The source repository, owner/name, whose jobs may deploy."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+$", var.repository))
    error_message = "repository is owner/name, without a wildcard: anything wider lets others deploy."
  }
}

variable "oidc_provider_arn" {
  description = "The account's provider for the source host's tokens where there is one already; null makes it."
  type        = string
  default     = null
}

variable "kept_images" {
  description = "How many images are kept; a rollback needs the last few."
  type        = number
  default     = 30

  validation {
    condition     = var.kept_images >= 5
    error_message = "kept_images is 5 or more: a rollback needs an older image."
  }
}

variable "service_name" {
  description = "Name of the ECS cluster, service and task family that the role may deploy to."
  type        = string
}

variable "task_role_arns" {
  description = "Roles that the deploy role may hand to tasks: execution and task."
  type        = list(string)
}
