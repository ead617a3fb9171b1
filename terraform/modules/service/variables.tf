variable "name" {
  description = "Prefix of every resource's name, such as carillon-production."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,22}[a-z0-9]$", var.name))
    error_message = "name is 3 to 24 lower-case letters, digits and hyphens, and begins with a letter."
  }
}

variable "environment" {
  description = "dev, staging or production; production refuses what would lose service."
  type        = string

  validation {
    condition     = contains(["dev", "staging", "production"], var.environment)
    error_message = "environment is dev, staging or production."
  }
}

variable "kms_key_arn" {
  description = "The environment's key."
  type        = string
}

# ---- place

variable "vpc_id" {
  description = "The network."
  type        = string
}

variable "subnet_ids" {
  description = "The private tier's subnets, in two zones at least."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "subnet_ids needs two at least: tasks stand in several zones."
  }
}

variable "balancer_security_group_id" {
  description = "The load balancer's group: besides it only the nodes themselves and scrapers may connect to a node."
  type        = string
}

variable "scraper_security_group_ids" {
  description = "Groups of whatever reads /prometheus of each node, with the metrics-key as bearer token; none without Prometheus."
  type        = list(string)
  default     = []
}

variable "target_group_arn" {
  description = "Where tasks are registered."
  type        = string
}

# ---- image and size

variable "image" {
  description = "The image with its digest, such as …/carillon@sha256:…: a tag may be moved, a digest is what was tested."
  type        = string

  validation {
    condition     = can(regex("@sha256:[0-9a-f]{64}$", var.image)) || (var.environment == "dev" && can(regex(":[A-Za-z0-9._-]+$", var.image)))
    error_message = "image ends in @sha256:…; only dev may name a tag."
  }
}

variable "repository_arn" {
  description = "The image repository that tasks may pull from."
  type        = string
}

variable "architecture" {
  description = "ARM64 or X86_64; the image is built for it."
  type        = string
  default     = "ARM64"

  validation {
    condition     = contains(["ARM64", "X86_64"], var.architecture)
    error_message = "architecture is ARM64 or X86_64."
  }
}

variable "cpu" {
  description = "CPU units of a task; 1024 are one core."
  type        = number
  default     = 1024

  validation {
    condition     = contains([512, 1024, 2048, 4096], var.cpu)
    error_message = "cpu is 512, 1024, 2048 or 4096."
  }
}

variable "memory_mib" {
  description = "Memory of a task, in MiB."
  type        = number
  default     = 2048

  validation {
    condition     = var.memory_mib >= var.cpu && var.memory_mib <= 8 * var.cpu && var.memory_mib % 1024 == 0
    error_message = "memory_mib is a multiple of 1024, at least as much as cpu and at most eight times as much, which Fargate offers."
  }

  validation {
    condition     = var.memory_mib >= 768 + ceil(var.connections_per_task * 1.5 * 16 / 1024)
    error_message = "memory_mib does not carry that many connections: 768 MiB and 16 KiB for each of connections_per_task and half as many again, which a lost node's neighbours take over."
  }
}

# ---- how many

variable "min_tasks" {
  description = "Fewest tasks."
  type        = number
  default     = 2

  validation {
    condition     = var.min_tasks >= 1
    error_message = "min_tasks is 1 or more."
  }

  validation {
    condition     = var.environment != "production" || var.min_tasks >= 2
    error_message = "Production runs in two zones at least: min_tasks is 2 or more there."
  }
}

variable "max_tasks" {
  description = "Most tasks."
  type        = number
  default     = 10

  validation {
    condition     = var.max_tasks >= var.min_tasks && var.max_tasks <= 200
    error_message = "max_tasks is at least min_tasks, and 200 at most."
  }

  validation {
    condition     = var.environment != "production" || var.max_tasks > var.min_tasks
    error_message = "Production can grow: max_tasks is above min_tasks there."
  }

  validation {
    condition     = 2 * var.max_tasks * (var.pool_size + 6) + 30 <= var.database_max_connections
    error_message = "Old and new tasks together would take more connections than Postgres has: 2 × max_tasks × (pool_size + 6) + 30 is above database_max_connections. While that many are not there, nodes cannot start."
  }
}

