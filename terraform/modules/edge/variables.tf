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

variable "vpc_id" {
  description = "The network."
  type        = string
}

variable "subnet_ids" {
  description = "The public tier's subnets, in two zones at least."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "subnet_ids needs two at least."
  }
}

variable "domain_name" {
  description = "Host name that browsers connect to, such as live.example.com."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9-]+\\.)+[a-z]{2,}$", var.domain_name))
    error_message = "domain_name is a host name in lower case."
  }
}

variable "zone_id" {
  description = "Route 53 zone in which the name and the certificate's proof are written."
  type        = string
}

variable "container_port" {
  description = "Port that a node listens on."
  type        = number
  default     = 8080

  validation {
    condition     = var.container_port >= 1024 && var.container_port <= 65535
    error_message = "container_port is 1024 to 65535: nodes do not run as root."
  }
}

variable "readiness_path" {
  description = "Where a node says whether it follows the log and lets clients in."
  type        = string
  default     = "/health/readiness"

  validation {
    condition     = startswith(var.readiness_path, "/")
    error_message = "readiness_path begins with a slash."
  }
}

variable "ping_interval_seconds" {
  description = "How often a node gives a sign of life on every connection (carillon.connection.ping-interval), in seconds."
  type        = number
  default     = 25

  validation {
    condition     = var.ping_interval_seconds >= 1 && var.ping_interval_seconds <= 300
    error_message = "ping_interval_seconds is 1 to 300."
  }
}

variable "poll_wait_seconds" {
  description = "How long a poll waits at most (carillon.transport.max-wait), in seconds."
  type        = number
  default     = 25

  validation {
    condition     = var.poll_wait_seconds >= 0 && var.poll_wait_seconds <= 60
    error_message = "poll_wait_seconds is 0 to 60."
  }
}

variable "idle_timeout_seconds" {
  description = "After which silence the balancer cuts a connection, in seconds."
  type        = number
  default     = 120

  validation {
    condition     = var.idle_timeout_seconds > 2 * var.ping_interval_seconds
    error_message = "idle_timeout_seconds is above twice ping_interval_seconds: else one lost or late ping cuts every quiet connection."
  }

  validation {
    condition     = var.idle_timeout_seconds >= 2 * var.poll_wait_seconds && var.idle_timeout_seconds <= 4000
    error_message = "idle_timeout_seconds is at least twice poll_wait_seconds, and 4000 at most."
  }
}

variable "drain_deadline_seconds" {
  description = "How long a node takes at most to send its clients away (carillon.drain.deadline), in seconds."
  type        = number
  default     = 60

  validation {
    condition     = var.drain_deadline_seconds >= 1 && var.drain_deadline_seconds <= 900
    error_message = "drain_deadline_seconds is 1 to 900."
  }
}

variable "deregistration_delay_seconds" {
  description = "How long the balancer leaves the connections of a node that is going alone, in seconds; then it cuts them."
  type        = number
  default     = 90

  validation {
    condition     = var.deregistration_delay_seconds >= var.drain_deadline_seconds + 15 && var.deregistration_delay_seconds <= 3600
    error_message = "deregistration_delay_seconds is at least drain_deadline_seconds + 15 (a node takes some seconds to see that it goes), and 3600 at most: else the balancer cuts clients that the node was about to send away in turn."
  }
}

variable "deletion_protection" {
  description = "Whether the load balancer refuses to be deleted."
  type        = bool
  default     = true

  validation {
    condition     = var.environment != "production" || var.deletion_protection
    error_message = "Production's load balancer refuses deletion: deletion_protection is true there."
  }
}

variable "closed_paths" {
  description = "Paths that are answered with 404 here, whatever the nodes would say: they are for the inside."
  type        = list(string)
  default     = ["/prometheus", "/prometheus/*", "/peer/*"]

  validation {
    condition     = length(var.closed_paths) <= 5 && contains(var.closed_paths, "/prometheus") && contains(var.closed_paths, "/peer/*")
    error_message = "closed_paths has at most five patterns, which is what one rule of a load balancer takes, and /prometheus and /peer/* among them."
  }
}

variable "handshake_paths" {
  description = "Beginnings of the paths where connections are opened; they share a rate limit per address."
  type        = list(string)
  default     = ["/realtime", "/ws/"]

  validation {
    condition     = length(var.handshake_paths) >= 2
    error_message = "handshake_paths has two entries at least."
  }
}

variable "polling_paths" {
  description = "Beginnings of the paths where clients poll or stream; they share another limit per address. /socket.io is one: Engine.IO's polls and handshakes have the same path."
  type        = list(string)
  default     = ["/events", "/socket.io", "/api/tickets"]

  validation {
    condition     = length(var.polling_paths) >= 2
    error_message = "polling_paths has two entries at least."
  }
}

variable "rate_limits" {
  description = "Requests per address in five minutes: handshakes (an office behind one address reconnects at once after a deploy), polls, and everything together. A poll ends with its event: 100 pollers behind one address with an event a second each are 30,000 polls; reckon pollers × events a second × 300, and a third more."
  type = object({
    handshakes = number
    polls      = number
    all        = number
  })
  default = {
    handshakes = 3000
    polls      = 40000
    all        = 60000
  }

  validation {
    condition     = alltrue([for limit in values(var.rate_limits) : limit >= 10 && limit <= 2000000000])
    error_message = "Each limit is 10 to 2,000,000,000."
  }

  validation {
    condition     = var.rate_limits.handshakes <= var.rate_limits.all && var.rate_limits.polls <= var.rate_limits.all
    error_message = "The limit for everything is the largest: else the others never apply."
  }
}

variable "log_retention_days" {
  description = "How long the firewall's and the balancer's logs are kept, in days."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400], var.log_retention_days)
    error_message = "log_retention_days is a retention that CloudWatch Logs knows: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365 or 400."
  }
}

variable "kms_key_arn" {
  description = "Key that encrypts the firewall's log."
  type        = string
}
