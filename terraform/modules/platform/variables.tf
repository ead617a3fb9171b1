variable "environment" {
  description = "dev, staging or production."
  type        = string

  validation {
    condition     = contains(["dev", "staging", "production"], var.environment)
    error_message = "environment is dev, staging or production."
  }
}

variable "domain_name" {
  description = "Host name that browsers connect to."
  type        = string
}

variable "zone_id" {
  description = "Route 53 zone of domain_name."
  type        = string
}

variable "image_digest" {
  description = "Digest of the image in this environment's repository, sha256:…"
  type        = string
}

variable "source_repository" {
  description = "Source repository, owner/name, whose jobs deploy."
  type        = string
}

variable "oidc_provider_arn" {
  description = "The account's OIDC provider for it where there is one already."
  type        = string
  default     = null
}

variable "availability_zones" {
  description = "Zones to spread over."
  type        = list(string)
}

variable "cidr" {
  description = "Addresses of the network."
  type        = string
  default     = "10.40.0.0/16"
}

variable "nat" {
  description = "per_zone or single."
  type        = string
  default     = "per_zone"
}

variable "interface_endpoints" {
  description = "AWS services reached inside the network."
  type        = set(string)
  default     = ["ecr.api", "ecr.dkr", "logs", "secretsmanager", "sqs"]
}

variable "database" {
  description = "Size and safety of Postgres; see module database."
  type = object({
    instance_class      = string
    storage_gib         = number
    storage_limit_gib   = number
    max_connections     = number
    multi_az            = optional(bool, true)
    deletion_protection = optional(bool, true)
    backup_days         = optional(number, 14)
    login               = optional(string, "iam")
  })
}

variable "tasks" {
  description = "Number and size of nodes; see module service."
  type = object({
    min                  = number
    max                  = number
    cpu                  = number
    memory_mib           = number
    connections_per_task = number
    open_files           = optional(number, 131072)
    pool_size            = optional(number, 16)
    architecture         = optional(string, "ARM64")
    spot                 = optional(bool, false)
  })
}

variable "times" {
  description = "Seconds that several modules must agree on; connection_age_minutes in minutes."
  type = object({
    ping_interval          = optional(number, 25)
    poll_wait              = optional(number, 25)
    idle_timeout           = optional(number, 120)
    drain_notice           = optional(number, 12)
    drain_spread           = optional(number, 30)
    drain_deadline         = optional(number, 60)
    stop_timeout           = optional(number, 120)
    deregistration_delay   = optional(number, 90)
    connection_age_minutes = optional(number, 90)
  })
  default = {}
}

variable "tokens" {
  description = "Who issues tokens; see module service."
  type = object({
    jwks_url = optional(string)
    issuer   = optional(string)
    audience = optional(string)
  })
  default = {}
}

variable "settings" {
  description = "Further settings of a node by variable, CARILLON_…; see module service."
  type        = map(string)
  default     = {}
}

variable "scraper_security_group_ids" {
  description = "Groups of whatever reads the nodes' /prometheus."
  type        = list(string)
  default     = []
}

variable "origins" {
  description = "Pages that may talk to nodes besides our own."
  type        = list(string)
  default     = []
}

variable "rate_limits" {
  description = "Requests per address in five minutes; see module edge."
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
}

variable "edge_deletion_protection" {
  description = "Whether the load balancer refuses to be deleted."
  type        = bool
  default     = true
}

variable "ingress_sources" {
  description = "Rules and topics that may put events into the queue; null for no queue."
  type        = list(string)
  default     = null
}

variable "archive_days" {
  description = "For how long archived events are kept, in days."
  type        = number
  default     = 365
}

variable "alarm_emails" {
  description = "Who hears alarms."
  type        = list(string)
}

variable "monthly_budget_usd" {
  description = "What the account may cost a month."
  type        = number
}

variable "log_retention_days" {
  description = "How long logs are kept, in days."
  type        = number
  default     = 30
}