variable "connections_per_task" {
  description = "Open connections per task that scaling aims at."
  type        = number
  default     = 15000

  validation {
    condition     = var.connections_per_task >= 100 && var.connections_per_task <= 35000
    error_message = "connections_per_task is 100 to 35000: a task carries some 50,000, and takes over its share when another one is lost."
  }
}

variable "open_files" {
  description = "Limit of open files per task (ulimit nofile): each connection is one."
  type        = number
  default     = 131072

  validation {
    condition     = var.open_files >= 2 * var.connections_per_task + 4096 && var.open_files <= 1048576
    error_message = "open_files is at least twice connections_per_task and 4096 more, and 1048576 at most."
  }
}

# ---- times, in order

variable "drain" {
  description = "How a node goes (carillon.drain): seconds of notice to the balancer, over which clients are spread, and until the last is cut."
  type = object({
    notice_seconds   = number
    spread_seconds   = number
    deadline_seconds = number
  })
  default = {
    notice_seconds   = 12
    spread_seconds   = 30
    deadline_seconds = 60
  }

  validation {
    condition     = var.drain.notice_seconds + var.drain.spread_seconds < var.drain.deadline_seconds
    error_message = "deadline_seconds is above notice_seconds + spread_seconds: else clients are cut before their turn."
  }

  validation {
    condition     = var.drain.notice_seconds >= 10
    error_message = "notice_seconds is 10 or more: the balancer hands requests to a node for some seconds after ECS took it out."
  }
}

variable "stop_timeout_seconds" {
  description = "After which ECS kills a task that was told to stop, in seconds."
  type        = number
  default     = 120

  validation {
    condition     = var.stop_timeout_seconds >= var.drain.deadline_seconds + 15
    error_message = "stop_timeout_seconds is at least the drain's deadline_seconds + 15: else the task is killed with clients still on it."
  }

  validation {
    condition     = var.stop_timeout_seconds <= 120
    error_message = "stop_timeout_seconds is 120 at most: Fargate waits no longer."
  }
}

variable "ping_interval_seconds" {
  description = "How often a node gives a sign of life on every connection (carillon.connection.ping-interval), in seconds."
  type        = number
  default     = 25
}

variable "poll_wait_seconds" {
  description = "How long a poll waits at most (carillon.transport.max-wait), in seconds."
  type        = number
  default     = 25
}

variable "connection_age_minutes" {
  description = "How old a connection may become, 20 % more or less (carillon.connection.max-age), in minutes: without an end, new tasks would stay empty."
  type        = number
  default     = 90

  validation {
    condition     = var.connection_age_minutes >= 30 && var.connection_age_minutes <= 240
    error_message = "connection_age_minutes is 30 to 240: below it reconnects cost more than they spread, above it scaling out does not relieve anybody."
  }
}

# ---- what a node is told

variable "container_port" {
  description = "Port that a node listens on."
  type        = number
  default     = 8080

  validation {
    condition     = var.container_port >= 1024 && var.container_port <= 65535
    error_message = "container_port is 1024 to 65535: nodes do not run as root."
  }
}

variable "liveness_path" {
  description = "Where a node says whether it should be restarted; never the readiness, which goes down with Postgres."
  type        = string
  default     = "/health/liveness"

  validation {
    condition     = endswith(var.liveness_path, "/liveness")
    error_message = "liveness_path ends in /liveness: a check that asks for more kills every task when Postgres is away."
  }
}

variable "origins" {
  description = "Pages that may talk to nodes besides our own: exact origins."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for origin in var.origins : can(regex("^https://[^/*]+$", origin))])
    error_message = "origins are exact, such as https://app.example.com: no path, no wildcard, no plain HTTP."
  }
}

variable "tokens" {
  description = "Who issues tokens: the address of its keys (null: they are in secret token-keys), and what iss and aud must be."
  type = object({
    jwks_url = optional(string)
    issuer   = optional(string)
    audience = optional(string)
  })
  default = {}

  validation {
    condition     = var.tokens.jwks_url == null || startswith(coalesce(var.tokens.jwks_url, "-"), "https://")
    error_message = "tokens.jwks_url is an https:// address."
  }
}

