variable "name" {
  description = "Prefix of every resource's name, such as carillon-production."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,22}[a-z0-9]$", var.name))
    error_message = "name is 3 to 24 lower-case letters, digits and hyphens, and begins with a letter."
  }
}

variable "environment" {
  description = "dev, staging or production; production refuses what would lose data or service."
  type        = string

  validation {
    condition     = contains(["dev", "staging", "production"], var.environment)
    error_message = "environment is dev, staging or production."
  }
}

variable "vpc_id" {
  description = "The network."
  type        = string
}

variable "subnet_ids" {
  description = "The database tier's subnets, in two zones at least."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "subnet_ids needs two at least: a standby stands in another zone."
  }
}

variable "client_security_groups" {
  description = "Groups that may connect to port 5432, by a short name: the nodes, and whoever administers."
  type        = map(string)
}

variable "kms_key_arn" {
  description = "Encrypts storage, snapshots, insights, the administrator's password and the archive."
  type        = string
}

variable "instance_class" {
  description = "Size of the instance."
  type        = string
  default     = "db.m7g.large"

  validation {
    condition     = can(regex("^db\\.", var.instance_class))
    error_message = "instance_class begins with db."
  }

  validation {
    condition     = var.environment != "production" || !can(regex("^db\\.t", var.instance_class))
    error_message = "A burstable class stalls every commit once its credits are used up: not in production."
  }
}

variable "engine_version" {
  description = "Postgres, major version or exact."
  type        = string
  default     = "18"

  validation {
    condition     = can(regex("^18(\\.[0-9]+)?$", var.engine_version))
    error_message = "engine_version is 18 or 18.x: the parameter group is of that family."
  }
}

variable "storage_gib" {
  description = "Storage at the start, in GiB; grows by itself up to storage_limit_gib."
  type        = number
  default     = 100

  validation {
    condition     = var.storage_gib >= 20 && var.storage_gib <= 65536
    error_message = "storage_gib is 20 to 65536."
  }
}

variable "storage_limit_gib" {
  description = "How far the storage may grow, in GiB. A full disk stops every write."
  type        = number
  default     = 1000

  validation {
    condition     = var.storage_limit_gib >= var.storage_gib * 1.26
    error_message = "storage_limit_gib is at least 26 % above storage_gib, which RDS asks for autoscaling."
  }
}

variable "multi_az" {
  description = "Whether a synchronous standby in another zone takes over when the primary is lost."
  type        = bool
  default     = true

  validation {
    condition     = var.environment != "production" || var.multi_az
    error_message = "Production has a standby in another zone: multi_az is true there."
  }
}

variable "deletion_protection" {
  description = "Whether the database refuses to be deleted."
  type        = bool
  default     = true

  validation {
    condition     = var.environment != "production" || var.deletion_protection
    error_message = "Production's database refuses deletion: deletion_protection is true there."
  }
}

variable "backup_days" {
  description = "Back to which day a restore to a point in time can go."
  type        = number
  default     = 14

  validation {
    condition     = var.backup_days >= 1 && var.backup_days <= 35
    error_message = "backup_days is 1 to 35."
  }

  validation {
    condition     = var.environment != "production" || var.backup_days >= 7
    error_message = "Production can go back a week at least: backup_days is 7 or more there."
  }
}

variable "max_connections" {
  description = "Postgres's max_connections; the platform module computes it from the number of tasks and their pools."
  type        = number

  validation {
    condition     = var.max_connections >= 50 && var.max_connections <= 5000
    error_message = "max_connections is 50 to 5000: more than that wants several databases, not one with more processes."
  }
}

variable "archive_days" {
  description = "For how long archived events are kept, in days; after a month they lie in cheaper storage."
  type        = number
  default     = 365

  validation {
    condition     = var.archive_days >= 31
    error_message = "archive_days is 31 or more: objects move to cheaper storage after 30 days."
  }
}

variable "maintenance_window" {
  description = "When AWS may patch, UTC; with a standby a patch costs one failover."
  type        = string
  default     = "sun:03:00-sun:04:00"
}

variable "backup_window" {
  description = "When the daily snapshot is taken, UTC, outside the maintenance window."
  type        = string
  default     = "01:00-02:00"
}