variable "settings" {
  description = "Further settings of a node by variable (src/docs/configuration.md), such as CARILLON_AUTH_OPERATOR_TENANT, CARILLON_AUTH_CLAIMS_TENANT, CARILLON_TRACING_ENDPOINT or CARILLON_AWS_INGRESS_WORKERS. A node names those that it does not know in its log."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for name in keys(var.settings) : can(regex("^CARILLON_[A-Z0-9_]+$", name))])
    error_message = "settings are named CARILLON_…, in capitals."
  }

  validation {
    condition     = !anytrue([for name in keys(var.settings) : contains(local.own_names, name)])
    error_message = "settings holds what this module sets by another variable or from its own resources."
  }

  validation {
    condition     = !anytrue([for name in keys(var.settings) : can(regex("_(SECRET|PASSWORD|KEY)$", name))])
    error_message = "settings stand in the task definition for everybody to read: secrets belong into module secrets."
  }
}

variable "database" {
  description = "Where Postgres is and as whom nodes log in. login says how: iam (a token per connection) or secret (secret database-login)."
  type = object({
    url         = string
    resource_id = string
    user        = optional(string, "carillon_web")
    owner_user  = optional(string, "carillon_deploy")
    login       = optional(string, "iam")
  })

  validation {
    condition     = contains(["iam", "secret"], var.database.login)
    error_message = "database.login is iam or secret."
  }

  validation {
    condition     = strcontains(var.database.url, "sslmode=require") || strcontains(var.database.url, "sslmode=verify-full")
    error_message = "database.url asks for TLS: sslmode=require or verify-full."
  }

  validation {
    condition     = var.database.user != var.database.owner_user
    error_message = "database.user and database.owner_user differ: the running product owns nothing."
  }
}

variable "database_max_connections" {
  description = "Postgres's max_connections."
  type        = number
}

variable "pool_size" {
  description = "Transactions at a time per node (carillon.database.pool-size)."
  type        = number
  default     = 16

  validation {
    condition     = var.pool_size >= 4 && var.pool_size <= 100
    error_message = "pool_size is 4 to 100."
  }
}

variable "secret_arns" {
  description = "ARNs of the secrets by name: token-keys, database-login, owner-login, metrics-key, peer-key."
  type        = map(string)

  validation {
    condition     = alltrue([for name in ["token-keys", "database-login", "owner-login", "metrics-key", "peer-key"] : contains(keys(var.secret_arns), name)])
    error_message = "secret_arns has token-keys, database-login, owner-login, metrics-key and peer-key."
  }
}

variable "archive" {
  description = "Bucket that old events are written to before their slot is emptied; null for none."
  type = object({
    bucket = string
    arn    = string
  })
  default = null
}

variable "ingress_sources" {
  description = "ARNs of EventBridge rules and SNS FIFO topics that may put events into the queue; null for no queue, [] for services of this account with rights of their own."
  type        = list(string)
  default     = null
}

variable "metrics_namespace" {
  description = "CloudWatch namespace of the product's own metrics."
  type        = string
  default     = "Carillon"
}

variable "rollback_alarms" {
  description = "Alarms that roll a deployment back."
  type        = list(string)
  default     = []

  validation {
    condition     = var.environment != "production" || length(var.rollback_alarms) > 0
    error_message = "A deployment to production is watched: rollback_alarms names an alarm at least."
  }
}

variable "spot" {
  description = "Whether tasks beyond the first run on Fargate Spot; they may be taken away with two minutes' notice."
  type        = bool
  default     = false

  validation {
    condition     = var.environment != "production" || !var.spot
    error_message = "Production does not run on Spot: a wave of interruptions would take many nodes at once."
  }
}

variable "log_retention_days" {
  description = "How long the nodes' logs are kept, in days."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400], var.log_retention_days)
    error_message = "log_retention_days is a retention that CloudWatch Logs knows: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365 or 400."
  }
}
